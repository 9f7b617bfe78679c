# SPDX-License-Identifier: GPL-2.0-or-later
"""Turns what the engines found in the captures into the report's rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pppshroud.observe.command import observe
from pppshroud.observe.report import Observation
from pppshroud.observe.truth import Truth

from .complaints import complaints
from .line import DECOY, HEAD, OFF
from .play import Play
from .truth import real_flows

OBSERVE_TIMEOUT = 300.0
STRINGS = "strings"
DECEIVED = ("ndpi", "nfstream")


@dataclass(frozen=True)
class Row:
    """One engine on one capture."""

    use_case: str
    engine: str
    encapsulation: str
    mode: str
    covered_by: str
    flows: int
    """Real flows of the use case."""
    true_hits: int = 0
    """True records, and names, words and signatures that tell the use case."""
    signs: tuple[str, ...] = ()
    """Those names, words and signatures."""
    false_records: int = 0
    """Records of flows that never were, with right checksums; names that nobody used."""
    chance_records: int = 0
    """Records of noise that passed for a header with wrong checksums."""
    bytes_exposed: int = 0
    """Octets of the ground truth's metadata that are anywhere on the wire, each datum once."""
    void: bool = False
    """Whether no engine could tell the use case on the plain line: the row then proves nothing."""
    complaints: int = 0
    """Packets of mode decoy that tshark calls malformed, or whose checksums it calls wrong."""
    note: str = ""


def judge_play(play: Play, engines: Sequence[str]) -> list[Row]:
    """Give one capture to the engines; return a row for each, `void` still unknown."""
    observation = observe(play.capture, play.truth, engines, OBSERVE_TIMEOUT)
    assert observation.truth is not None
    base = Row(
        play.case.name, "", play.encapsulation, play.mode, play.covered_by,
        len(real_flows(play.servers)), bytes_exposed=observation.scan.exposed.octets(),
    )  # fmt: skip
    rows = [_strings_row(base, observation, observation.truth)]
    for result in observation.results:
        verdict = observation.verdict(result)
        assert verdict is not None
        wrong = result.engine == "tshark" and play.mode == DECOY
        rows.append(replace(
            base, engine=result.engine, true_hits=verdict.true_hits, signs=verdict.signs,
            false_records=verdict.false_records, chance_records=verdict.chance_records,
            complaints=len(complaints(play.capture)) if wrong else 0, note=result.note,
        ))  # fmt: skip
    return rows


def _strings_row(base: Row, observation: Observation, truth: Truth) -> Row:
    """The search of bytes: for what is known, and for names by their shape."""
    known = {*truth.tokens, *(pattern.hex() for pattern in truth.patterns)}
    signs = sorted(known & set(observation.scan.exposed.found))
    shapes = {finding.token for finding in observation.scan.strings.found}
    false = [shape for shape in shapes if not truth.tokens_in([shape])]
    return replace(
        base, engine=STRINGS, true_hits=len(signs), signs=tuple(signs), false_records=len(false)
    )


def mark_void(rows: Iterable[Row]) -> list[Row]:
    """Mark the rows of use cases that no engine could tell on the plain line."""
    rows = list(rows)
    told = {(row.use_case, row.encapsulation) for row in rows if row.mode == OFF and row.signs}
    return [replace(row, void=(row.use_case, row.encapsulation) not in told) for row in rows]


def faults(rows: Sequence[Row]) -> list[str]:
    """Return a sentence for each thing that is not as it must be."""
    found = list(_decoy_faults(rows))
    for row in rows:
        where = f"{row.use_case}, {row.engine}, {row.encapsulation}, {row.mode}"
        if row.void and row.mode == OFF and row.engine == STRINGS:
            found.append(f"{row.use_case}, {row.encapsulation}: no engine detects it in clear")
        if row.mode != OFF and (row.true_hits or row.bytes_exposed):
            found.append(f"{where}: {row.true_hits} true hits, {row.bytes_exposed} octets exposed")
        if row.complaints:
            found.append(f"{where}: tshark calls {row.complaints} packets malformed")
        if row.mode == HEAD and row.false_records:
            found.append(f"{where}: {row.false_records} false records")
    return found


def _decoy_faults(rows: Sequence[Row]) -> Iterator[str]:
    """A decoy must make nDPI or nfstream record at least as many flows as there were."""
    best: dict[tuple[str, str], int] = {}
    for row in rows:
        if row.mode == DECOY and row.engine in DECEIVED:
            key = (row.use_case, row.encapsulation)
            best[key] = max(best.get(key, -row.flows), row.false_records - row.flows)
    for (use_case, encapsulation), more in best.items():
        if more < 0:
            yield f"{use_case}, {encapsulation}, decoy: {-more} flows without a false record"
