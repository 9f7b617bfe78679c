# SPDX-License-Identifier: GPL-2.0-or-later
"""Picks the two packets for the picture, and says what each of their bytes tells the carrier."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pppshroud.capture.file import open_capture
from pppshroud.capture.packet import LINKTYPE_ETHERNET
from pppshroud.capture.ppp import PPP_IPV4, PPP_IPV6, PppFrame, find_ppp
from pppshroud.errors import DecodeError

BLOCK = 64  # bytes, docs/protocol.md section 6
TCP, UDP = 6, 17


class Meaning(StrEnum):
    """What a byte tells; the values name the style classes of the picture."""

    LINE = "line"
    HEADER = "header"
    SOURCE = "source"
    DESTINATION = "destination"
    PORTS = "ports"
    NAME = "name"
    CONTENT = "content"
    NOISE = "noise"


@dataclass(frozen=True, slots=True)
class Example:
    """A frame with the meaning of each of its bytes, and the values to show beside it."""

    data: bytes
    meanings: tuple[Meaning, ...]
    values: dict[Meaning, str]


def find_clear(capture: Path, name: str) -> bytes:
    """Return the first frame that asks the DNS for `name`; LookupError if there is none."""
    labels = _labels(name)
    for frame in _session_frames(capture):
        if labels in frame.information.lower():
            return frame.data
    raise LookupError(f"{capture}: no DNS question for {name}")


def find_covered(capture: Path, length: int, first: int) -> bytes:
    """Return the first frame from packet number `first` on that is covered whole.

    Its PPP packet has the length that a packet of `length` bytes gets under the cover, or is as
    close to it as any.
    """
    wanted = max(BLOCK, length)
    frames = [f for f in _session_frames(capture, first) if f.protocol == PPP_IPV6]
    if not frames:
        raise LookupError(f"{capture}: no packet that is covered whole after packet {first}")
    return min(frames, key=lambda frame: abs(len(frame.information) - wanted)).data


def _session_frames(capture: Path, first: int = 0) -> list[PppFrame]:
    """Return the frames of PPP sessions with IP's protocol numbers."""
    frames = []
    with open_capture(capture) as reader:
        for number, packet in enumerate(reader):
            if number < first:
                continue
            try:
                frame = find_ppp(packet.link_type, packet.data)
            except DecodeError:
                continue
            if frame is not None and frame.protocol in (PPP_IPV4, PPP_IPV6):
                frames.append(frame)
    return frames


def explain_clear(data: bytes, names: Sequence[str]) -> Example:
    """Explain a frame whose IP packet is readable; `names` are sought in its content."""
    frame = _pull_frame(data)
    start = len(data) - len(frame.information)
    meanings = [Meaning.LINE] * start + [Meaning.CONTENT] * len(frame.information)
    values: dict[Meaning, str] = {}
    header = _explain_ip(frame.information, start, meanings, values)
    transport = frame.information[header:]
    if len(transport) >= 8 and _protocol(frame.information) in (TCP, UDP):
        size = 8 if _protocol(frame.information) == UDP else 20
        _mark(meanings, start + header, size, Meaning.HEADER)
        _mark(meanings, start + header, 4, Meaning.PORTS)
        ports = (int.from_bytes(transport[i : i + 2], "big") for i in (0, 2))
        values[Meaning.PORTS] = " to ".join(map(str, ports))
    _explain_names(data, names, meanings, values)
    return Example(data, tuple(meanings), values)


def explain_covered(data: bytes) -> Example:
    """Explain a covered frame: noise, and content as sent behind the block if only that is."""
    frame = _pull_frame(data)
    start = len(data) - len(frame.information)
    whole = frame.protocol == PPP_IPV6
    noise = len(frame.information) if whole else min(BLOCK, len(frame.information))
    meanings = [Meaning.LINE] * start + [Meaning.NOISE] * noise
    meanings += [Meaning.CONTENT] * (len(data) - len(meanings))
    return Example(data, tuple(meanings), {})


def _pull_frame(data: bytes) -> PppFrame:
    frame = find_ppp(LINKTYPE_ETHERNET, data)
    if frame is None:
        raise DecodeError("the picture needs a frame of a PPP session")
    return frame


def _explain_ip(ip: bytes, start: int, meanings: list[Meaning], values: dict[Meaning, str]) -> int:
    """Mark an IP header that starts at `start`; return its length."""
    four = ip[0] >> 4 == 4
    length = (ip[0] & 0x0F) * 4 if four else 40
    size, first = (4, 12) if four else (16, 8)
    _mark(meanings, start, length, Meaning.HEADER)
    for number, meaning in enumerate((Meaning.SOURCE, Meaning.DESTINATION)):
        position = first + number * size
        _mark(meanings, start + position, size, meaning)
        values[meaning] = str(ipaddress.ip_address(ip[position : position + size]))
    return length


def _protocol(ip: bytes) -> int:
    return ip[9] if ip[0] >> 4 == 4 else ip[6]


def _explain_names(
    data: bytes, names: Sequence[str], meanings: list[Meaning], values: dict[Meaning, str]
) -> None:
    for name in names:
        for form in (name.lower().encode(), _labels(name)):
            position = data.lower().find(form)
            if position >= 0:
                _mark(meanings, position, len(form), Meaning.NAME)
                values[Meaning.NAME] = name


def _labels(name: str) -> bytes:
    """Return a host name as it is in a DNS question, without the root."""
    return b"".join(bytes((len(x),)) + x for x in name.lower().encode().split(b"."))


def _mark(meanings: list[Meaning], start: int, length: int, meaning: Meaning) -> None:
    end = min(start + length, len(meanings))
    meanings[start:end] = [meaning] * (end - start)
