# SPDX-License-Identifier: GPL-2.0-or-later
"""report.md: short enough for a README, a row for each use case over both encapsulations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from .frames import Frames
from .judge import DECEIVED, STRINGS, Row
from .limit import Limit
from .line import DECOY, HEAD, MODES, OFF
from .report import Report
from .table import totals

FINDS = """\
Real clients talk to real servers over real lines, PPPoE and L2TP, plain and with the plugin at both
ends. {count} engines get the carrier's capture; octets are those of the ground truth's addresses,
names, identifiers and signatures that are found anywhere on the wire. Two figures in a place are
those of PPPoE and L2TP. False records are of flows that never were, by nDPI or nfstream; false
names have a known shape, and nobody used them."""
TELLS = """\
Which engine tells the use case on the plain line; "ends": only who talks to whom, for it has a
record with the right addresses:"""
LIMIT = """\
An adversary who also watches the servers, and reads nothing but sizes and times of packets, finds
the flows of a covered line as well as those of a plain one. Flows found, and in brackets flows of
other use cases, moved to the same time, that he takes for the line's:"""


def markdown(title: str, report: Report) -> str:
    """Return the text of report.md."""
    engines = tuple(dict.fromkeys(row.engine for row in report.rows))
    parts = [
        f"# {title}",
        FINDS.format(count=len(engines)),
        _table(("used for", "flows", OFF, HEAD, DECOY), _found(report)),
        TELLS,
        _table(("use case", *engines), _told(report, engines)),
        LIMIT,
        _table(("use case", "flows", *MODES), _matched(report)),
        f"Together: {totals(report.limits)}.",
        _noise(report.frames),
    ]
    return "\n\n".join(parts) + "\n"


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head, *body = (f"| {' | '.join(line)} |" for line in (headings, *rows))
    return "\n".join([head, "|---" * len(headings) + "|", *body])


def _found(report: Report) -> Iterator[Sequence[str]]:
    for case in report.cases:
        rows = [row for row in report.rows if row.use_case == case.name]
        cells = (_cell([row for row in rows if row.mode == mode]) for mode in MODES)
        yield case.title, _each(rows, lambda some: some[0].flows), *cells


def _cell(rows: list[Row]) -> str:
    """What all engines got of a use case in one mode."""
    told = _each(rows, lambda some: len([row for row in some if row.signs]))
    hits = _each(rows, lambda some: sum(row.true_hits for row in some))
    exposed = _each(rows, lambda some: max(row.bytes_exposed for row in some))
    words = "nothing" if hits == exposed == "0" else f"{told} engines, {exposed} octets"
    if rows[0].mode != DECOY:
        return words
    records = _each(rows, lambda some: _false(some, DECEIVED))
    names = _each(rows, lambda some: _false(some, (STRINGS,)))
    return f"{words}; false records {records}, names {names}"


def _false(rows: Iterable[Row], engines: Sequence[str]) -> int:
    return max((row.false_records for row in rows if row.engine in engines), default=0)


def _each(rows: list[Row], value: Callable[[list[Row]], int]) -> str:
    """Return a value for each encapsulation, once if all are equal."""
    names = dict.fromkeys(row.encapsulation for row in rows)
    values = [value([row for row in rows if row.encapsulation == name]) for name in names]
    return " / ".join(str(value) for value in (values[:1] if len(set(values)) == 1 else values))


def _told(report: Report, engines: Sequence[str]) -> Iterator[Sequence[str]]:
    for case in report.cases:
        rows = [row for row in report.rows if row.use_case == case.name and row.mode == OFF]
        yield case.name, *(_tells([r for r in rows if r.engine == engine]) for engine in engines)


def _tells(rows: list[Row]) -> str:
    if any(row.signs for row in rows):
        return "yes"
    return "ends" if any(row.true_hits for row in rows) else ""


def _noise(frames: Sequence[Frames]) -> str:
    noise, decoys = sum(some.noise for some in frames), sum(some.decoys for some in frames)
    return f"Of {noise + decoys} frames in mode decoy {noise} were noise, the others decoys."


def _matched(report: Report) -> Iterator[Sequence[str]]:
    for case in report.cases:
        own = [limit for limit in report.limits if limit.use_case == case.name]
        found = [_sums([limit for limit in own if limit.mode == mode]) for mode in MODES]
        flows = sum(limit.flows for limit in own if limit.mode == OFF)
        yield case.name, str(flows), *found


def _sums(limits: Sequence[Limit]) -> str:
    matched = sum(limit.matched for limit in limits)
    return f"{matched} ({sum(limit.strangers_matched for limit in limits)})"
