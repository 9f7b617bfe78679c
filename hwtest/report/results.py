# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run of the rig found. report.json is these classes, field by field; hwtest/README.md
describes it for readers of the file, storage.py reads and writes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

SCHEMA = 1


class Outcome(StrEnum):
    """Who is to blame, if anybody."""

    PASSED = "passed"
    PRODUCT_FAULT = "product-fault"  # pppshroud, or the router's software, did wrong
    RIG_FAULT = "rig-fault"  # of cable, power, server, recipe: says nothing of pppshroud
    NOT_RUN = "not-run"  # of a step only: left out, or one before it ended in a rig fault


@dataclass(slots=True)
class Step:
    """One test of the flow."""

    name: str
    outcome: Outcome
    seconds: float
    kind: str = ""  # of a fault: its short name, as in docs/rig.md; else empty
    message: str = ""  # what was wrong and where; empty if nothing was
    advice: str = ""  # what to do about it


@dataclass(slots=True)
class Throughput:
    """One run of traffic through the board."""

    mode: str  # off, head, wireguard ...
    direction: str  # up (LAN to line), down, both (the sum of the two)
    protocol: str  # tcp, udp
    size: int | None  # bytes of UDP payload; None for TCP, which fills packets
    flows: int
    megabits: float  # per second, of what arrived: TCP or UDP payload
    seconds: float
    lost_percent: float | None = None  # UDP only
    retransmits: int | None = None  # TCP only


@dataclass(slots=True)
class Count:
    """What forwarding one packet costs the board's processors."""

    mode: str
    direction: str  # up, down
    size: int  # bytes of IP packet as a LAN host sees it
    unit: str  # instructions, cycles
    per_packet: float


@dataclass(slots=True)
class Sample:
    """The board at one moment, as the console told. None: the board does not say."""

    seconds: float  # since the run began
    mode: str  # that the line was in, or empty
    cpu_percent: float | None = None  # of all cores together
    softirq_percent: float | None = None  # (as above)
    temperature: float | None = None  # degrees Celsius, the hottest sensor
    free_kib: int | None = None  # MemAvailable
    offload: str | None = None  # off, software, hardware


@dataclass(slots=True)
class Check:
    """A figure and the limit that it had to keep."""

    name: str  # in words, as "TCP down", "uncovered packets on the WAN"
    mode: str  # or empty
    value: float
    limit: float
    relation: str  # of value to limit: "<=", ">=" or "=="
    unit: str  # Mb/s, instructions, x PPPoE, packets ...

    def __post_init__(self) -> None:
        """Raise ValueError for a relation that there is not."""
        if self.relation not in {"<=", ">=", "=="}:
            raise ValueError(f"relation is {self.relation!r}, must be <=, >= or ==")

    @property
    def passed(self) -> bool:
        """Whether the limit was kept."""
        if self.relation == "<=":
            return self.value <= self.limit
        if self.relation == ">=":
            return self.value >= self.limit
        return self.value == self.limit


@dataclass(slots=True)
class Target:
    """What this board has to reach, from its YAML; None where it sets nothing."""

    megabits: float | None = None  # TCP with full-size packets, up and down, in mode head
    max_instructions: float | None = None  # of mode head, per packet of full size
    max_ratio_to_pppoe: float | None = None  # (as above), relative to mode off
    source: str = ""  # where the figures come from


@dataclass(slots=True)
class Event:
    """A moment that explains what the plots show: power cut, rekey, new mode."""

    seconds: float  # since the run began
    text: str


@dataclass(slots=True)
class Report:
    """One run. Lists grow while it goes on; storage.save() may be called at any moment."""

    target: str  # name of the YAML
    board: str  # name in words
    soc: str
    virtual: bool
    started: str  # ISO 8601, UTC, whole seconds
    seconds: float = 0.0
    limits: Target = field(default_factory=Target)
    versions: dict[str, str] = field(default_factory=dict)  # of everything on board and bench
    steps: list[Step] = field(default_factory=list)
    throughput: list[Throughput] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    logs: list[str] = field(default_factory=list)  # files beside report.json, the console's first

    @property
    def outcome(self) -> Outcome:
        """The worst of all steps; a limit missed is the product's fault even if no step says so.
        A run that did not come to its end is the rig's fault."""
        found = {step.outcome for step in self.steps}
        if not all(check.passed for check in self.checks):
            found.add(Outcome.PRODUCT_FAULT)
        for outcome in (Outcome.RIG_FAULT, Outcome.PRODUCT_FAULT):
            if outcome in found:
                return outcome
        return Outcome.PASSED if self.is_complete else Outcome.RIG_FAULT

    @property
    def is_complete(self) -> bool:
        """Whether there are steps, and each was tried, or left out for a reason that it tells."""
        untried = [x for x in self.steps if x.outcome is Outcome.NOT_RUN and not x.kind]
        return Outcome.PASSED in {x.outcome for x in self.steps} and not untried

    @property
    def faults(self) -> list[Step]:
        """The steps that failed, in order."""
        return [x for x in self.steps if x.outcome in {Outcome.PRODUCT_FAULT, Outcome.RIG_FAULT}]
