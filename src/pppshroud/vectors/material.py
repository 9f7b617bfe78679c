# SPDX-License-Identifier: GPL-2.0-or-later
"""Keys and packets that vectors are made of, drawn from SHAKE256 of their names."""

from __future__ import annotations

import hashlib
import struct

from pppshroud.cover import KeySet
from pppshroud.wire import KEYSET_LEN

PROTO_TCP = 6
PROTO_UDP = 17


def octets(name: str, length: int) -> bytes:
    """Return the first `length` octets of SHAKE256(name)."""
    return hashlib.shake_256(name.encode()).digest(length)


def key_set(name: str) -> KeySet:
    """Return a key set by name."""
    return KeySet(octets(f"key set {name}", KEYSET_LEN))


def ipv4(total: int, options: bytes = b"", proto: int = PROTO_TCP) -> bytes:
    """Return an IPv4 packet of `total` octets with a right header checksum."""
    header = bytearray(
        struct.pack(
            "!BBHHHBBH4s4s", 0x45 + len(options) // 4, 0, total, 0x1234, 0x4000, 64, proto, 0,
            bytes([192, 0, 2, 1]), bytes([198, 51, 100, 7]),
        ) + options
    )  # fmt: skip
    header[10:12] = checksum(bytes(header)).to_bytes(2, "big")
    return bytes(header) + octets(f"ipv4 payload {total}", total - len(header))


def checksum(header: bytes) -> int:
    """Return the Internet checksum (RFC 1071) of an even number of octets."""
    total: int = sum(struct.unpack(f"!{len(header) // 2}H", header))
    while total >> 16:
        total = (total >> 16) + (total & 0xFFFF)
    return total ^ 0xFFFF


def ipv6(total: int, proto: int = PROTO_UDP) -> bytes:
    """Return an IPv6 packet of `total` octets."""
    source = bytes.fromhex("20010db8000100000000000000000001")
    target = bytes.fromhex("20010db8000200000000000000000002")
    head = struct.pack("!IHBB", 0x60012345, total - 40, proto, 64)
    return head + source + target + octets(f"ipv6 payload {total}", total - 40)


def ncp(total: int, code: int = 1) -> bytes:
    """Return a network control packet (after its protocol field) of `total` octets."""
    return struct.pack("!BBH", code, 7, total) + octets(f"ncp options {total}", total - 4)
