# SPDX-License-Identifier: GPL-2.0-or-later
"""Which flows have a packet whose checksums are right: what a host or router would not discard.

Noise passes for an IP header once in some thousand packets, but not for one with right checksums.
"""

from __future__ import annotations

import ipaddress

from pppshroud.capture.checksum import checksum, transport_checksum
from pppshroud.capture.packet import Packet
from pppshroud.capture.ppp import PPP_IPV4, PPP_IPV6, PppFrame
from pppshroud.observe.record import Record

TCP, UDP, ICMP, ICMPV6 = 6, 17, 1, 58
CHECKED = {ICMP, TCP, UDP, ICMPV6}
PORTED = {TCP, UDP}
EXTENSIONS = {0, 43, 60}  # hop-by-hop, routing, destination options: RFC 8200

Flow = frozenset[tuple[str, int]]  # address and port of both ends


class SoundFlows:
    """Takes the packets of a capture and remembers the flows that deserve a record."""

    def __init__(self) -> None:
        self.flows: set[Flow] = set()

    def take(self, packet: Packet, frame: PppFrame | None, ip: bytes | None) -> None:
        """Look at one packet."""
        if frame is not None:
            ip = frame.information if frame.protocol in (PPP_IPV4, PPP_IPV6) else None
        found = find_sound(ip or b"")
        if found is not None:
            self.flows.add(found)

    def __contains__(self, record: Record) -> bool:
        ends = (record.source, record.destination)
        with_ports = frozenset((end.address, end.port) for end in ends)
        return with_ports in self.flows or frozenset((e.address, 0) for e in ends) in self.flows


def find_sound(ip: bytes) -> Flow | None:
    """Return the flow of a packet whose checksums are right, None for any other.

    Fragments but the first are judged by the IPv4 header alone, and so are first fragments.
    """
    version = ip[0] >> 4 if ip else 0
    if version == 4 and len(ip) >= 20:
        return _sound4(ip)
    return _sound6(ip) if version == 6 and len(ip) >= 40 else None


def _sound4(ip: bytes) -> Flow | None:
    header, total = (ip[0] & 0x0F) * 4, int.from_bytes(ip[2:4], "big")
    if header < 20 or not header <= total <= len(ip) or checksum(ip[:header]):
        return None
    ends = (ip[12:16], ip[16:20])
    if int.from_bytes(ip[6:8], "big") & 0x3FFF or ip[9] not in CHECKED:
        return _flow(ends, b"")
    return _transport(ends, ip[9], ip[header:total])


def _sound6(ip: bytes) -> Flow | None:
    end = 40 + int.from_bytes(ip[4:6], "big")
    number, start = ip[6], 40
    while number in EXTENSIONS and start + 8 <= end <= len(ip):
        number, start = ip[start], start + 8 * (ip[start + 1] + 1)
    if start > end or end > len(ip) or number not in CHECKED:
        return None
    return _transport((ip[8:24], ip[24:40]), number, ip[start:end])


def _transport(ends: tuple[bytes, bytes], number: int, content: bytes) -> Flow | None:
    if len(content) < 8:
        return None
    without = number == UDP and content[6:8] == bytes(2) and len(ends[0]) == 4
    wrong = checksum(content) if number == ICMP else transport_checksum(*ends, number, content)
    if wrong and not without:
        return None
    return _flow(ends, content[:4] if number in PORTED else b"")


def _flow(ends: tuple[bytes, bytes], ports: bytes) -> Flow:
    words = ports or bytes(4)
    return frozenset(
        (str(ipaddress.ip_address(end)), int.from_bytes(words[i : i + 2], "big"))
        for i, end in zip((0, 2), ends, strict=True)
    )
