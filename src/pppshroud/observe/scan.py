# SPDX-License-Identifier: GPL-2.0-or-later
"""Our own single pass over a capture: what lines it shows, names, and copies for engines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from pppshroud.capture.file import CaptureReader, open_capture
from pppshroud.capture.link import find_ip
from pppshroud.capture.packet import Packet, link_name
from pppshroud.capture.ppp import PPP_IPV4, PPP_IPV6, PppFrame, find_ppp
from pppshroud.errors import DecodeError
from pppshroud.observe.needles import Needles
from pppshroud.observe.record import iso_time
from pppshroud.observe.sound import SoundFlows
from pppshroud.observe.streams import StreamJoiner
from pppshroud.observe.strings import StringSearch
from pppshroud.progress import Progress


class Sink(Protocol):
    """Takes every packet of a capture as far as it could be decoded."""

    def take(self, packet: Packet, frame: PppFrame | None, ip: bytes | None) -> None:
        """Take one packet; `ip` is the frame's own payload where `frame` is None."""


@dataclass(slots=True)
class Inventory:
    """What a capture holds."""

    format: str = ""
    packets: int = 0
    bytes: int = 0  # on the wire
    start_ns: int = 0
    end_ns: int = 0
    link_types: Counter[str] = field(default_factory=Counter)
    lines: Counter[str] = field(default_factory=Counter)  # "pppoe", "l2tp", "ip", "other"
    damaged: int = 0  # packets that contradict themselves
    first_damage: str = ""

    def take(self, packet: Packet, line: str) -> None:
        """Count one packet."""
        self.packets += 1
        self.bytes += packet.original_length
        self.start_ns = min(self.start_ns or packet.time_ns, packet.time_ns)
        self.end_ns = max(self.end_ns, packet.time_ns)
        self.link_types[link_name(packet.link_type)] += 1
        self.lines[line] += 1

    def to_json(self, path: Path) -> dict[str, object]:
        """Return the inventory as docs/observe.md describes it."""
        return {
            "file": path.name,
            "format": self.format,
            "packets": self.packets,
            "bytes": self.bytes,
            "start": iso_time(self.start_ns / 1e9),
            "end": iso_time(self.end_ns / 1e9),
            "link_types": dict(self.link_types),
            "lines": dict(self.lines),
            "damaged": self.damaged,
            "first_damage": self.first_damage,
        }


@dataclass(slots=True)
class Scan:
    """Everything that one pass gathers."""

    needles: Needles
    exposed: Needles
    inventory: Inventory = field(default_factory=Inventory)
    strings: StringSearch = field(default_factory=StringSearch)
    sound: SoundFlows = field(default_factory=SoundFlows)


def scan(path: Path, tokens: Iterable[str], metadata: Iterable[str], sinks: Sequence[Sink]) -> Scan:
    """Read a capture once, look for tokens and metadata, and show every packet to the sinks."""
    result = Scan(Needles(tokens), Needles(metadata))
    result.needles.search_file(path)
    result.exposed.search_file(path)
    with open_capture(path) as reader:
        result.inventory.format = reader.format
        _read(reader, path.stat().st_size, [*sinks, result.sound], result)
    return result


def _read(reader: CaptureReader, size: int, sinks: Sequence[Sink], result: Scan) -> None:
    progress = Progress("reading", size)
    needles = [some for some in (result.needles, result.exposed) if some.missing]
    joiner = StreamJoiner(max((some.longest - 1 for some in needles), default=0))
    for packet in reader:
        progress.update(reader.source.offset)
        frame, ip = _decode(packet, result.inventory)
        line = frame.line if frame else "ip" if ip else "other"
        result.inventory.take(packet, line)
        result.strings.take(packet)
        for sink in sinks:
            sink.take(packet, frame, ip)
        for join in joiner.take(_inner_ip(frame, ip)):
            for some in needles:
                some.search(join)
    progress.finish()


def _decode(packet: Packet, inventory: Inventory) -> tuple[PppFrame | None, bytes | None]:
    try:
        frame = find_ppp(packet.link_type, packet.data)
        return frame, None if frame else find_ip(packet.link_type, packet.data)
    except DecodeError as error:
        inventory.damaged += 1
        inventory.first_damage = (
            inventory.first_damage or f"packet {inventory.packets + 1}: {error}"
        )
        return None, None


def _inner_ip(frame: PppFrame | None, ip: bytes | None) -> bytes:
    if frame is not None and frame.protocol in (PPP_IPV4, PPP_IPV6):
        return frame.information
    return ip or b""
