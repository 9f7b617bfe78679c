# SPDX-License-Identifier: GPL-2.0-or-later
"""What must hold after both halves, and in which words it did not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.testbed.leak import LeakReport

from .clients import Client
from .phase import Phase
from .truth import Flow

MTU = 1492
"""Of a PPPoE line without jumbo frames (RFC 2516 section 7)."""


def faults(off: Phase, on: Phase, leaks: LeakReport) -> list[str]:
    """Return a sentence for each thing that is not as it must be; `leaks` are those of on."""
    return [*_control_faults(off), *_cover_faults(on), *_leak_faults(leaks)]


def recorded(phase: Phase, flow: Flow) -> list[dict[str, Any]]:
    """The records that have exactly the ends and the protocol of a true flow."""
    wanted = {(flow.src, flow.sport), (flow.dst, flow.dport)}
    return [
        record
        for record in phase.observation["records"]
        if record["proto"] == flow.proto
        and {(record["src"], record["sport"]), (record["dst"], record["dport"])} == wanted
    ]


def missing(phase: Phase, client: Client) -> Iterator[str]:
    """Flows and names of a client that are not in the observation."""
    for flow in phase.truth.flows_of(client):
        if not recorded(phase, flow):
            yield f"{flow.proto} {flow.src}:{flow.sport} to {flow.dst}:{flow.dport}"
    names = set(phase.observation["names"])
    yield from (token for token in client.tokens if token not in names)


def _control_faults(off: Phase) -> Iterator[str]:
    """Off: whoever finds nothing on a plain line proves nothing on a covered one."""
    for client in off.clients:
        for what in missing(off, client):
            yield f"off: the collector missed what {client.program} did ({client.title}): {what}"
    for token in sorted(off.truth.tokens - set(off.observation["names"])):
        yield f"off: the servers saw the name {token!r}, the collector did not find it"
    yield from _measure_faults("off", off)


def _cover_faults(on: Phase) -> Iterator[str]:
    if count := on.observation["true_records"]:
        yield f"on: the collector wrote {count} true records"
    for name in on.observation["names"]:
        yield f"on: the name {name!r} is in the capture"
    if not on.status.get("shrouded"):
        yield f"on: the router says that the line is not shrouded: {on.status.get('reason')}"
    yield from _measure_faults("on", on)


def _leak_faults(leaks: LeakReport) -> Iterator[str]:
    yield from (f"on: uncovered: {leak}" for leak in leaks.leaks)
    if not leaks.covered:
        yield "on: nothing was covered: the logs of both pppds tell why (build/demo/machine)"


def _measure_faults(label: str, phase: Phase) -> Iterator[str]:
    longer = [added for added in phase.added if added]
    if longer:
        yield f"{label}: {len(longer)} packets were {min(longer)} to {max(longer)} bytes longer"
    if phase.mtu != MTU:
        yield f"{label}: the line's MTU is {phase.mtu}, not {MTU}"
