# SPDX-License-Identifier: GPL-2.0-or-later
"""The power is pulled in the middle of flashing, and an image is bad: the board comes back."""

from __future__ import annotations

import pytest

from .install import install
from .modes import MODES, entered
from .run import Run

SECOND = "v2"
BAD = "bad"


def test_power_cut_while_flashing(run: Run) -> None:
    """Half an image over what was there before may even boot: it is never gone on with."""
    run.event("power pulled while flashing")
    run.board.flash(SECOND, cut=True)
    run.board.recover(SECOND)
    run.line.await_booted()


def test_second_image_shrouds(run: Run) -> None:
    """An upgrade to v2 is whole: what worked on the first image works on it."""
    run.line.subscribe()
    run.line.await_up()
    install(run.board, run.packages)
    with entered(MODES["head"], run.line, run.lab):
        run.event("v2 shrouds")


def test_corrupted_image(run: Run) -> None:
    if BAD not in run.board.target.images:
        pytest.skip(f"this target names no image {BAD!r}")
    run.board.flash(BAD)
    assert run.board.bring_up(SECOND), "the corrupted image booted"
