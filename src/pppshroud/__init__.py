# SPDX-License-Identifier: GPL-2.0-or-later
"""Hides the metadata of a PPP session from the carrier between a router and its ISP."""

__version__ = "0.1.0"
