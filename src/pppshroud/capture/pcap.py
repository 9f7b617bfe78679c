# SPDX-License-Identifier: GPL-2.0-or-later
"""The classic pcap format (draft-ietf-opsawg-pcap), both byte orders, micro- and nanoseconds."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from pppshroud.capture.packet import MAX_PACKET_LENGTH, Packet, link_name
from pppshroud.capture.source import Source
from pppshroud.errors import CaptureError

# First four bytes of the file -> struct byte order, nanoseconds per unit of the fraction field.
MAGIC = {
    bytes.fromhex("d4c3b2a1"): ("<", 1000),
    bytes.fromhex("a1b2c3d4"): (">", 1000),
    bytes.fromhex("4d3cb2a1"): ("<", 1),
    bytes.fromhex("a1b23c4d"): (">", 1),
}
FILE_HEADER = "HHiIII"  # after the magic: major, minor, two unused, snap length, link type
PACKET_HEADER = "IIII"  # seconds, fraction, captured length, original length
LINK_TYPE_MASK = 0x03FFFFFF  # the bits above tell of an FCS
SECOND_NS = 1_000_000_000


class PcapReader:
    """Iterates over the packets of a pcap stream whose magic number was already read."""

    format = "pcap"

    def __init__(self, source: Source, magic: bytes) -> None:
        order, self.fraction_ns = MAGIC[magic]
        header = struct.Struct(order + FILE_HEADER)
        major, minor, _, _, _, link_type = header.unpack(source.pull(header.size, "file header"))
        if major != 2:
            raise source.damaged(4, f"pcap version {major}.{minor} is not 2.x")
        self.link_type = link_type & LINK_TYPE_MASK
        self.source = source
        self.header = struct.Struct(order + PACKET_HEADER)

    def __iter__(self) -> Iterator[Packet]:
        number = 0
        while head := self.source.pull_or_end(self.header.size, f"header of packet {number + 1}"):
            number += 1
            seconds, fraction, captured, original = self.header.unpack(head)
            if captured > MAX_PACKET_LENGTH:
                raise self.source.damaged(
                    self.source.offset - 8,
                    f"packet {number} says it has {captured} bytes, at most "
                    f"{MAX_PACKET_LENGTH} are possible",
                )
            data = self.source.pull(captured, f"packet {number}")
            time_ns = seconds * SECOND_NS + fraction * self.fraction_ns
            yield Packet(time_ns, self.link_type, data, original)


class PcapWriter:
    """Writes little-endian pcap with nanosecond times; all packets share one link type."""

    def __init__(self, stream: BinaryIO, link_type: int) -> None:
        self.stream = stream
        self.link_type = link_type
        header = struct.pack("<" + FILE_HEADER, 2, 4, 0, 0, MAX_PACKET_LENGTH, link_type)
        stream.write(bytes.fromhex("4d3cb2a1") + header)

    def write(self, packet: Packet) -> None:
        """Append one packet; raise CaptureError if the format cannot hold it."""
        if packet.link_type != self.link_type:
            raise CaptureError(
                f"a pcap file holds one link type: this one is {link_name(self.link_type)}, the "
                f"packet {link_name(packet.link_type)}. Write a .pcapng file instead"
            )
        seconds, fraction = divmod(packet.time_ns, SECOND_NS)
        if not 0 <= seconds < 1 << 32:
            raise CaptureError(f"a pcap file cannot hold the time {seconds} s (0 to 2^32-1)")
        length = len(packet.data)
        self.stream.write(
            struct.pack("<" + PACKET_HEADER, seconds, fraction, length, packet.original_length)
            + packet.data
        )
