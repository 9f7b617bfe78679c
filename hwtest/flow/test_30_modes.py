# SPDX-License-Identifier: GPL-2.0-or-later
"""Each mode in turn: what the carrier sees of it, what goes through, and what it costs."""

from __future__ import annotations

from hwtest.lab.traffic import Load, drive
from tests.testbed import leak

from . import cost, tap
from .conftest import SECRET
from .modes import Mode
from .run import Run


def test_tap(run: Run, mode: Mode) -> None:
    """The line is dialled anew under the carrier's eyes."""
    with tap.recorded(run.lab) as capture:
        run.line.redial()
        run.line.await_up()
        assert run.lab.await_reach(mode.server), "no answer after dialling anew"
        assert run.lab.ask(SECRET, mode.server), f"no answer to the question for {SECRET}"
        gentle = Load("both", megabits=run.plan.soak_megabits)
        drive(run.lab.machine, gentle, run.plan.traffic_seconds, mode.name, server=mode.server)
    found = leak.find_leaks(capture.path, [SECRET])
    named = sum(SECRET in str(one) for one in found.leaks)
    if mode.shroud:
        run.check("uncovered packets on the WAN", len(found.leaks), "==", 0, "packets", mode.name)
        run.check("covered packets on the WAN", sum(found.covered.values()), ">=", 100, "packets",
                  mode.name)  # fmt: skip
        capture.path.unlink()
    elif mode.name == "off":
        run.check("times the tap reads the name in plain", named, ">=", 1, "times", mode.name)


def test_traffic(run: Run, mode: Mode, load: Load) -> None:
    found = run.measure(load, mode)
    run.check(f"{load}: anything arrives", found.megabits, ">=", 0.01, "Mb/s", mode.name)


def test_cost(run: Run, mode: Mode) -> None:
    """Instructions of a forwarded packet, where the board can be made to count them."""
    run.report.counts += cost.count(run, mode)
