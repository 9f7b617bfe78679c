# SPDX-License-Identifier: GPL-2.0-or-later
"""The engine that believes no header: nDPI on each packet's content behind made-up headers.

Once addresses and ports are noise, a stock classifier gives up, and its silence proves little. This
one cuts the packet where a content could start, gives each piece a flow of its own, and asks
nDPI what it looks like.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pppshroud.capture.checksum import checksum
from pppshroud.capture.encap import Line
from pppshroud.capture.file import CaptureWriter
from pppshroud.capture.packet import LINKTYPE_ETHERNET, Packet
from pppshroud.capture.ppp import PPP_IPV4, PPP_IPV6, PppFrame
from pppshroud.observe import ndpi
from pppshroud.observe.engine import Result

MAX_PACKETS = 20_000  # nDPI keeps a kilobyte for each of eight flows a packet
NOTE = (
    f"the content of each of the first {MAX_PACKETS:,} packets, cut at the ends of all usual "
    "headers and behind a covered block, was given to ndpiReader behind made-up headers; noise "
    "alone gets it to guess now and then, see docs/observe.md"
)
TCP, UDP = 6, 17
BLOCK = 64
# Where contents start: IPv4 and IPv6 with UDP, or TCP without and with time stamps.
CUTS = (
    (UDP, 28),
    (UDP, 48),
    (UDP, BLOCK),
    (TCP, 40),
    (TCP, 52),
    (TCP, 60),
    (TCP, 72),
    (TCP, BLOCK),
)
FIRST_PORT = 60_000  # one that no protocol is known by
LINE = Line()


class Cutter:
    """Writes each packet's possible contents as packets of flows that never were."""

    def __init__(self, writer: CaptureWriter) -> None:
        self.writer = writer
        self.number = 0

    def take(self, packet: Packet, frame: PppFrame | None, ip: bytes | None) -> None:
        """Write the pieces of one packet."""
        if frame is None or frame.protocol not in (PPP_IPV4, PPP_IPV6):
            return
        self.number += 1
        if self.number > MAX_PACKETS:
            return
        for data in self._cut(frame.information):
            self.writer.write(
                replace(packet, link_type=LINKTYPE_ETHERNET, data=data, original_length=len(data))
            )

    def _cut(self, information: bytes) -> Iterator[bytes]:
        for index, (protocol, start) in enumerate(CUTS):
            if len(information) > start:
                ip = _push_ip(self.number, FIRST_PORT + index, protocol, information[start:])
                yield LINE.push_pppoe(PPP_IPV4, ip)


def _push_ip(number: int, port: int, protocol: int, content: bytes) -> bytes:
    """Return an IPv4 packet between two addresses that no other packet has."""
    if protocol == UDP:
        transport = struct.pack(">HHHH", port, port, 8 + len(content), 0)
    else:
        transport = struct.pack(">HHIIBBHHH", port, port, 1, 1, 0x50, 0x18, 65535, 0, 0)
    total = 20 + len(transport) + len(content)
    addresses = struct.pack(">II", 0x0A000000 | number, 0x0A800000 | number)
    head = struct.pack(">BBHHHBB", 0x45, 0, total, 0, 0, 64, protocol)
    fixed = head + checksum(head + addresses).to_bytes(2, "big")
    return fixed + addresses + transport + content


def run(pieces: Path, timeout: float) -> Result:
    """Return what nDPI guesses from a Cutter's file: no records, for their ends never were."""
    result = ndpi.run(pieces, timeout, ports=False)
    result.engine, result.note = "oblivious", NOTE
    for record in result.records:
        if record.app:
            result.guesses[record.app] += 1
        result.names.update(record.names)
    result.records.clear()
    result.discarded.clear()
    return result
