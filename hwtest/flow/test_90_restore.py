# SPDX-License-Identifier: GPL-2.0-or-later
"""The board ends as it was found."""

from __future__ import annotations

from . import backup
from .rig import Rig
from .run import Run
from .test_10_flash import FIRST

FOUND = "found"
"""The image that a target may name for the end; else the first one."""


def test_restore(run: Run, rig: Rig) -> None:
    image = FOUND if FOUND in rig.target.images else FIRST
    run.board.flash(image)
    run.board.boot(image)
    left = run.board.run("ls /etc/shroud /usr/lib/pppd/*/shroud.so 2>/dev/null; true").output
    assert not left.split(), f"the restored image still has {left}"
    if run.plan.keep_config:
        backup.restore(run.board, rig.folder)
    run.board.off()
