# SPDX-License-Identifier: GPL-2.0-or-later
"""Two runs side by side: on the terminal, as comparison.json and as comparison.html."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path

from hwtest.report.charts import largest
from hwtest.report.page import mark, table, wrap
from hwtest.report.plot import number
from hwtest.report.results import Outcome, Report
from hwtest.report.storage import ReportError, load

OUTPUT = Path("build/hwtest/compare")
NOTABLE = 2.0  # percent; less is not coloured, runs on real boards differ by that anyway
USAGE = 3  # exit code of wrong use, as of `python -m hwtest`


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of both runs; None where a run has none."""

    name: str
    unit: str
    better: str  # higher, lower, or empty: depends on the machine that the rig runs on
    first: float | None
    second: float | None

    @property
    def change(self) -> float | None:
        """By how many percent the second differs from the first; None where that has no sense."""
        if self.first is None or self.second is None or not self.first:
            return None
        return 100 * (self.second / self.first - 1)

    @property
    def verdict(self) -> str:
        """Return better, worse, same, missing or unjudged, seen from the first run."""
        if self.change is None:
            return "same" if self.first == self.second else "missing"
        if not self.better:
            return "unjudged"
        if abs(self.change) < NOTABLE:
            return "same"
        return "better" if (self.change > 0) == (self.better == "higher") else "worse"


def compare(first: Report, second: Report) -> list[Row]:
    """Return all figures that either run has, in the first one's order."""
    before, after = _figures(first), _figures(second)
    # Emulated megabits, and times of steps, say more of the machine than of the board.
    speed = "" if first.virtual or second.virtual else "higher"
    better = {"Mb/s": speed, "s": ""}
    return [
        Row(
            name, unit, better.get(unit, "lower"), before.get((name, unit)), after.get((name, unit))
        )
        for name, unit in dict.fromkeys([*before, *after])
    ]


def _figures(report: Report) -> dict[tuple[str, str], float]:
    """Return figures by name and unit."""
    found: dict[tuple[str, str], float] = {}
    for flow in report.throughput:
        size = f", {flow.size} bytes" if flow.size is not None else ""
        flows = f", {flow.flows} flows" if flow.flows > 1 else ""
        name = f"{flow.mode} {flow.protocol} {flow.direction}{size}{flows}"
        found[name, "Mb/s"] = flow.megabits
    for count in largest(report.counts):
        found[f"{count.mode} per packet {count.direction}", count.unit] = count.per_packet
    for step in report.steps:
        if step.outcome is not Outcome.NOT_RUN:
            found[f"time of {step.name}", "s"] = step.seconds
    return found


def notes(first: Report, second: Report) -> list[str]:
    """Return how the runs differ besides their figures: boards, versions, faults."""
    found = []
    if first.target != second.target:
        found.append(f"different boards: {first.target} and {second.target}")
    for name in sorted({*first.versions, *second.versions}):
        old, new = first.versions.get(name, "none"), second.versions.get(name, "none")
        if old != new:
            found.append(f"{name}: {old} became {new}")
    for which, report in (("first", first), ("second", second)):
        found += [f"{which} run: {x.outcome} in {x.name}: {x.message}" for x in report.faults]
    return found


def as_json(first: Report, second: Report) -> str:
    """Return the comparison for programs; hwtest/README.md describes it."""
    rows = [
        {**asdict(row), "change_percent": None if row.change is None else round(row.change, 1),
         "verdict": row.verdict}
        for row in compare(first, second)
    ]  # fmt: skip
    runs = [
        {"target": x.target, "started": x.started, "outcome": x.outcome} for x in (first, second)
    ]
    document = {"schema": 1, "runs": runs, "notes": notes(first, second), "figures": rows}
    return json.dumps(document, indent=1, allow_nan=False) + "\n"


def as_text(first: Report, second: Report) -> str:
    """Return the comparison for a terminal."""
    head = ("figure", "unit", "first", "second", "change", "")
    rows = [head, *(_cells(row) for row in compare(first, second))]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    lines = [
        "  ".join(
            cell.ljust(width) if i in {0, 1, 5} else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([*lines, "", *notes(first, second)]).rstrip() + "\n"


def _cells(row: Row) -> tuple[str, ...]:
    change = "-" if row.change is None else f"{row.change:+.1f} %"
    verdict = row.verdict if row.verdict in {"better", "worse", "missing"} else ""
    return row.name, row.unit, _shown(row.first), _shown(row.second), change, verdict


def _shown(value: float | None) -> str:
    return "-" if value is None else number(value)


def as_page(first: Report, second: Report) -> str:
    """Return the comparison as a web page."""
    colour = {"better": Outcome.PASSED, "worse": Outcome.PRODUCT_FAULT}
    rows = []
    for row in compare(first, second):
        *cells, verdict = map(escape, _cells(row))
        outcome = colour.get(verdict, Outcome.NOT_RUN)
        rows.append((*cells, mark(outcome, verdict) if verdict else ""))
    title = f"{first.board} beside {second.board}" if first.target != second.target else first.board
    lead = f"First: begun {first.started}, {first.outcome}. "
    lead += f"Second: begun {second.started}, {second.outcome}."
    items = "".join(f"<li>{escape(note)}</li>" for note in notes(first, second))
    heads = ("figure", "unit", "#first", "#second", "#change", "")
    return wrap(
        f"{title}: two runs",
        f'<h1>{escape(title)}: two runs</h1><p class="lead">{escape(lead)}</p>'
        + (f"<h2>What differs besides</h2><ul>{items}</ul>" if items else "")
        + f"<h2>Figures</h2>{table(heads, rows)}"
        f'<p class="soft">Not judged: changes below {NOTABLE:g} %, times of steps, megabits of a '
        "virtual board.</p>",
    )


def main(arguments: Sequence[str]) -> int:
    """Compare two report.json (or their folders). Return 0, or 3 if one cannot be read."""
    parser = argparse.ArgumentParser("hwtest compare", description=__doc__)
    parser.add_argument("first", type=Path, help="report.json, or its folder")
    parser.add_argument("second", type=Path, help="the same of the run to compare with it")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="folder (default: %(default)s)")
    chosen = parser.parse_args(arguments)
    try:
        first, second = load(chosen.first), load(chosen.second)
    except ReportError as error:
        print(error, file=sys.stderr)
        return USAGE
    print(as_text(first, second), end="")
    chosen.output.mkdir(parents=True, exist_ok=True)
    for name, text in (
        ("comparison.json", as_json(first, second)), ("comparison.html", as_page(first, second)),
    ):  # fmt: skip
        (chosen.output / name).write_text(text, encoding="utf-8")
    print(f"\n{chosen.output}/comparison.html shows the same")
    return 0
