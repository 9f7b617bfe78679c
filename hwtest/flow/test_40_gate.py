# SPDX-License-Identifier: GPL-2.0-or-later
"""The board's target: megabits on a real board, instructions on an emulated one."""

from __future__ import annotations

import pytest

from hwtest.report.results import Count, Report

from .run import Run

PLAIN = "off"


@pytest.mark.parametrize("direction", ["up", "down"])
def test_gate(run: Run, shrouded: str, direction: str) -> None:
    limits = run.report.limits
    if run.board.virtual:
        found = counted(run.report, shrouded, direction)
        ratio = found.per_packet / counted(run.report, PLAIN, direction).per_packet
        title = f"instructions per packet {direction}"
        if limits.max_instructions:
            run.check(title, found.per_packet, "<=", limits.max_instructions, "", shrouded)
        if limits.max_ratio_to_pppoe:
            run.check(f"{title}, of plain PPPoE", round(ratio, 3), "<=",
                      limits.max_ratio_to_pppoe, "x", shrouded)  # fmt: skip
    elif limits.megabits:
        run.check(f"TCP {direction}", fastest(run.report, shrouded, direction), ">=",
                  limits.megabits, "Mb/s", shrouded)  # fmt: skip


def counted(report: Report, mode: str, direction: str) -> Count:
    """The count of one mode and direction; AssertionError when the steps before made none."""
    found = [c for c in report.counts if (c.mode, c.direction) == (mode, direction)]
    assert found, f"nothing was counted in mode {mode}, {direction}"
    return found[-1]


def fastest(report: Report, mode: str, direction: str) -> float:
    """The best of one flow and many: one alone may be held up by its own window."""
    found = [
        t.megabits
        for t in report.throughput
        if (t.mode, t.direction, t.protocol) == (mode, direction, "tcp")
    ]
    return max(found, default=0.0)
