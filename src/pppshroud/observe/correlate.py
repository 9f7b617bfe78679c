# SPDX-License-Identifier: GPL-2.0-or-later
"""The adversary that watches both ends: sizes and times of packets on the line, and at a server.

It reads nothing of what a cover hides. No cover that adds no octet and no delay can hold against
it; this module measures how badly.
"""

from __future__ import annotations

import ipaddress
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pppshroud.capture.file import open_capture
from pppshroud.capture.link import find_ip
from pppshroud.capture.ppp import find_ppp
from pppshroud.wire import (
    BLOCK_LEN,
    PPP_IPV4,
    PPP_IPV6,
    PPP_NOISE_BLOCK,
    PPP_NOISE_WHOLE,
)

DATA = {PPP_IPV4, PPP_IPV6, PPP_NOISE_BLOCK, PPP_NOISE_WHOLE}
WINDOW_NS = 50_000_000
"""How far apart the two ends may see the same packet."""
ENOUGH = 0.9
"""Of a flow's packets: as many must have a counterpart, for the flow to be called matched."""
TCP, UDP = 6, 17

Key = tuple[bool, int]
"""One direction (either, but always the same) and a length; up to 64 octets all are 64."""


@dataclass(frozen=True, slots=True)
class Event:
    """A packet as this adversary sees it."""

    time_ns: int
    key: Key


Flow = frozenset[tuple[str, int, int]]
"""Both ends: address, protocol, port."""


def read_line(capture: Path) -> list[Event]:
    """Return the packets of a line's sessions, covered or not."""
    events, first = [], b""
    with open_capture(capture) as reader:
        for packet in reader:
            frame = find_ppp(packet.link_type, packet.data)
            if frame is not None and frame.protocol in DATA:
                first = first or frame.source
                events.append(_event(packet.time_ns, frame.source == first, frame.information))
    return events


def read_flows(capture: Path) -> dict[Flow, list[Event]]:
    """Return the packets of each flow at a server; fragments and other protocols are flows too."""
    flows: dict[Flow, list[Event]] = defaultdict(list)
    with open_capture(capture) as reader:
        for packet in reader:
            ip = find_ip(packet.link_type, packet.data)
            if ip is not None:
                source, destination = _ends(ip)
                event = _event(packet.time_ns, source < destination, ip)
                flows[frozenset((source, destination))].append(event)
    return dict(flows)


def score(line: list[Event], flow: Iterable[Event], shift_ns: int = 0) -> float:
    """Return the share of a flow's packets that have a counterpart of their own on the line.

    `shift_ns` is added to the flow's times. Which direction is which is not known: the better
    of the two guesses counts.
    """
    packets = list(flow)
    return max(_score(line, packets, shift_ns, turned=turned) for turned in (False, True))


def _score(line: list[Event], flow: list[Event], shift_ns: int, *, turned: bool) -> float:
    times: dict[Key, list[int]] = defaultdict(list)
    for event in line:
        times[event.key].append(event.time_ns)
    found = 0
    for event in flow:
        waiting = times[event.key[0] is not turned, event.key[1]]
        at = bisect_left(waiting, event.time_ns + shift_ns - WINDOW_NS)
        if at < len(waiting) and waiting[at] <= event.time_ns + shift_ns + WINDOW_NS:
            waiting.pop(at)
            found += 1
    return found / len(flow)


def _event(time_ns: int, way: bool, octets: bytes) -> Event:
    return Event(time_ns, (way, max(BLOCK_LEN, len(octets))))


def _ends(ip: bytes) -> tuple[tuple[str, int, int], tuple[str, int, int]]:
    if ip[0] >> 4 == 4:
        protocol, addresses, header = ip[9], (ip[12:16], ip[16:20]), (ip[0] & 0x0F) * 4
    else:
        protocol, addresses, header = ip[6], (ip[8:24], ip[24:40]), 40
    ports = [0, 0]
    if protocol in (TCP, UDP):
        ports = [int.from_bytes(ip[i : i + 2], "big") for i in (header, header + 2)]
    one, other = (str(ipaddress.ip_address(address)) for address in addresses)
    return (one, protocol, ports[0]), (other, protocol, ports[1])
