# SPDX-License-Identifier: GPL-2.0-or-later
"""python -m tests.bench.dial: what shroud adds to a dial; writes build/bench/dial.json and .md.

Both ends dial in the same emulated board as in the other benchmarks, whose clock is driven by its
instructions: the times are those of one processor of 10^9 instructions a second that does the work
of CPE and LNS, and of no real one, but they are the same each time.
"""

from __future__ import annotations

import json
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from . import build, machine, program
from .errors import BenchError

DIALS = 11
TIMEOUT = 600.0
COVERS = {"plain": "none", "head": "head", "decoy": "decoy"}
OWN_WORK_MS = 50.0
"""Of each end; the wire has no delay here."""


@dataclass(frozen=True)
class Row:
    """Dials in one mode; milliseconds from the start of the CPE's pppd until its line is up."""

    mode: str
    first_ms: float
    """The first after a boot, which loads the programs at both ends."""
    each_ms: tuple[float, ...]
    """The others."""

    @property
    def ms(self) -> float:
        """Their median."""
        return median(self.each_ms)


def parse(mode: str, log: str) -> Row:
    """Evaluate what the guest printed. Raises BenchError."""
    found = [round(int(ns) / 1e6, 3) for ns in re.findall(r"^DIAL (\d+)\s*$", log, re.MULTILINE)]
    if len(found) != DIALS:
        raise BenchError(f"{mode}: {len(found)} of {DIALS} dials came up")
    return Row(mode, found[0], tuple(found[1:]))


def later(rows: list[Row], row: Row) -> float:
    """By how many milliseconds a line comes up later than in the first row."""
    return row.ms - rows[0].ms


def complaints(rows: list[Row]) -> list[str]:
    """Where both ends together take too long."""
    return [
        f"{row.mode}: both ends together take {later(rows, row):.1f} ms longer to dial, "
        f"{2 * OWN_WORK_MS:.0f} ms are allowed"
        for row in rows[1:]
        if later(rows, row) > 2 * OWN_WORK_MS
    ]


def as_json(rows: list[Row]) -> str:
    """README.md of this folder describes it."""
    shown = [asdict(row) | {"ms": row.ms, "later_ms": round(later(rows, row), 3)} for row in rows]
    return json.dumps(shown, indent=1) + "\n"


def as_table(rows: list[Row]) -> str:
    """The same for people, in Markdown."""
    lines = ["| mode | ms a dial | later | allowed | the first, nothing being loaded |"]
    lines.append("|---|---:|---:|---:|---:|")
    for row in rows:
        more = ("", "")
        if row is not rows[0]:
            more = (f"{later(rows, row):+.1f}", f"{2 * OWN_WORK_MS:.0f}")
        lines.append(f"| {row.mode} | {row.ms:.1f} | {more[0]} | {more[1]} | {row.first_ms:.0f} |")
    return "\n".join(lines) + "\n"


def bench(folder: Path) -> list[str]:
    """Measure, print the table, write dial.json and dial.md; return what takes too long."""
    work = folder / "work"
    parts = build.build(work)

    def measure(mode: str) -> Row:
        words = {"SCRIPT": "dial", "COVER": COVERS[mode], "DIALS": DIALS}
        output = machine.boot(f"dial-{mode}", words, parts, work, TIMEOUT)
        return parse(mode, output.log.read_text(errors="replace"))

    with ThreadPoolExecutor() as pool:
        rows = list(pool.map(measure, COVERS))
    (folder / "dial.json").write_text(as_json(rows))
    (folder / "dial.md").write_text(as_table(rows))
    print(as_table(rows), end="")
    return complaints(rows)


if __name__ == "__main__":
    sys.exit(program.run(bench, "dial.json"))
