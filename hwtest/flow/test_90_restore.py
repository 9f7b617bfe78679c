# SPDX-License-Identifier: GPL-2.0-or-later
"""The board ends as it was found."""

from __future__ import annotations

from .run import Run
from .test_10_flash import FIRST


def test_restore(run: Run) -> None:
    run.board.flash(FIRST)
    run.board.boot(FIRST)
    left = run.board.run("ls /etc/shroud /usr/lib/pppd/*/shroud.so 2>/dev/null; true").output
    assert not left.split(), f"the restored image still has {left}"
    run.board.off()
