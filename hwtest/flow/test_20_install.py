# SPDX-License-Identifier: GPL-2.0-or-later
"""The line works in plain; the packages go on without touching it, and the agent answers."""

from __future__ import annotations

from .install import install
from .modes import MODES, pass_through
from .run import Run


def test_plain_line(run: Run) -> None:
    run.line.await_booted()
    run.line.subscribe()
    run.line.await_up()
    pass_through(MODES["off"], run.lab)


def test_install(run: Run) -> None:
    before = run.line.configs()
    install(run.board, run.packages)
    versions = run.line.agent()["versions"]
    run.report.versions |= {f"board {name}": str(text) for name, text in versions.items()}
    assert run.line.configs() == before, "the packages changed files of others"
    assert run.line.status()["state"] == "off", "a line was switched on by installing"
    pass_through(MODES["off"], run.lab)
