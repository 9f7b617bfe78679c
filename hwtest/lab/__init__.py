# SPDX-License-Identifier: GPL-2.0-or-later
"""The other ends of the board's two cables: LAN host, carrier's tap, LNS and server."""
