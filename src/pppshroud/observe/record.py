# SPDX-License-Identifier: GPL-2.0-or-later
"""One record of a collector: a flow between two endpoints, and the names seen in it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

PROTOCOLS = {1: "icmp", 2: "igmp", 6: "tcp", 17: "udp", 41: "6in4", 47: "gre", 50: "esp",
             58: "icmpv6", 132: "sctp"}  # fmt: skip


def protocol_name(number: int) -> str:
    """Return the lower-case name of an IP protocol number, or the number in decimal."""
    return PROTOCOLS.get(number, str(number))


@dataclass(frozen=True, slots=True, order=True)
class Endpoint:
    """An address and, where the protocol has ports, a port (else 0)."""

    address: str
    port: int = 0


@dataclass(slots=True)
class Record:
    """A flow as one engine saw it; `source` sent the first packet."""

    engine: str
    start: float  # seconds since 1970-01-01 UTC
    end: float
    proto: str
    source: Endpoint
    destination: Endpoint
    app: str = ""
    names: list[str] = field(default_factory=list)  # in the order seen, none twice
    packets: int = 0  # both directions
    bytes: int = 0  # both directions, as the engine counts them

    def add_names(self, names: Iterable[str]) -> None:
        """Add the names that are new."""
        self.names.extend(name for name in dict.fromkeys(names) if name not in self.names)

    def to_json(self) -> dict[str, object]:
        """Return the record as docs/observe.md describes it."""
        return {
            "engine": self.engine,
            "start": iso_time(self.start),
            "end": iso_time(self.end),
            "src": self.source.address,
            "sport": self.source.port,
            "dst": self.destination.address,
            "dport": self.destination.port,
            "proto": self.proto,
            "app": self.app,
            "names": self.names,
            "packets": self.packets,
            "bytes": self.bytes,
        }


def iso_time(seconds: float) -> str:
    """Return a UTC time as 2026-01-31T12:00:00.000000Z; out of range as the empty string."""
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return ""
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def plausible(source: str, destination: str) -> bool:
    """Whether two hosts can have these addresses, as any flow collector asks before it stores.

    Not: loopback and class E addresses, a source that is a group, a destination that is
    unspecified. 0.0.0.0 and :: may send (DHCP, neighbour discovery).
    """
    try:
        pair = ipaddress.ip_address(source), ipaddress.ip_address(destination)
    except ValueError:
        return False
    broadcast = str(pair[1]) == "255.255.255.255"
    return not (
        any(address.is_loopback for address in pair)
        or pair[0].is_multicast
        or _class_e(pair[0])
        or pair[1].is_unspecified
        or (_class_e(pair[1]) and not broadcast)
    )


def _class_e(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return address.version == 4 and address.is_reserved
