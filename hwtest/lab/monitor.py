# SPDX-License-Identifier: GPL-2.0-or-later
"""Watches the board over its console while traffic runs through it.

One short command a sample: processor time, free memory, temperature, and the flows that the kernel
has taken out of its normal path. Text that the board's kernel makes anyway; nothing is installed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from hwtest.report.results import Sample
from tests.testbed.errors import TestbedTimeoutError
from tests.testbed.process import Process

COMMAND = (
    "grep -h -E '^cpu |^MemAvailable' /proc/stat /proc/meminfo; "
    "cat /sys/class/thermal/thermal_zone*/temp 2>/dev/null; "
    "grep -o -h -m 64 -E '\\[(HW_)?OFFLOAD\\]' /proc/net/nf_conntrack 2>/dev/null; true"
)
SOFTIRQ, IDLE = 6, (3, 4)
"""Fields of /proc/stat's line "cpu": softirq; idle and iowait."""
PATIENCE = 60.0
"""Seconds: a processor that is busy forwarding answers late."""


class Told(Protocol):
    """What a command on the board has printed."""

    @property
    def output(self) -> str: ...


class Console(Protocol):
    """What is needed of a board."""

    def run(self, command: str, timeout: float = ...) -> Told: ...


@dataclass(frozen=True)
class Reading:
    """What the board said at one moment; times in clock ticks of all cores since its boot."""

    ticks: tuple[int, ...]
    free_kib: int | None
    temperature: float | None
    offload: str | None


class Monitor:
    """Makes samples, each of the time since the reading before."""

    def __init__(self, board: Console, clock: Callable[[], float], mode: str = "") -> None:
        """clock: seconds since the run began."""
        self.board, self.clock, self.mode = board, clock, mode
        self.samples: list[Sample] = []
        self._last = self._read()

    def watch(self, process: Process, interval: float) -> None:
        """Sample every `interval` seconds for as long as `process` runs."""
        while process.running:
            started = time.monotonic()
            self.sample()
            left = interval - (time.monotonic() - started)
            if left > 0:
                await_end(process, left)

    def sample(self) -> Sample:
        before, now = self._last, self._read()
        self._last = now
        spent = [b - a for a, b in zip(before.ticks, now.ticks, strict=True)]
        total = sum(spent)
        busy = total - sum(spent[i] for i in IDLE)
        made = Sample(
            self.clock(),
            self.mode,
            cpu_percent=100 * busy / total if total else None,
            softirq_percent=100 * spent[SOFTIRQ] / total if total else None,
            temperature=now.temperature,
            free_kib=now.free_kib,
            offload=now.offload,
        )
        self.samples.append(made)
        return made

    def _read(self) -> Reading:
        return parse(self.board.run(COMMAND, timeout=PATIENCE).output)


def await_end(process: Process, seconds: float) -> None:
    """Wait until `process` ends, `seconds` at most."""
    try:
        process.wait(seconds / process.machine.slowness)
    except TestbedTimeoutError:
        return


def parse(text: str) -> Reading:
    """Understand what COMMAND prints. ValueError without the processors' times."""
    ticks: tuple[int, ...] = ()
    free: int | None = None
    heat: list[float] = []
    flows: set[str] = set()
    for words in (line.split() for line in text.splitlines() if line.strip()):
        if words[0] == "cpu":
            ticks = tuple(map(int, words[1:9]))
        elif words[0] == "MemAvailable:":
            free = int(words[1])
        elif words[0].lstrip("-").isdigit():
            heat.append(int(words[0]) / 1000)
        else:
            flows.update(words)
    if len(ticks) != 8:
        raise ValueError(f"the board's /proc/stat has no usable line of all cores: {text[:200]!r}")
    offload = "hardware" if "[HW_OFFLOAD]" in flows else "software" if flows else "off"
    return Reading(ticks, free, max(heat, default=None), offload)
