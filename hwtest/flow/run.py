# SPDX-License-Identifier: GPL-2.0-or-later
"""One run of the flow: the board, the lab around it, and the report that both fill."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from hwtest.board.board import Board
from hwtest.board.faults import ProductFault
from hwtest.lab.lab import Lab
from hwtest.lab.monitor import Monitor
from hwtest.lab.traffic import Load, drive
from hwtest.report.results import Check, Event, Report, Throughput

from .line import Line
from .modes import Mode
from .plan import Plan


@dataclass
class Run:
    """What the steps share."""

    board: Board
    lab: Lab
    line: Line
    plan: Plan
    report: Report
    packages: Path
    begun: float = field(default_factory=time.monotonic)

    def clock(self) -> float:
        """Seconds since the run began."""
        return round(time.monotonic() - self.begun, 3)

    def event(self, text: str) -> None:
        """A moment that explains what plots and console log show."""
        self.report.events.append(Event(self.clock(), text))
        self.board.note(text)

    def boot(self, image: str) -> None:
        """Power the board anew, and wait until its services run."""
        self.board.boot(image)
        self.line.await_booted()

    def check(
        self, name: str, value: float, relation: str, limit: float, unit: str, mode: str = ""
    ) -> None:
        """Enter a judged figure; ProductFault if it misses its limit."""
        check = Check(name, mode, value, limit, relation, unit)
        self.report.checks.append(check)
        if not check.passed:
            where = f"mode {mode}" if mode else ""
            what = f"{name}: {value:g} {unit}, which must be {relation} {limit:g}"
            raise ProductFault("limit", what, where)

    def measure(self, load: Load, mode: Mode) -> Throughput:
        """Drive `load` through the board, watch the board meanwhile, enter both."""
        monitor = Monitor(self.board, self.clock, mode.name)
        interval, seconds = self.plan.sample_seconds, self.plan.traffic_seconds
        try:
            found = drive(
                self.lab.machine,
                load,
                seconds,
                mode.name,
                lambda process: monitor.watch(process, interval),
                mode.server,
            )
        finally:
            self.report.samples += monitor.samples
        self.report.throughput.append(found)
        return found
