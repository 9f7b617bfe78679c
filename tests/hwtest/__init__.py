# SPDX-License-Identifier: GPL-2.0-or-later
"""The rig's own tests."""
