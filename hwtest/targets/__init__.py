# SPDX-License-Identifier: GPL-2.0-or-later
"""The boards: one labgrid environment each, and what reads the rig's own part of it."""
