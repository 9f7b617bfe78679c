# SPDX-License-Identifier: GPL-2.0-or-later
"""Inputs to start fuzzing the data path from: five octets that choose, then a frame."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from .frames import BULK_TCP, IPV4, IPV6, UDP, ipv4, ipv6, l2tp, ncp, pppoe, tcp, udp

OWN = bytes.fromhex("020000000001")
PEER = bytes.fromhex("020000000002")
COVER, PLAIN, HOLD = 2, 1, 0
FIFTH = (0, 0xFE, 0)  # 0xFE: at the detour's far end
IN, ENCIPHER, WHOLE, UNFINISHED, SUMMED, VLAN = 4, 8, 16, 32, 64, 128
PACKETS = [
    *((IPV4, ipv4(n, payload=tcp(BULK_TCP))) for n in (40, 64, 65, 200)),
    (IPV4, ipv4(200, UDP, payload=udp(b"\x40" * 20, dport=443))),
    (IPV4, ipv4(120, options=40, payload=tcp(b"GET / HTTP/1.1", options=12))),
    (IPV6, ipv6(64)),
    (IPV6, ipv6(200, payload=tcp(b"\x16\x03\x01", options=12))),
    (0x8021, ncp(10)),
    (0x8057, ncp(100)),
    (0xC021, b"\x08\x05\x00\x2a\x00\x57" + bytes(36)),
    (0x80FD, ncp(10)),
]
CHOICES = [
    COVER,
    PLAIN,
    HOLD,
    COVER | UNFINISHED,
    COVER | IN,
    COVER | IN | ENCIPHER,
    COVER | IN | ENCIPHER | WHOLE | SUMMED,
    HOLD | IN,
]


def own_frames(protocol: int, packet: bytes) -> Iterator[bytes]:
    """Yield frames of the fuzz target's sessions with a packet: PPPoE 1; L2TP, all ids 1."""
    for vlans in ((), (7,)):
        yield PEER + OWN + pppoe("out", protocol, packet, vlans=vlans, session=1)[12:]
    for flags in (0x0002, 0x4802):
        frame = bytearray(l2tp("out", protocol, packet, flags=flags))
        frame[26:34] = bytes([10, 0, 0, 1, 10, 0, 0, 2])
        frame[34:38] = struct.pack("!HH", 1701, 1701)
        at = 44 + (2 if flags & 0x4000 else 0)
        frame[at : at + 4] = struct.pack("!HH", 1, 1)
        yield bytes(frame)


def frames() -> Iterator[bytes]:
    """Yield such frames with packets of many kinds."""
    for protocol, packet in PACKETS:
        yield from own_frames(protocol, packet)


def turned(frame: bytes) -> bytes:
    """Return the frame as one that comes in."""
    if frame[12:14] == b"\x08\x00":
        return frame[:26] + frame[30:34] + frame[26:30] + frame[34:]
    return frame[6:12] + frame[:6] + frame[12:]


def write(folder: Path) -> int:
    """Write one file a seed; return how many."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for frame in frames():
        for choice in CHOICES:
            sent = turned(frame) if choice & IN else frame
            vlan = 7 if frame[12:14] == b"\x81\x00" else 0
            head = bytes([choice, (1, 10)[count % 2], (0, 90)[count % 2], vlan, FIFTH[count % 3]])
            (folder / f"{count:04}").write_bytes(head + sent)
            count += 1
    return count
