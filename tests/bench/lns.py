# SPDX-License-Identifier: GPL-2.0-or-later
"""python -m tests.bench.lns: what an LNS of many sessions spends; writes build/bench/lns.json.

The plugin's data path and state machine run in the same emulated board as in the other benchmark,
so instructions are counted, and are the same each time; only handshakes per second are timed.
"""

from __future__ import annotations

import json
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.testbed import toolchain

from . import build, machine, program
from .errors import BenchError

SESSIONS = (1, 100, 1000, 10_000)
ROUTER = 64
"""Sessions that fit on a router's device unless it is told otherwise."""
PACKETS = 10_000
HANDSHAKES = 16
TIMED = 300
"""Handshakes that are timed on this machine."""
TIMEOUT = 900.0
WAYS = ("out", "in")
GROWTH = 1.02
"""A packet among many sessions may cost at most so much more than one of a single session."""


@dataclass(frozen=True)
class Row:
    """So many sessions on one device."""

    sessions: int
    insn_out: float  # per packet sent, first 64 octets covered
    insn_in: float
    insn_open: float  # per session: begun, and its first keys given
    insn_sweep: float  # looking whose process has died
    device_bytes: int  # of maps whose size was chosen at load
    session_bytes: int  # of the map that each session has


@dataclass(frozen=True)
class Handshake:
    """The LNS's part of one."""

    insn: float
    per_second_here: float


class Regions:
    """What the guest's log says of the counter's regions, with their counts."""

    def __init__(self, log: str, counts: str) -> None:
        totals = [sum(map(int, line.split())) for line in counts.splitlines()]
        self._found: dict[str, tuple[list[int], int]] = {}
        first = 0
        for name, count, packets in re.findall(
            r"^REGIONS (\S+) count=(\d+) packets=(\d+)\s*$", log, re.MULTILINE
        ):
            last = first + int(count)
            self._found[name] = totals[first:last], int(packets)
            first = last
        self.rest = totals[first:]
        """Regions behind the last that the log names."""

    def each(self, name: str) -> float:
        """Instructions per packet of the median region."""
        try:
            totals, packets = self._found[name]
        except KeyError:
            raise BenchError(f"the guest made no region {name}") from None
        return median(totals) / packets


def parse(log: str, counts: str, sessions: int) -> Row:
    """Evaluate what the guest did with so many sessions. Raises BenchError."""
    regions = Regions(log, counts)
    counted = re.search(rf"^COUNTED {sessions} out=(\d+) in=(\d+)", log, re.MULTILINE)
    memory = re.search(rf"^MEMORY {sessions} (.+?)\s*$", log, re.MULTILINE)
    if not counted or not memory:
        raise BenchError(f"the guest did not finish {sessions} sessions")
    packets = _packets(sessions)
    # Each is sent twice: once to be counted, once to have a frame to receive.
    if (int(counted[1]), int(counted[2])) != (2 * packets, packets):
        raise BenchError(f"{sessions} sessions: of {packets} packets not all were covered by block")
    octets = {name: int(n) for name, n in re.findall(r"(\w+)=(\d+)", memory[1])}
    each = {
        way: regions.each(f"{way},{sessions}") - regions.each(f"{way}-base,{sessions}")
        for way in WAYS
    }
    return Row(
        sessions, each["out"], each["in"],
        regions.each(f"open,{sessions}"), regions.each(f"sweep,{sessions}"),
        sum(octets.values()) - octets["session"], octets["session"],
    )  # fmt: skip


def _packets(sessions: int) -> int:
    return PACKETS if sessions != ROUTER else ROUTER * 8


def complaints(rows: list[Row]) -> list[str]:
    """Where a packet costs more the more sessions there are."""
    first = rows[0]
    pairs = [
        (way, getattr(row, way) / getattr(first, way), row.sessions)
        for row in rows[1:]
        for way in ("insn_out", "insn_in")
    ]
    return [
        f"{way}: {ratio:.3f} times as much with {sessions} sessions as with {first.sessions}"
        for way, ratio, sessions in pairs
        if ratio > GROWTH
    ]


def handshake(log: str, counts: str, here: str) -> Handshake:
    """From the guest's output and counts, and what the same program printed on this machine."""
    line = r"^HANDSHAKES count=(\d+) regions=(\d+) seconds=([\d.]+)\s*$"
    guest, host = re.search(line, log, re.MULTILINE), re.search(line, here, re.MULTILINE)
    totals = Regions(log, counts).rest
    if not guest or not host or len(totals) != int(guest[2]):
        raise BenchError("the handshakes were not counted")
    return Handshake(sum(totals) / int(guest[1]), int(host[1]) / float(host[3]))


def as_json(rows: list[Row], router: Row, shake: Handshake, pppd: dict[str, int]) -> str:
    """README.md of this folder describes it."""
    document = {
        "rows": [_json_row(row) for row in rows],
        "router_bytes": router.device_bytes + router.session_bytes,
        "handshake_insn": round(shake.insn),
        "handshakes_per_second_here": round(shake.per_second_here),
        "pppd_private_bytes": pppd,
    }  # fmt: skip
    return json.dumps(document, indent=1) + "\n"


def _json_row(row: Row) -> dict[str, float]:
    figures = {name: round(value, 1) for name, value in vars(row).items()}
    rates = {f"packets_per_ginsn_{way}": round(1e9 / figures[f"insn_{way}"]) for way in WAYS}
    return figures | rates


def as_table(rows: list[Row], router: Row, shake: Handshake, pppd: dict[str, int]) -> str:
    """The same for people, in Markdown."""
    lines = [
        (
            "| sessions | insn/packet out | in | insn to begin one | insn to look for the dead "
            "| KiB of the device | KiB a session |"
        ),
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {row.sessions} | {row.insn_out:.0f} | {row.insn_in:.0f} | {row.insn_open:.0f} "
        f"| {row.insn_sweep:.0f} | {row.device_bytes / 1024:.0f} | {row.session_bytes / 1024:.1f} |"
        for row in rows
    ]
    total = (router.device_bytes + router.session_bytes) / 1024
    lines.append("")
    lines.append(
        f"A router's device, with room for {ROUTER} sessions and one there: {total:.0f} KiB."
    )
    lines.append(
        f"With 10^9 instructions a second and nothing else to do: {1e9 / rows[-1].insn_out:,.0f} "
        f"packets a second out, or {1e9 / rows[-1].insn_in:,.0f} in."
    )
    lines.append(
        f"An LNS's part of a handshake: {shake.insn / 1e6:.1f} million instructions; "
        f"one processor of this machine does {shake.per_second_here:.0f} a second."
    )
    lines.append(
        f"pppd has {pppd['plain'] / 1024:.0f} KiB for itself alone, with the plugin "
        f"{pppd['shroud'] / 1024:.0f} KiB."
    )
    return "\n".join(lines) + "\n"


def _boot(parts: build.Parts, work: Path, name: str, **environment: object) -> machine.Output:
    return machine.boot(name, environment, parts, work, TIMEOUT)


def _pppd(parts: build.Parts, work: Path, cover: str) -> int:
    output = _boot(parts, work, f"pppd-{cover}", SCRIPT="pppd", COVER=cover)
    found = re.findall(r"^PPPD (\d+)\s*$", output.log.read_text(errors="replace"), re.MULTILINE)
    if len(found) != 2:
        raise BenchError("the guest did not say what memory pppd has")
    return sum(map(int, found)) * 1024


def bench(folder: Path) -> list[str]:
    """Measure, print the table, write lns.json and lns.md; return what is not as it must be."""
    work = folder / "work"
    parts = build.build(work)
    here = toolchain.run([build.inside(build.handshakes(work)), str(TIMED)]).stdout
    numbers = ",".join(map(str, SESSIONS))
    with ThreadPoolExecutor() as pool:
        pppd = {
            name: pool.submit(_pppd, parts, work, cover)
            for name, cover in (("plain", "none"), ("shroud", "head"))
        }
        output = _boot(
            parts, work, "lns", SCRIPT="lns", SESSIONS=numbers, ROUTER=ROUTER, PACKETS=PACKETS,
            ROUTER_PACKETS=_packets(ROUTER), HANDSHAKES=HANDSHAKES,
        )  # fmt: skip
    log, counts = output.log.read_text(errors="replace"), output.counts.read_text()
    rows = [parse(log, counts, number) for number in SESSIONS]
    results = (
        rows, parse(log, counts, ROUTER), handshake(log, counts, here),
        {name: future.result() for name, future in pppd.items()},
    )  # fmt: skip
    (folder / "lns.json").write_text(as_json(*results))
    (folder / "lns.md").write_text(as_table(*results))
    print(as_table(*results), end="")
    return complaints(rows)


if __name__ == "__main__":
    sys.exit(program.run(bench, "lns.json"))
