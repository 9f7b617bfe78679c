# SPDX-License-Identifier: GPL-2.0-or-later
"""What a forwarded packet costs a router: instructions, counted on an emulated arm64."""
