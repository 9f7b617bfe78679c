# SPDX-License-Identifier: GPL-2.0-or-later
"""The demo's report: what the carrier recorded with the cover off and on, as JSON and HTML."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

PORTED = ("tcp", "udp")
LIMITS = (
    "the carrier still sees that this line was in use, when, how many packets of which size went "
    "each way, and of bulk data what lies behind the first 64 bytes of a packet, as the programs "
    "sent it; it knows whose line it is, and the ISP and everything beyond it see the traffic as "
    "ever"
)


@dataclass(frozen=True, slots=True)
class Side:
    """One half of the demo: an observe document with ground truth, and what was measured."""

    observation: dict[str, Any]  # docs/observe.md
    session_up_ms: float  # median, from the start of the router's pppd to both NCPs in use
    bytes_added_per_packet: float  # on the carrier's wire, to a full-size packet
    mtu: int  # of the PPP device, bytes
    example: bytes  # one Ethernet frame from this half's capture, for the picture

    @property
    def records(self) -> list[dict[str, Any]]:
        """The collector's records, true or not."""
        return list(self.observation["records"])

    @property
    def true_records(self) -> int:
        """How many of the records match what the clients did."""
        return int(self.observation["true_records"])

    @property
    def names(self) -> list[str]:
        """Known names and other tokens that occur anywhere in the capture."""
        return list(self.observation["names"])

    def to_json(self) -> dict[str, object]:
        """Return this half of report.json."""
        return {
            "records": self.records,
            "true_records": self.true_records,
            "names": self.names,
            "session_up_ms": self.session_up_ms,
            "bytes_added_per_packet": self.bytes_added_per_packet,
            "mtu": self.mtu,
        }


def write_json(path: Path, off: Side, on: Side) -> None:
    """Write report.json."""
    document = {"off": off.to_json(), "on": on.to_json()}
    path.write_text(json.dumps(document, indent=2) + "\n")


def closing_sentence(off: Side, on: Side) -> str:
    """Return the one sentence that the demo ends with, as the figures have it."""
    if not off.true_records or not off.names:
        return (
            "This run proves nothing: even with the cover off the collector found "
            f"{count(off.true_records, 'true record')} and {count(len(off.names), 'name')}."
        )
    if on.true_records or on.names:
        return (
            f"The cover leaked: with it on, {count(on.true_records, 'record')} and "
            f"{count(len(on.names), 'name')} of real traffic were still there to be recorded."
        )
    return (
        f"With the cover on, none of the {count(off.true_records, 'true record')} and "
        f"{count(len(off.names), 'name')} could be recorded; {LIMITS}."
    )


def count(number: int, noun: str) -> str:
    """Return "1 record", "2 records", "no records"."""
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


@dataclass(slots=True)
class Row:
    """A flow as the tables show it: the records of all engines on it together."""

    start: str
    source: str
    destination: str
    proto: str
    apps: list[str]
    names: list[str]
    engines: list[str]
    packets: int
    true: bool
    flows: int = 1


def merge_records(records: list[dict[str, Any]]) -> list[Row]:
    """Return one row for each flow, true ones first, the earliest first."""
    rows: dict[tuple[str, str, str], Row] = {}
    for record in records:
        ends = endpoint(record["src"], record["sport"]), endpoint(record["dst"], record["dport"])
        key = (record["proto"], min(ends), max(ends))
        row = rows.setdefault(
            key, Row(record["start"], *ends, record["proto"], [], [], [], 0, true=False)
        )
        _add(row.apps, [record["app"]])
        _add(row.names, record["names"])
        _add(row.engines, [record["engine"]])
        row.packets = max(row.packets, record["packets"])
        row.true = row.true or record["true"]
    return sorted(rows.values(), key=lambda row: (not row.true, row.start))


def group_rows(rows: list[Row]) -> list[Row]:
    """Return one row for all flows that differ by the port of who began only, as a reader would
    have them: the many questions to one DNS server, say."""
    groups: dict[tuple[str, str, str, str], Row] = {}
    for row in rows:
        ported = row.proto in PORTED
        source = row.source.rpartition(":")[0].strip("[]") if ported else row.source
        key = (row.proto, source, row.destination, row.apps[0] if row.apps else "")
        group = groups.get(key)
        if group is None:
            groups[key] = replace(row, names=list(row.names))
            continue
        group.source, group.flows, group.packets = (
            source,
            group.flows + 1,
            group.packets + row.packets,
        )
        _add(group.names, row.names)
    return list(groups.values())


def endpoint(address: str, port: int) -> str:
    """Return address and port as people write them."""
    if not port:
        return address
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _add(known: list[str], new: list[str]) -> None:
    """Append what is neither known, in whatever case, nor empty."""
    for text in new:
        if text and text.lower() not in (old.lower() for old in known):
            known.append(text)
