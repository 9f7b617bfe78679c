# SPDX-License-Identifier: GPL-2.0-or-later
"""A report with something of everything."""

from __future__ import annotations

from hwtest.report.results import (
    Check,
    Count,
    Event,
    Outcome,
    Report,
    Sample,
    Step,
    Target,
    Throughput,
)


def make_report(*, factor: float = 1.0, virtual: bool = False, faulty: bool = False) -> Report:
    """`factor` is how many more megabits and how many fewer instructions mode head needs."""
    report = Report("a-board", "A <board> & more", "SoC", virtual, "2026-11-22T15:00:00Z", 1234.5)
    report.limits = Target(800.0, 10500.0, 1.4, "somebody's measurement")
    report.versions = {"kernel": "6.12.57", "pppd": "2.5.2", "image": "v1"}
    for mode, scale in (("off", 1.0), ("head", factor)):
        report.throughput += [
            Throughput(mode, "up", "tcp", None, 1, 900.0 * scale, 10.0, retransmits=3),
            Throughput(mode, "down", "tcp", None, 32, 910.0 * scale, 10.0, retransmits=0),
            Throughput(mode, "up", "udp", 512, 1, 300.5 * scale, 10.0, lost_percent=0.4),
        ]
        report.counts += [
            Count(mode, "up", 1492, "instructions", 10000 / scale),
            Count(mode, "up", 52, "instructions", 9000 / scale),
        ]
    report.checks = [Check("TCP up", "head", 900 * factor, 800, ">=", "Mb/s")]
    report.samples = [
        Sample(3.0, "off", 80.5, 60.0, None, 90000, "off"),
        Sample(6.0, "head", None, None, None, 89000, None),
        Sample(9.0, "head", 99.0, 70.0, None, 88000, "off"),
    ]
    report.events = [Event(4.0, "line up in mode head")]
    report.steps = [Step("test_flash", Outcome.PASSED, 61.0)]
    if faulty:
        fault = Step("test_line", Outcome.RIG_FAULT, 3.0, "tftp", "no <file>", "Look there.")
        report.steps += [fault, Step("test_restore", Outcome.NOT_RUN, 0.0)]
    report.logs = ["console.log", "a log.txt"]
    return report
