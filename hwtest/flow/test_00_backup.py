# SPDX-License-Identifier: GPL-2.0-or-later
"""What is found on the board is saved, before anything is written to it."""

from __future__ import annotations

from . import backup
from .rig import Rig


def test_backup(rig: Rig) -> None:
    """Only where the target has something to keep (`flow: keep_config`)."""
    rig.board.boot()
    backup.save(rig.board, rig.folder)
