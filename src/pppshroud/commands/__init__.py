# SPDX-License-Identifier: GPL-2.0-or-later
"""The subcommands that make keys and cover captures."""
