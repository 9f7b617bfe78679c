# SPDX-License-Identifier: GPL-2.0-or-later
"""Plays the use cases over one line, and taps the carrier and the servers meanwhile."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.testbed import images
from tests.testbed.capture import Capture
from tests.testbed.internet import Host
from tests.testbed.machine import Machine
from tests.testbed.topology import Topology
from tests.testbed.uml import Uml

from .line import Line
from .traffic.case import SERVERS, UseCase
from .traffic.dnsserver import RESOLVER
from .truth import write_truth

SNAPLEN = 2000
Say = Callable[[str], None]


@dataclass(frozen=True)
class Play:
    """What one use case over one line left."""

    case: UseCase
    encapsulation: str
    mode: str
    covered_by: str
    """"line": what the capture shows was covered, if at all, by the line's own two ends."""
    capture: Path
    truth: Path
    """What the clients really did, as docs/observe.md describes it."""
    servers: Path
    """The capture at the servers: beyond the line, never covered."""

    @property
    def label(self) -> str:
        """What names it in messages and files."""
        return f"{self.encapsulation}-{self.mode}-{self.case.name}"


def play_all(
    cases: Sequence[UseCase], encapsulation: str, mode: str, folder: Path, say: Say
) -> list[Play]:
    """Boot a machine, bring up its line, and play all cases; leave the captures in `folder`."""
    workdir = folder / "machine" / f"{encapsulation}-{mode}"
    with Uml(workdir=workdir, root=find_root(cases)) as machine:
        topology = Topology(machine)
        _start_servers(machine, cases)
        line = Line(topology, encapsulation, mode)
        say(f"{encapsulation}, {mode}: the line is up")
        plays = []
        for case in cases:
            plays.append(_play(machine, line, case, Play(
                case, encapsulation, mode, "line",
                *(folder / f"{encapsulation}-{mode}-{case.name}.{end}"
                  for end in ("pcap", "truth.json", "servers.pcap")),
            )))  # fmt: skip
            say(f"{encapsulation}, {mode}: {case.name} played")
    return plays


def find_root(cases: Sequence[UseCase]) -> Path:
    """Return the root folder of the smallest image that has what all cases need."""
    return images.dpi_root() if any(case.extra for case in cases) else images.guest_root()


def _play(machine: Machine, line: Line, case: UseCase, play: Play) -> Play:
    with (
        Capture(machine, "carrier", "car0", snaplen=SNAPLEN) as carrier,
        Capture(machine, SERVERS, "server0", snaplen=SNAPLEN) as servers,
    ):
        case.act(machine)
    shutil.copy(carrier.path, play.capture)
    shutil.copy(servers.path, play.servers)
    learnt = tuple(case.learn(machine, play.servers)) if case.learn else ()
    write_truth(play.truth, case, learnt, play.servers, line.link_locals())
    return play


def _start_servers(machine: Machine, cases: Sequence[UseCase]) -> None:
    hosts = tuple(dict.fromkeys([RESOLVER, *(host for case in cases for host in case.hosts)]))
    _add_addresses(machine, hosts)
    for start in dict.fromkeys(service for case in cases for service in case.services):
        start(machine, hosts)


def _add_addresses(machine: Machine, hosts: Sequence[Host]) -> None:
    batch = [f"address add {host.address}/24 dev server0" for host in hosts]
    batch += [f"address add {host.address6}/64 dev server0 nodad" for host in hosts]
    machine.run(["ip", "-batch", "-"], SERVERS, stdin="\n".join(batch).encode())
    # As on a real wire: a capture there has packets, not what the kernel cuts them from.
    machine.run(["ethtool", "-K", "server0", "tso", "off", "gso", "off", "gro", "off"], SERVERS)
