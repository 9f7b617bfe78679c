# SPDX-License-Identifier: GPL-2.0-or-later
"""Real PPP lines in virtual machines: images, machines, topology, daemons, captures."""
