# SPDX-License-Identifier: GPL-2.0-or-later
"""The honest limit: flows of the line recognised by nothing but the sizes and times of packets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pppshroud.observe import correlate
from pppshroud.observe.correlate import ENOUGH, Event
from tests.demo.truth import SUBSCRIBER

from .play import Play


@dataclass(frozen=True)
class Limit:
    """What an adversary who watches the line and the servers gets of one use case."""

    use_case: str
    encapsulation: str
    mode: str
    covered_by: str
    flows: int
    """Flows that the servers saw."""
    matched: int
    """Those that he finds on the line."""
    strangers: int
    """Flows of other use cases, moved to the same time."""
    strangers_matched: int
    """Those that he takes for the line's by mistake."""


def limits(plays: Sequence[Play]) -> list[Limit]:
    """Correlate each line with its own flows, and with those of all other use cases."""
    seen = {path: _flows(path) for path in {play.servers for play in plays}}
    return [_limit(play, plays, seen) for play in plays]


def _limit(play: Play, plays: Sequence[Play], seen: dict[Path, list[list[Event]]]) -> Limit:
    line = correlate.read_line(play.capture)
    others = [other for other in plays if _is_stranger(other, play)]
    strangers = [
        (flow, line[0].time_ns - flow[0].time_ns)
        for other in others
        for flow in seen[other.servers]
    ]
    own = seen[play.servers]
    return Limit(
        play.case.name, play.encapsulation, play.mode, play.covered_by,
        len(own), sum(correlate.score(line, flow) >= ENOUGH for flow in own),
        len(strangers),
        sum(correlate.score(line, flow, shift) >= ENOUGH for flow, shift in strangers),
    )  # fmt: skip


def _is_stranger(other: Play, play: Play) -> bool:
    same_line = (other.encapsulation, other.mode) == (play.encapsulation, play.mode)
    return same_line and other.case != play.case


def _flows(servers: Path) -> list[list[Event]]:
    """The subscriber's flows at the servers."""
    flows = correlate.read_flows(servers)
    return [
        events for ends, events in flows.items() if SUBSCRIBER & {address for address, *_ in ends}
    ]
