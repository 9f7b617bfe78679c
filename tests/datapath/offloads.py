# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames that the kernel has yet to finish or to segment, behind virtio headers."""

from __future__ import annotations

import struct

from .frames import IPV4, LAC, LOCAL, checksum, ipv4, l2tp

NEEDS_CHECKSUM = 1
GSO_UDP = 5
SEGMENT = 600


def virtio(flags: int = 0, gso: int = 0, header: int = 0, size: int = 0, *check: int) -> bytes:
    """Return a struct virtio_net_hdr, little-endian."""
    start, offset = check or (0, 0)
    return struct.pack("<BBHHHH", flags, gso, header, size, start, offset)


def unfinished(protocol_at: int, packet: bytes) -> bytes:
    """Return the virtio header of a frame whose TCP checksum is to be filled in."""
    return virtio(NEEDS_CHECKSUM, 0, 0, 0, protocol_at + (packet[0] & 15) * 4, 16)


def tcp_sum(packet: bytes) -> int:
    head, segment = (packet[0] & 15) * 4, packet[(packet[0] & 15) * 4 :]
    pseudo = packet[12:20] + struct.pack("!BBH", 0, 6, len(packet) - head)
    return checksum(pseudo + segment)


def seeded(packet: bytes) -> bytes:
    """Return a TCP packet with the sum of its pseudo header in the checksum field."""
    head = (packet[0] & 15) * 4
    pseudo = packet[12:20] + struct.pack("!BBH", 0, 6, len(packet) - head)
    seed = (checksum(pseudo) ^ 0xFFFF).to_bytes(2, "big")
    return packet[: head + 16] + seed + packet[head + 18 :]


def super_message(payload: bytes = b"") -> bytes:
    """Return two L2TP messages of SEGMENT octets each in one datagram yet to be segmented.

    payload: how their packets go on behind their IP headers.
    """
    one = l2tp("out", IPV4, ipv4(SEGMENT - 10, 17, payload=payload))
    assert len(one) == 42 + SEGMENT
    datagram = one[34:38] + struct.pack("!HH", 8 + 2 * SEGMENT, 0) + one[42:] * 2
    head = one[14:16] + (20 + len(datagram)).to_bytes(2, "big") + one[18:24] + b"\0\0" + one[26:34]
    head = head[:10] + checksum(head).to_bytes(2, "big") + head[12:]
    pseudo = LOCAL.packed + LAC.packed + struct.pack("!BBH", 0, 17, len(datagram))
    seed = (checksum(pseudo) ^ 0xFFFF).to_bytes(2, "big")
    return one[:14] + head + datagram[:6] + seed + datagram[8:]
