# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures how long packets are on the carrier's wire: pings of known lengths, and nothing else."""

from __future__ import annotations

from pathlib import Path

from pppshroud.capture.file import open_capture
from pppshroud.capture.ppp import PPP_IPV4, PPP_IPV6, PppFrame, find_ppp
from tests.testbed.capture import Capture
from tests.testbed.machine import Machine

from .clients import NS
from .errors import DemoError
from .world import NEWS

LENGTHS = (65, 80, 128, 256, 512, 576, 1000, 1280, 1400, 1491, 1492)
"""Of IP packets, octets. The last two are sent as they are or not at all, so they prove the MTU."""
HEADERS = {NEWS.address: 28, NEWS.address6: 48}
"""Octets before ping's payload, IP and ICMP."""
LINE = 22
"""Octets of Ethernet, PPPoE and PPP headers on a plain line (RFC 2516)."""
SHORT = 64
TRIES = 3


def measure(machine: Machine) -> list[int]:
    """Send the pings; return the octets that the carrier's wire has more than a plain line would,
    for each packet in the order sent, requests first, then answers."""
    for _ in range(TRIES):
        with Capture(machine, "carrier", "car0", snaplen=2000) as tap:
            for address, header in HEADERS.items():
                for length in LENGTHS:
                    _ping(machine, address, length - header)
        added = compare(tap.path)
        if added is not None:
            return added
    raise DemoError(f"{TRIES} times the wire had packets that were not those sent to measure it")


def compare(capture: Path) -> list[int] | None:
    """Compare a capture of measure() with what was sent; None when other packets are among it."""
    expected = [length + LINE for _ in HEADERS for length in LENGTHS]
    directions = _directions(capture)
    if [len(direction) for direction in directions] != [len(expected)] * 2:
        return None
    added = []
    for direction in directions:
        added += [found - wanted for found, wanted in zip(direction, expected, strict=True)]
    return added


def _ping(machine: Machine, address: str, payload: int) -> None:
    machine.run(["ping", "-n", "-c", "1", "-W", "5", "-M", "do", "-s", str(payload), address], NS)


def _directions(capture: Path) -> list[list[int]]:
    """Octets on the wire of the long data frames of each direction, the first sender's first."""
    ways: dict[bytes, list[int]] = {}
    with open_capture(capture) as reader:
        for packet in reader:
            frame = find_ppp(packet.link_type, packet.data)
            if frame is not None and _is_long_data(frame):
                ways.setdefault(frame.source, []).append(packet.original_length)
    return list(ways.values())


def _is_long_data(frame: PppFrame) -> bool:
    return frame.protocol in (PPP_IPV4, PPP_IPV6) and len(frame.information) > SHORT
