# SPDX-License-Identifier: GPL-2.0-or-later
"""From the guest's console and the counter's file to instructions per packet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from .errors import BenchError
from .machine import Job, Output
from .modes import BY_NAME, DIRECTIONS

ETHERNET = 14  # bytes of header
PPPOE = 8  # bytes of PPPoE and PPP header (RFC 2516)
BLOCK = 64  # bytes: packets up to this length are one block, covered as such
CALIBRATION_LOOP = 2  # instructions
CALIBRATION_SLACK = 1.05  # interrupts that come meanwhile


@dataclass(frozen=True)
class Span:
    """Equal regions that follow one another in the counter's file."""

    first: int
    count: int
    packets: int  # in each


@dataclass(frozen=True)
class Measurement:
    """One mode, one size, one direction."""

    mode: str
    direction: str
    size: int  # bytes of IP packet as the LAN host sees it
    size_name: str  # as it was asked for
    insn_per_packet: float
    inner_mtu: int
    wire_bytes_added: int  # to what plain PPPoE would send


@dataclass(frozen=True)
class Run:
    """What the log of one boot says."""

    mtu: int
    spans: dict[tuple[str, int], Span]
    blocked: dict[tuple[str, int], tuple[int, int]]  # packets, bytes
    counters: dict[str, int]  # of the data path on the CPE's side: frames by name

    def size(self, name: str) -> int:
        """Bytes of a size as it was asked for."""
        return self.mtu if name == "mtu" else int(name)


def read(job: Job, output: Output) -> tuple[Run, list[Measurement]]:
    """Evaluate one boot. Raises BenchError if packets were lost or counts are missing."""
    run = parse_log(output.log.read_text(errors="replace"))
    totals = read_counts(output.counts, run)
    _check_calibration(run, totals)
    _check_covered(job, run)
    return run, [
        _measurement(job, run, totals, direction, name)
        for name in job.sizes
        for direction in DIRECTIONS
    ]


def parse_log(text: str) -> Run:
    """Read the lines that guest/bench.sh describes."""
    spans: dict[tuple[str, int], Span] = {}
    blocked = {}
    first = 0
    for match in re.finditer(r"^REGIONS (\S+) count=(\d+) packets=(\d+)\s*$", text, re.MULTILINE):
        span = Span(first, int(match[2]), int(match[3]))
        spans[_key(match[1])] = span
        first += span.count
    for match in re.finditer(r"^BLOCKED (\S+) packets=(\d+) bytes=(\d+)\s*$", text, re.MULTILINE):
        blocked[_key(match[1])] = (int(match[2]), int(match[3]))
    mtu = re.search(r"^MTU (\d+)\s*$", text, re.MULTILINE)
    if not mtu:
        raise BenchError("the guest did not say its MTU")
    counters = re.findall(r"^COUNTER (\S+) (\d+)\s*$", text, re.MULTILINE)
    return Run(int(mtu[1]), spans, blocked, {name: int(count) for name, count in counters})


def _key(name: str) -> tuple[str, int]:
    kind, _, size = name.partition(",")
    return kind, int(size or 0)


def read_counts(path: Path, run: Run) -> list[int]:
    """Instructions of each region, of kernel and user space together."""
    totals = [sum(map(int, line.split())) for line in path.read_text().splitlines()]
    expected = sum(span.count for span in run.spans.values())
    if len(totals) != expected:
        raise BenchError(f"the counter saw {len(totals)} regions, the guest made {expected}")
    return totals


def _check_calibration(run: Run, totals: list[int]) -> None:
    """A loop of known length shows that the counter counts."""
    span = run.spans["calibration", 0]
    known = span.packets * CALIBRATION_LOOP
    if not known <= totals[span.first] <= known * CALIBRATION_SLACK:
        raise BenchError(f"the counter saw {totals[span.first]} instructions in a loop of {known}")


def _check_covered(job: Job, run: Run) -> None:
    """Each packet of each measurement was covered or uncovered in the way that is measured."""
    kind = BY_NAME[job.mode].counter
    if kind == "none":
        return
    sizes = [size for size in map(run.size, job.sizes) if kind != "whole" or size > BLOCK]
    for counter in (f"tx_{kind}", f"rx_{kind}"):
        seen, wanted = run.counters.get(counter, 0), job.packets * len(sizes)
        if seen < wanted:
            raise BenchError(f"{job.mode}: {counter} is {seen}, must be {wanted} or more")


def _measurement(job: Job, run: Run, totals: list[int], direction: str, name: str) -> Measurement:
    size = run.size(name)
    stopped = {kind: run.blocked[kind, size] for kind in (f"{direction}-base", direction)}
    for kind, (packets, _) in stopped.items():
        if packets != job.packets:
            raise BenchError(
                f"{job.mode}: {packets} of {job.packets} packets of {size} bytes arrived ({kind})"
            )
    packets, wire = run.blocked["up" if direction == "up" else "down-base", size]
    cost = _per_packet(run, totals, direction, size)
    cost -= _per_packet(run, totals, f"{direction}-base", size)
    added = wire // packets - ETHERNET - PPPOE - size
    return Measurement(job.mode, direction, size, name, cost, run.mtu, added)


def _per_packet(run: Run, totals: list[int], kind: str, size: int) -> float:
    """Of the regions the one at the lower quartile counts: what comes by can only add to them."""
    span = run.spans[kind, size]
    ascending = sorted(totals[span.first : span.first + span.count])
    return ascending[span.count // 4] / span.packets
