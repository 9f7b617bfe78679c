# SPDX-License-Identifier: GPL-2.0-or-later
"""What the clients really did, as the servers' own device saw it: beyond the LNS, never covered."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pppshroud.capture.file import open_capture
from pppshroud.capture.link import find_ip
from pppshroud.observe.record import protocol_name
from pppshroud.observe.strings import find_names
from tests.testbed.topology import LAN_HOST6, PPP_CPE

from .clients import Client, Target
from .errors import DemoError

SUBSCRIBER = frozenset((PPP_CPE, LAN_HOST6))
"""The addresses that the line's packets have at the carrier: NAT is behind it for IPv4 only."""
GROUPS = ("ff02::2", "ff02::16")
"""What the session's own ends talk to unasked: all routers, and those that know of groups."""
PORTED = ("tcp", "udp")
# BEP 3: length and name of the protocol, 8 octets of flags, info-hash, peer id.
PEER_ID = re.compile(rb"\x13BitTorrent protocol.{28}(.{20})", re.DOTALL)


@dataclass(frozen=True, order=True)
class Flow:
    """A conversation, seen from the subscriber; ports are 0 where there are none."""

    proto: str
    src: str
    sport: int
    dst: str
    dport: int

    @property
    def target(self) -> Target:
        """Where it goes."""
        return Target(self.proto, self.dst, self.dport)


@dataclass
class Truth:
    """All flows, and all names that were in their packets in clear."""

    flows: set[Flow] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)

    def add_ends(self, addresses: Iterable[str]) -> None:
        """Add what the session's two devices may say themselves, from their own addresses."""
        for address in addresses:
            self.flows |= {Flow("icmpv6", address, 0, group, 0) for group in GROUPS}

    def secrets(self) -> set[str]:
        """All that must not be on a covered line: the names, and IPv6 addresses in hexadecimal.

        An IPv4 address has 4 octets only, which noise has somewhere by chance.
        """
        ends = {end for flow in self.flows for end in (flow.src, flow.dst) if ":" in end}
        return self.tokens | {ipaddress.IPv6Address(end).packed.hex() for end in ends}

    def write(self, path: Path) -> None:
        """Write it as docs/observe.md wants a ground truth."""
        flows = [asdict(flow) for flow in sorted(self.flows)]
        path.write_text(json.dumps({"flows": flows, "tokens": sorted(self.tokens)}, indent=1))

    def flows_of(self, client: Client) -> list[Flow]:
        """The flows to a client's targets."""
        return sorted(flow for flow in self.flows if flow.target in client.targets)


def read_truth(capture: Path, clients: tuple[Client, ...]) -> Truth:
    """Take the truth from a capture at the servers, and what the clients said beforehand.

    Raises DemoError when a client sent nothing to one of its targets.
    """
    truth = Truth()
    with open_capture(capture) as reader:
        for packet in reader:
            ip = find_ip(packet.link_type, packet.data)
            flow = None if ip is None else pull_flow(ip)
            if flow is not None:
                truth.flows.add(flow)
                truth.tokens |= _tokens(packet.data)
    for client in clients:
        truth.tokens |= set(client.tokens)
        idle = set(client.targets) - {flow.target for flow in truth.flows}
        if idle:
            raise DemoError(f"{client.program} ({client.title}) sent nothing to {idle}")
    return truth


def pull_flow(ip: bytes) -> Flow | None:
    """The flow of an IP packet from or to the subscriber, None for another's."""
    if ip[0] >> 4 == 4:
        number, addresses, header = ip[9], (ip[12:16], ip[16:20]), (ip[0] & 0x0F) * 4
    else:
        number, addresses, header = ip[6], (ip[8:24], ip[24:40]), 40
    proto = protocol_name(number)
    words = (ip[header : header + 2], ip[header + 2 : header + 4])
    ports = [int.from_bytes(word, "big") if proto in PORTED else 0 for word in words]
    source, destination = (str(ipaddress.ip_address(raw)) for raw in addresses)
    if source in SUBSCRIBER:
        return Flow(proto, source, ports[0], destination, ports[1])
    if destination in SUBSCRIBER:
        return Flow(proto, destination, ports[1], source, ports[0])
    return None


def _tokens(packet: bytes) -> set[str]:
    """Names of known shapes in a packet, the peer ids of BitTorrent included."""
    found = {finding.token for finding in find_names(packet)}
    for match in PEER_ID.finditer(packet):
        text = match[1].decode("latin-1")
        found.add(text if text.isascii() and text.isprintable() else match[1].hex())
    return found
