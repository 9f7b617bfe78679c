# SPDX-License-Identifier: GPL-2.0-or-later
"""A router in a folder, to try safe apply on: its files, and small programs for its daemons."""
