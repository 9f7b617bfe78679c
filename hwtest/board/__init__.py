# SPDX-License-Identifier: GPL-2.0-or-later
"""The board under test: power, console, bootloader, flash, recovery, shell."""
