# SPDX-License-Identifier: GPL-2.0-or-later
"""The pcapng format (draft-ietf-opsawg-pcapng): SHB, IDB, EPB and SPB; other blocks are passed."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from pppshroud.capture.packet import MAX_PACKET_LENGTH, Packet
from pppshroud.capture.source import Source
from pppshroud.errors import CaptureError

SECTION_HEADER = 0x0A0D0D0A
INTERFACE_DESCRIPTION = 1
OBSOLETE_PACKET = 2
SIMPLE_PACKET = 3
ENHANCED_PACKET = 6

MAGIC = SECTION_HEADER.to_bytes(4, "big")  # a palindrome: the same in both byte orders
BYTE_ORDER = {bytes.fromhex("1a2b3c4d"): ">", bytes.fromhex("4d3c2b1a"): "<"}
OPTION_TSRESOL = 9
OPTION_TSOFFSET = 14
SECOND_NS = 1_000_000_000
MAX_BLOCK_LENGTH = 16 << 20  # libpcap's own limit


@dataclass(frozen=True, slots=True)
class Interface:
    """What an Interface Description Block says of its packets."""

    link_type: int
    snap_length: int  # bytes, 0 is no limit
    ticks_per_second: int = 1_000_000
    offset_seconds: int = 0

    def time_ns(self, ticks: int) -> int:
        """Return a time stamp's nanoseconds since 1970."""
        return self.offset_seconds * SECOND_NS + ticks * SECOND_NS // self.ticks_per_second


class PcapngReader:
    """Iterates over the packets of a pcapng stream whose first four bytes were already read."""

    format = "pcapng"

    def __init__(self, source: Source) -> None:
        self.source = source
        self.order = "<"
        self.interfaces: list[Interface] = []
        self._read_section_header()

    def __iter__(self) -> Iterator[Packet]:
        while head := self.source.pull_or_end(4, "type of a block"):
            if head == MAGIC:
                self._read_section_header()
                continue
            (kind,) = struct.unpack(self.order + "I", head)
            start = self.source.offset - 4
            body = self._read_body(start, *self._unpack("I", self.source.pull(4, "block length")))
            packet = self._take_block(kind, body, start)
            if packet is not None:
                yield packet

    def _unpack(self, layout: str, data: bytes) -> tuple[int, ...]:
        return struct.unpack(self.order + layout, data)

    def _read_section_header(self) -> None:
        start = self.source.offset - 4
        head = self.source.pull(8, "section header")
        order = BYTE_ORDER.get(head[4:])
        if order is None:
            raise self.source.damaged(
                start + 8, f"byte-order magic is {head[4:].hex()}, not 1a2b3c4d"
            )
        self.order = order
        self.interfaces = []
        (length,) = self._unpack("I", head[:4])
        body = self._read_body(start, length, done=12)
        if len(body) < 12:
            raise self.source.damaged(start, f"section header of {length} bytes is too short")
        major, minor = self._unpack("HH", body[:4])
        if major != 1:
            raise self.source.damaged(start + 12, f"pcapng version {major}.{minor} is not 1.x")

    def _read_body(self, start: int, length: int, done: int = 8) -> bytes:
        """Return a block's body from its byte `done` on, and check its second length field."""
        if length % 4 or not done + 4 <= length <= MAX_BLOCK_LENGTH:
            raise self.source.damaged(
                start + 4,
                f"block length {length} is not a multiple of 4 from {done + 4} to "
                f"{MAX_BLOCK_LENGTH}",
            )
        body = self.source.pull(length - done - 4, "block")
        (again,) = self._unpack("I", self.source.pull(4, "block length"))
        if again != length:
            raise self.source.damaged(
                self.source.offset - 4, f"block ends with length {again}, began with {length}"
            )
        return body

    def _take_block(self, kind: int, body: bytes, start: int) -> Packet | None:
        try:
            if kind == INTERFACE_DESCRIPTION:
                self.interfaces.append(self._pull_interface(body))
            elif kind == ENHANCED_PACKET:
                return self._pull_enhanced(body)
            elif kind == SIMPLE_PACKET:
                return self._pull_simple(body)
            elif kind == OBSOLETE_PACKET:
                raise ValueError("obsolete Packet Block, convert the file with: editcap IN OUT")
        except (struct.error, ValueError) as error:
            raise self.source.damaged(start, str(error)) from error
        return None

    def _pull_interface(self, body: bytes) -> Interface:
        if len(body) < 8:
            raise ValueError(f"interface description of {len(body)} bytes is under 8")
        link_type, _, snap_length = self._unpack("HHI", body[:8])
        options = self._pull_options(body[8:])
        resolution = options.get(OPTION_TSRESOL, b"\x06")
        offset = options.get(OPTION_TSOFFSET, bytes(8))
        if len(resolution) != 1 or len(offset) != 8:
            raise ValueError("if_tsresol is not 1 byte or if_tsoffset not 8 bytes long")
        base = 2 if resolution[0] & 0x80 else 10
        return Interface(
            link_type, snap_length, base ** (resolution[0] & 0x7F), *self._unpack("q", offset)
        )

    def _pull_options(self, data: bytes) -> dict[int, bytes]:
        options = {}
        while len(data) >= 4:
            code, length = self._unpack("HH", data[:4])
            if code == 0:
                break
            if length > len(data) - 4:
                raise ValueError(f"option {code} of {length} bytes runs past its block")
            options[code] = data[4 : 4 + length]
            data = data[4 + (length + 3 & ~3) :]
        return options

    def _pull_enhanced(self, body: bytes) -> Packet:
        number, high, low, captured, original = self._unpack("IIIII", body[:20])
        interface = self._find_interface(number)
        if captured > min(len(body) - 20, MAX_PACKET_LENGTH):
            raise ValueError(f"packet of {captured} bytes in a block with {len(body) - 20}")
        time_ns = interface.time_ns(high << 32 | low)
        return Packet(time_ns, interface.link_type, body[20 : 20 + captured], original)

    def _pull_simple(self, body: bytes) -> Packet:
        """A Simple Packet Block has no time and belongs to the first interface."""
        (original,) = self._unpack("I", body[:4])
        interface = self._find_interface(0)
        captured = min(original, interface.snap_length or original)
        if captured > min(len(body) - 4, MAX_PACKET_LENGTH):
            raise ValueError(f"packet of {captured} bytes in a block with {len(body) - 4}")
        return Packet(0, interface.link_type, body[4 : 4 + captured], original)

    def _find_interface(self, number: int) -> Interface:
        if number >= len(self.interfaces):
            raise ValueError(
                f"packet on interface {number}, the section describes {len(self.interfaces)}"
            )
        return self.interfaces[number]


class PcapngWriter:
    """Writes little-endian pcapng with nanosecond times, one interface for each link type."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.interfaces: dict[int, int] = {}
        self._write_block(SECTION_HEADER, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))

    def write(self, packet: Packet) -> None:
        """Append one packet; raise CaptureError if the format cannot hold it."""
        if not 0 <= packet.time_ns < 1 << 64:
            raise CaptureError(f"a pcapng file cannot hold the time {packet.time_ns} ns")
        number = self.interfaces.get(packet.link_type)
        if number is None:
            number = self._add_interface(packet.link_type)
        high, low = divmod(packet.time_ns, 1 << 32)
        head = struct.pack("<IIIII", number, high, low, len(packet.data), packet.original_length)
        self._write_block(ENHANCED_PACKET, head + packet.data)

    def _add_interface(self, link_type: int) -> int:
        number = self.interfaces[link_type] = len(self.interfaces)
        resolution = struct.pack("<HHB3xHH", OPTION_TSRESOL, 1, 9, 0, 0)
        head = struct.pack("<HHI", link_type, 0, MAX_PACKET_LENGTH)
        self._write_block(INTERFACE_DESCRIPTION, head + resolution)
        return number

    def _write_block(self, kind: int, body: bytes) -> None:
        padded = body + bytes(-len(body) % 4)
        length = struct.pack("<I", len(padded) + 12)
        self.stream.write(struct.pack("<I", kind) + length + padded + length)
