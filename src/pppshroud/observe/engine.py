# SPDX-License-Identifier: GPL-2.0-or-later
"""What an engine gives back, and the table in which it gathers packets into flows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from pppshroud.observe.record import Endpoint, Record


@dataclass(slots=True)
class Result:
    """One engine's answer."""

    engine: str
    version: str
    note: str = ""  # what was done to the capture so that the engine could read it
    records: list[Record] = field(default_factory=list)
    discarded: Counter[str] = field(default_factory=Counter)  # reason -> packets or flows
    guesses: Counter[str] = field(default_factory=Counter)  # application -> pieces of packets
    surplus: set[str] = field(default_factory=set)  # guesses that are more than chance
    names: set[str] = field(default_factory=set)  # that belong to no record

    def to_json(self) -> dict[str, object]:
        """Return the summary as docs/observe.md describes it."""
        return {
            "engine": self.engine,
            "version": self.version,
            "note": self.note,
            "records": len(self.records),
            "discarded": dict(sorted(self.discarded.items())),
            "guesses": dict(sorted(self.guesses.items())),
            "surplus": sorted(self.surplus),
            "names": sorted(self.names),
        }


class FlowTable:
    """Finds the record that a packet belongs to, whichever way it goes."""

    def __init__(self, engine: str) -> None:
        self.engine = engine
        self.flows: dict[tuple[str, Endpoint, Endpoint], Record] = {}

    def take(
        self, proto: str, source: Endpoint, destination: Endpoint, time: float, length: int
    ) -> Record:
        """Count a packet of `length` bytes in its flow's record and return the record."""
        key = (proto, min(source, destination), max(source, destination))
        record = self.flows.get(key)
        if record is None:
            record = Record(self.engine, time, time, proto, source, destination)
            self.flows[key] = record
        record.end = max(record.end, time)
        record.packets += 1
        record.bytes += length
        return record

    def records(self) -> list[Record]:
        """Return all records, the earliest first."""
        return sorted(self.flows.values(), key=lambda record: record.start)
