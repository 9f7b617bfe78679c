# SPDX-License-Identifier: GPL-2.0-or-later
"""The board gets its first image through its bootloader, and boots it."""

from __future__ import annotations

from .rig import Rig

FIRST = "v1"


def test_flash(rig: Rig) -> None:
    rig.board.flash(FIRST)


def test_boot(rig: Rig) -> None:
    rig.board.boot(FIRST)
