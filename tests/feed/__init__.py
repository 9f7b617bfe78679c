# SPDX-License-Identifier: GPL-2.0-or-later
"""What can be checked of the OpenWrt feed without OpenWrt's SDK."""
