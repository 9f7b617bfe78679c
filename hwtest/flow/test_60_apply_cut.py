# SPDX-License-Identifier: GPL-2.0-or-later
"""The power is pulled in the middle of applying a change that would leave the line dead."""

from __future__ import annotations

import pytest

from hwtest.board.faults import ProductFault

from .modes import MODES, entered, pass_through
from .run import Run
from .test_10_flash import FIRST

STEP_TIME = 60.0
"""Seconds within which the agent must have come to the step that is waited for."""


@pytest.mark.parametrize("step", ["install", "wait"])
def test_power_cut_while_applying(run: Run, step: str) -> None:
    """`require` at an LNS that knows nothing of it: only a rollback brings the line back."""
    with entered(MODES["off"], run.line, run.lab):
        before = run.line.configs()
    run.lab.serve(None)
    try:
        run.line.redial()
        run.line.await_up()
        cut(run, step)
        run.boot(FIRST)
        run.line.await_state("off")
        run.line.await_up()
        pass_through(MODES["off"], run.lab)
        assert run.line.configs() == before, "files of others are not what they were"
        assert not run.line.left_behind(), run.line.left_behind()
    finally:
        run.lab.serve()


def cut(run: Run, step: str) -> None:
    """Switch on, and take the power away when the trial is at `step`."""
    if not run.line.begin(enabled=True, mode="head", policy="require"):
        raise ProductFault("trial", "switching on started no trial", "applying a change")

    def reached() -> bool | None:
        trial = run.line.agent()["trial"]
        if trial is None:
            raise ProductFault("trial", f"the trial ended before {step}", "applying a change")
        return trial["step"] == step or None

    if step != "install":
        run.line.wait(reached, STEP_TIME, f"the trial to come to {step}", run.line.words)
    run.event(f"power pulled at step {step} of applying")
    run.board.off()
