# SPDX-License-Identifier: GPL-2.0-or-later
"""The board under test: power, console, bootloader, flash, recovery, shell.

Importing this makes the rig's own drivers known to labgrid; environments do so by `imports`.
"""

from hwtest.board import power, strategy

__all__ = ["power", "strategy"]
