# SPDX-License-Identifier: GPL-2.0-or-later
"""The observe document (docs/observe.md) and the table on the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pppshroud.observe.engine import Result
from pppshroud.observe.record import Record
from pppshroud.observe.scan import Scan
from pppshroud.observe.truth import Truth
from pppshroud.observe.verdict import Verdict, judge

DOCUMENT_VERSION = 1
HEADINGS = ("ENGINE", "START (UTC)", "PROTO", "FROM", "TO", "APP", "PACKETS", "BYTES", "NAMES")
NAME_WIDTH = 60


@dataclass(slots=True)
class Observation:
    """All that was found in one capture."""

    path: Path
    scan: Scan
    truth: Truth | None
    results: list[Result] = field(default_factory=list)

    def records(self) -> list[Record]:
        """Return the records of all engines."""
        return [record for result in self.results for record in result.records]

    def to_json(self) -> dict[str, object]:
        """Return the document; what depends on a ground truth only where there is one."""
        document: dict[str, object] = {
            "version": DOCUMENT_VERSION,
            "capture": self.scan.inventory.to_json(self.path),
            "engines": [self._engine_json(result) for result in self.results],
            "records": [self._record_json(record) for record in self.records()],
            "strings": self.scan.strings.to_json(),
        }
        if self.truth is not None:
            document["true_records"] = self.count_true()
            document["names"] = sorted(self.scan.needles.found)
            document["bytes_exposed"] = self.scan.exposed.octets()
        return document

    def _engine_json(self, result: Result) -> dict[str, object]:
        verdict = self.verdict(result)
        return result.to_json() | ({} if verdict is None else verdict.to_json())

    def verdict(self, result: Result) -> Verdict | None:
        """Return what an engine's answer is worth; None without a ground truth."""
        return None if self.truth is None else judge(result, self.truth, self.scan.sound)

    def _record_json(self, record: Record) -> dict[str, object]:
        document = record.to_json()
        return document if self.truth is None else document | {"true": self.truth.confirms(record)}

    def count_true(self) -> int:
        """Return how many records the ground truth confirms."""
        truth = self.truth
        return 0 if truth is None else sum(map(truth.confirms, self.records()))

    def lines(self, limit: int) -> Iterable[str]:
        """Yield the report for the terminal, with at most `limit` records an engine."""
        yield from self._capture_lines()
        for result in self.results:
            yield ""
            yield from _result_lines(result, limit)
        yield ""
        yield from self._string_lines(limit)
        if self.truth is not None:
            yield from self._truth_lines(self.truth)

    def _capture_lines(self) -> Iterable[str]:
        inventory = self.scan.inventory
        lines = ", ".join(f"{count} {line}" for line, count in sorted(inventory.lines.items()))
        yield f"{self.path.name}: {inventory.packets} packets ({lines or 'none'})"
        if inventory.damaged:
            yield f"  {inventory.damaged} damaged, the first: {inventory.first_damage}"

    def _string_lines(self, limit: int) -> Iterable[str]:
        found = sorted(self.scan.strings.found.items())
        yield f"Names found by their shape alone: {len(found) or 'none'}"
        for finding, count in found[:limit]:
            yield f"  {finding.kind:9}  {printable(finding.token)}  ({count} packets)"
        if len(found) > limit:
            yield f"  ... and {len(found) - limit} more: see --json, or raise --limit"

    def _truth_lines(self, truth: Truth) -> Iterable[str]:
        found = sorted(self.scan.needles.found)
        yield f"Records that are true: {self.count_true()} of {len(self.records())}"
        yield f"Known names in the capture: {len(found)} of {len(truth.tokens)}"
        yield from (f"  {printable(token)}" for token in found)
        yield f"Octets of known metadata in the capture: {self.scan.exposed.octets()}"


def _result_lines(result: Result, limit: int) -> Iterable[str]:
    yield f"{result.engine} {result.version}: {len(result.records) or 'no'} records"
    if result.note:
        yield f"  ({result.note})"
    for reason, count in sorted(result.discarded.items()):
        yield f"  not a record: {count} x {reason}"
    if result.guesses:
        guesses = result.guesses.most_common()
        yield "  guessed: " + ", ".join(f"{count} x {printable(app)}" for app, count in guesses)
    if result.names:
        yield f"  names: {printable(', '.join(sorted(result.names)))}"
    if result.records:
        yield from _table([HEADINGS, *map(_row, result.records[:limit])])
    if len(result.records) > limit:
        yield f"  ... and {len(result.records) - limit} more: see --json, or raise --limit"


def _row(record: Record) -> tuple[str, ...]:
    names = printable(" ".join(record.names))
    values = record.to_json()
    return (
        record.engine,
        str(values["start"])[11:23],
        record.proto,
        _endpoint(record.source.address, record.source.port),
        _endpoint(record.destination.address, record.destination.port),
        printable(record.app),
        str(record.packets),
        str(record.bytes),
        names if len(names) <= NAME_WIDTH else names[: NAME_WIDTH - 3] + "...",
    )


def _endpoint(address: str, port: int) -> str:
    if not port:
        return address
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _table(rows: list[tuple[str, ...]]) -> Iterable[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def printable(text: str) -> str:
    """Return text from a capture without anything that a terminal could obey."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
