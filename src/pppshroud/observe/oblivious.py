# SPDX-License-Identifier: GPL-2.0-or-later
"""The engine that believes no header: nDPI on each packet's content behind made-up headers.

Once addresses and ports are noise, a stock classifier gives up, and its silence proves little. This
one cuts the packet where a content could start, gives each piece a flow of its own, and asks
nDPI what it looks like. Beside each piece goes a placebo, random octets of the same length: only
what nDPI says clearly more often of the pieces is more than chance.
"""

from __future__ import annotations

import math
import random
import struct
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pppshroud.capture.checksum import checksum
from pppshroud.capture.encap import Line
from pppshroud.capture.file import CaptureWriter
from pppshroud.capture.packet import LINKTYPE_ETHERNET, Packet
from pppshroud.capture.ppp import PPP_IPV4, PPP_IPV6, PppFrame
from pppshroud.observe import ndpi
from pppshroud.observe.engine import Result

TCP, UDP = 6, 17
BLOCK = 64
MAX_PACKETS = 20_000  # nDPI keeps a kilobyte for each of sixteen flows a packet
MAX_PACKETS_EVERY = 500
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
# Wherever a cover could end: docs/protocol.md knows 64 octets, and whole packets.
EVERY_CUT = tuple((protocol, start) for protocol in (UDP, TCP) for start in range(20, 132, 4))
FIRST_PORT = 60_000  # one that no protocol is known by
FIRST_PLACEBO = 61_000
CHANCE = 1e-6
"""How improbable a count must be, were it chance, to be taken for more."""
LINE = Line()


class Cutter:
    """Writes each packet's possible contents as packets of flows that never were."""

    def __init__(
        self,
        writer: CaptureWriter,
        cuts: Sequence[tuple[int, int]] = CUTS,
        packets: int = MAX_PACKETS,
    ) -> None:
        """cuts: protocol of the made-up header, and where the content starts."""
        self.writer, self.cuts, self.packets = writer, cuts, packets
        self.number = 0
        self.random = random.Random(0)  # the same placebo for every run

    def take(self, packet: Packet, frame: PppFrame | None, ip: bytes | None) -> None:
        """Write the pieces of one packet."""
        if frame is None or frame.protocol not in (PPP_IPV4, PPP_IPV6):
            return
        self.number += 1
        if self.number > self.packets:
            return
        for data in self._cut(frame.information):
            self.writer.write(
                replace(packet, link_type=LINKTYPE_ETHERNET, data=data, original_length=len(data))
            )

    def _cut(self, information: bytes) -> Iterator[bytes]:
        for index, (protocol, start) in enumerate(self.cuts):
            if len(information) > start:
                content = information[start:]
                placebo = self.random.randbytes(len(content))
                for port, octets in ((FIRST_PORT, content), (FIRST_PLACEBO, placebo)):
                    ip = _push_ip(self.number, port + index, protocol, octets)
                    yield LINE.push_pppoe(PPP_IPV4, ip)


class EveryCutter(Cutter):
    """Cuts fewer packets, at every length that a cover could have."""

    def __init__(self, writer: CaptureWriter) -> None:
        super().__init__(writer, EVERY_CUT, MAX_PACKETS_EVERY)


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
    note = (
        f"the content of each of the first {MAX_PACKETS:,} packets, cut at the ends of all usual "
        "headers and behind a covered block, was given to ndpiReader behind made-up headers"
    )
    return _run(pieces, timeout, "oblivious", note)


def run_every(pieces: Path, timeout: float) -> Result:
    """Return what nDPI guesses from an EveryCutter's file."""
    note = (
        f"as oblivious, but the first {MAX_PACKETS_EVERY:,} packets only, and cut at every fourth "
        f"octet from {EVERY_CUT[0][1]} to {EVERY_CUT[-1][1]}"
    )
    return _run(pieces, timeout, "oblivious-every", note)


def _run(pieces: Path, timeout: float, engine: str, note: str) -> Result:
    result = ndpi.run(pieces, timeout, ports=False)
    result.engine, result.note = engine, note
    placebo: Counter[str] = Counter()
    for record in result.records:
        if record.source.port >= FIRST_PLACEBO:
            placebo[record.app] += 1
            continue
        if record.app:
            result.guesses[record.app] += 1
        result.names.update(record.names)
    result.surplus = {app for app, n in result.guesses.items() if exceeds(n, placebo[app])}
    result.records.clear()
    result.discarded.clear()
    return result


def exceeds(count: int, placebo: int) -> bool:
    """Whether a count is more than chance, if the same number of placebos had `placebo`."""
    mean = placebo + 3 * math.sqrt(placebo + 1)  # what chance may really expect, at most
    below = sum(math.exp(n * math.log(mean) - mean - math.lgamma(n + 1)) for n in range(count))
    return 1 - below < CHANCE
