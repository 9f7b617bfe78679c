# SPDX-License-Identifier: GPL-2.0-or-later
"""The agent that keeps shrouded lines of an OpenWrt router safe and online."""

VERSION = "0.1.0"
