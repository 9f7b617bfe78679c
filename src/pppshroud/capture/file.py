# SPDX-License-Identifier: GPL-2.0-or-later
"""Opens a capture file of either format, and creates one by the suffix of its name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from pppshroud.capture import pcap, pcapng
from pppshroud.capture.packet import Packet
from pppshroud.capture.source import Source
from pppshroud.errors import CaptureError


class CaptureReader(Protocol):
    """Iterates once over the packets; `source.offset` tells how far it has read, in bytes."""

    format: str  # "pcap" or "pcapng"
    source: Source

    def __iter__(self) -> Iterator[Packet]: ...


class CaptureWriter(Protocol):
    """Appends packets to a capture file."""

    def write(self, packet: Packet) -> None:
        """Append one packet; raise CaptureError if the format cannot hold it."""


def read_stream(stream: BinaryIO, name: str) -> CaptureReader:
    """Return the reader that fits the stream's first bytes; `name` is used in errors."""
    source = Source(stream, name)
    magic = source.pull_or_end(4, "magic number")
    if not magic:
        raise CaptureError(f"{name}: the file is empty, a pcap or pcapng capture was expected")
    if magic == pcapng.MAGIC:
        return pcapng.PcapngReader(source)
    if magic in pcap.MAGIC:
        return pcap.PcapReader(source, magic)
    raise CaptureError(
        f"{name}: not a pcap or pcapng capture: bytes 0 to 3 are {magic.hex()}, expected "
        "a1b2c3d4, a1b23c4d (either byte order) or 0a0d0d0a. Make one with: "
        "tcpdump -i DEVICE -w FILE"
    )


@contextmanager
def open_capture(path: Path) -> Iterator[CaptureReader]:
    """Open a capture for one pass; raise CaptureError if it is none, OSError if unreadable."""
    with path.open("rb") as stream:
        yield read_stream(stream, str(path))


@contextmanager
def create_capture(path: Path, link_type: int) -> Iterator[CaptureWriter]:
    """Create `path`: pcapng if its suffix says so, else pcap (which holds one link type)."""
    with path.open("wb") as stream:
        if path.suffix == ".pcapng":
            yield pcapng.PcapngWriter(stream)
        else:
            yield pcap.PcapWriter(stream, link_type)
