# SPDX-License-Identifier: GPL-2.0-or-later
"""One half of the demo: dial, let the clients work, tap the carrier's wire, observe the capture."""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pppshroud.observe.command import observe
from tests.testbed.capture import Capture
from tests.testbed.machine import Machine
from tests.testbed.topology import Topology

from . import ruler
from .clients import Client, clients
from .line import Ends, Line
from .servers import Servers
from .truth import Truth, read_truth

ENGINES = ("tshark", "ndpi", "oblivious")
DIALS = 5
SNAPLEN = 2000
"""Octets kept of a packet: all of it; more would cost tcpdump room for packets that wait."""
OBSERVE_TIMEOUT = 120.0

Say = Callable[[str], None]


@dataclass(frozen=True)
class Phase:
    """What one half of the demo left."""

    capture: Path
    clients: tuple[Client, ...]
    truth: Truth
    observation: dict[str, Any]
    """As docs/observe.md describes it."""
    session_up_ms: float
    added: list[int]
    """Octets that each measured packet was longer on the wire than on a plain line."""
    mtu: int
    status: dict[str, Any]
    """As docs/status.md describes it; nothing on a plain line."""

    @property
    def bytes_added(self) -> float:
        """Mean of all measured packets."""
        return statistics.fmean(self.added)


def run_phase(machine: Machine, ends: Ends, capture: Path, say: Say) -> Phase:
    """Play one half on `machine`; leave the carrier's capture at `capture`, the truth beside it."""
    machine.reset()
    topology = Topology(machine)
    Servers(machine)
    line = Line(machine, topology, ends)
    say(f"dialling {DIALS} times, to see how long it takes until the line can be used")
    times = [_redial(line) for _ in range(DIALS - 1)]
    doing = clients()
    with (
        Capture(machine, "carrier", "car0", snaplen=SNAPLEN) as carrier,
        Capture(machine, "server", "server0", snaplen=SNAPLEN) as servers,
    ):
        times.append(line.dial())
        say(f"the line is up ({', '.join(f'{t:.0f}' for t in times)} ms); tapping the carrier")
        _tell(line.status(), say)
        for client in doing:
            say(f"  {client.program}: the subscriber {client.title}")
            client.act(machine)
    say("measuring how long packets are on the carrier's wire")
    added, mtu, status, own = (
        ruler.measure(machine), line.mtu(), line.status(), line.link_locals(),
    )  # fmt: skip
    line.hang_up()
    shutil.copy(carrier.path, capture)
    truth = read_truth(servers.path, doing)
    truth.add_ends(own)
    ground = capture.with_suffix(".truth.json")
    truth.write(ground)
    say(f"giving {capture.name} to the collector's tools, {' and '.join(ENGINES)}")
    observation = observe(capture, ground, ENGINES, OBSERVE_TIMEOUT).to_json()
    took = statistics.median(times)
    return Phase(capture, doing, truth, observation, took, added, mtu, status)


def _tell(status: dict[str, Any], say: Say) -> None:
    """Say what the router's plugin says, if there is one."""
    if status.get("shrouded"):
        key, trust = status["peer"]["fingerprint"], status["peer"]["trust"]
        say(f"the router says: shrouded; the provider's key is {key} ({trust})")
    elif status:
        say(f"the router says: NOT shrouded: {status['reason']}")


def _redial(line: Line) -> float:
    took = line.dial()
    line.hang_up()
    return took
