# SPDX-License-Identifier: GPL-2.0-or-later
"""Hours on end, or minutes on an emulated board, with new keys every minute."""

from __future__ import annotations

import time
from typing import Any

import pytest

from hwtest.lab.monitor import Monitor
from hwtest.lab.traffic import Load, drive
from tests.testbed import leak
from tests.testbed.leak import LeakReport

from . import tap
from .modes import MODES, entered
from .run import Run

MODE = MODES["head"]
PIECE = 45.0
"""Seconds that one recording lasts: each is checked, and deleted when it is clean."""
SLOW = 5.0
"""Seconds between two looks at the board."""
SLACK_KIB = 16 * 1024
"""By how much a board's free memory moves by itself."""


def test_soak(run: Run) -> None:
    if not run.plan.soak_minutes:
        pytest.skip("no soak was asked for (--soak 0)")
    run.line.apply(rekey_interval=run.plan.rekey_interval)
    with entered(MODE, run.line, run.lab):
        before, started = run.line.status(), time.monotonic()
        monitor = Monitor(run.board, run.clock, MODE.name)
        first = monitor.sample()
        found = []
        while time.monotonic() - started < run.plan.soak_minutes * 60:
            found.append(piece(run, monitor))
        last = monitor.sample()
        run.report.samples += monitor.samples
        judge_wire(run, found)
        judge_line(run, before, run.line.status(), time.monotonic() - started)
        lost = (first.free_kib or 0) - (last.free_kib or 0)
        run.check("soak: memory lost", lost, "<=", SLACK_KIB, "KiB", MODE.name)
    run.line.apply(rekey_interval=0)


def piece(run: Run, monitor: Monitor) -> LeakReport:
    """A stretch of traffic both ways; what the tap has seen of it."""
    load = Load("both", megabits=run.plan.soak_megabits)
    with tap.recorded(run.lab) as capture:
        drive(run.lab.machine, load, PIECE, MODE.name, lambda process: monitor.watch(process, SLOW))
    found = leak.find_leaks(capture.path, from_start=True)
    if not found.leaks:
        capture.path.unlink()
    return found


def judge_wire(run: Run, found: list[LeakReport]) -> None:
    leaks = sum(len(one.leaks) for one in found)
    run.check("soak: uncovered packets", leaks, "==", 0, "packets", MODE.name)
    covered = sum(sum(one.covered.values()) for one in found)
    run.check("soak: covered packets", covered, ">=", 1000, "packets", MODE.name)
    seen = sum(one.handshakes for one in found)
    run.check("soak: changes of keys that the tap saw", seen, ">=", 1, "", MODE.name)


def judge_line(run: Run, before: dict[str, Any], after: dict[str, Any], seconds: float) -> None:
    """It has got new keys as often as it should, and was never dialled anew."""
    wanted = int(seconds / run.plan.rekey_interval) - 1
    rekeys = after["rekeys"] - before["rekeys"]
    run.check("soak: changes of keys", rekeys, ">=", wanted, "", MODE.name)
    held = after["uptime"] - before["uptime"]
    run.check("soak: time without redialling", held, ">=", int(seconds) - 10, "s", MODE.name)
    plain = after["counters"]["tx_plain"] - before["counters"]["tx_plain"]
    run.check("soak: packets that the board sent in clear", plain, "==", 0, "packets", MODE.name)
    run.event(f"soak of {seconds / 60:.1f} minutes ended after {rekeys} changes of keys")
