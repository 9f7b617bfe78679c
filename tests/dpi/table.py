# SPDX-License-Identifier: GPL-2.0-or-later
"""The rows of a report as a table for people: a line for each use case, a column for each mode."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .judge import DECEIVED, Row
from .limit import Limit
from .line import MODES
from .report import Report


@dataclass(frozen=True)
class Cell:
    """What all engines together got of one use case in one mode."""

    hits: int
    """True hits of all engines."""
    engines: tuple[str, ...]
    """Those that could tell the use case."""
    exposed: int
    """Octets of metadata on the wire."""
    false_records: int
    """Of whichever of nDPI and nfstream was deceived more."""
    there: bool = True

    @property
    def words(self) -> str:
        """The cell in a few words."""
        if not self.there:
            return "not measured"
        if self.hits or self.exposed:
            told = f"told by {', '.join(self.engines)}" if self.engines else "not told"
            return f"{told}; {self.exposed} octets exposed"
        false = f"; {self.false_records} false records" if self.false_records else ""
        return f"nothing true{false}"


@dataclass(frozen=True)
class Line:
    """One use case over one encapsulation."""

    use_case: str
    title: str
    encapsulation: str
    flows: int
    void: bool
    cells: tuple[Cell, ...]
    """In the order of MODES."""
    matched: tuple[Limit | None, ...]
    """The same for the adversary who watches both ends."""


def lines(report: Report) -> list[Line]:
    """Return the table's lines."""
    titles = {case.name: case.title for case in report.cases}
    keys = dict.fromkeys((row.use_case, row.encapsulation) for row in report.rows)
    return [_line(report, titles[name], name, encapsulation) for name, encapsulation in keys]


def _line(report: Report, title: str, name: str, encapsulation: str) -> Line:
    rows = [r for r in report.rows if (r.use_case, r.encapsulation) == (name, encapsulation)]
    found = {
        limit.mode: limit
        for limit in report.limits
        if (limit.use_case, limit.encapsulation) == (name, encapsulation)
    }
    return Line(
        name, title, encapsulation, max(row.flows for row in rows), any(row.void for row in rows),
        tuple(_cell(row for row in rows if row.mode == mode) for mode in MODES),
        tuple(found.get(mode) for mode in MODES),
    )  # fmt: skip


def _cell(rows: Iterable[Row]) -> Cell:
    rows = list(rows)
    if not rows:
        return Cell(0, (), 0, 0, there=False)
    return Cell(
        sum(row.true_hits for row in rows),
        tuple(row.engine for row in rows if row.signs),
        max(row.bytes_exposed for row in rows),
        max((row.false_records for row in rows if row.engine in DECEIVED), default=0),
    )


def limit_words(limit: Limit | None) -> str:
    """Say what the adversary at both ends matched."""
    return "" if limit is None else f"{limit.matched} of {limit.flows}"


def totals(limits: Sequence[Limit]) -> str:
    """Say how often that adversary was right and how often wrong, over all use cases."""
    sums = [
        (mode, [limit for limit in limits if limit.mode == mode])
        for mode in MODES
        if any(limit.mode == mode for limit in limits)
    ]
    return "; ".join(
        f"{mode}: {sum(x.matched for x in found)} of {sum(x.flows for x in found)} flows found, "
        f"{sum(x.strangers_matched for x in found)} of {sum(x.strangers for x in found)} others "
        "taken for them"
        for mode, found in sums
    )
