# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames to run through the data path: built layer by layer, PPPoE and L2TP."""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence
from ipaddress import IPv4Address

OWN = bytes.fromhex("02000000aa01")
PEER = bytes.fromhex("02000000bb02")
PEER_TEXT = "02:00:00:00:bb:02"
SESSION = 0x1234
LOCAL = IPv4Address("192.0.2.1")
LAC = IPv4Address("198.51.100.9")
PPPOE_SESSION = f"pppoe {SESSION} {PEER_TEXT}"
L2TP_SESSION = f"l2tp {LOCAL} {LAC} 1701 1702 11 12 21 22"
TCP = 6
UDP = 17
IPV4 = 0x0021
IPV6 = 0x0057
BULK_TCP = b"\x00" * 8
"""The first octets of a payload that is neither text nor a TLS handshake."""


def checksum(data: bytes) -> int:
    """Return the Internet checksum (RFC 1071)."""
    data += b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def ipv4(
    length: int,
    protocol: int = TCP,
    *,
    payload: bytes = b"",
    options: int = 0,
    fragment: int = 0,
    seed: int = 0,
) -> bytes:
    """Return an IPv4 packet of `length` octets with `options` (a multiple of 4) octets of them.

    payload: how what follows the header starts; random octets, from `seed`, fill up.
    """
    rng = random.Random(length * 1000 + protocol + seed)
    head = struct.pack(
        "!BBHHHBBH4s4s",
        0x45 + options // 4,
        0,
        length,
        rng.getrandbits(16),
        fragment,
        63,
        protocol,
        0,
        bytes([10, 0, 0, 1 + seed % 200]),
        bytes([203, 0, 113, 7]),
    ) + bytes(rng.getrandbits(8) for _ in range(options))
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    return head + filled(payload, length - len(head), rng)


def ipv6(length: int, protocol: int = TCP, *, payload: bytes = b"", seed: int = 0) -> bytes:
    """Return an IPv6 packet of `length` octets."""
    rng = random.Random(length * 1000 + protocol + seed)
    addresses = bytes.fromhex("20010db8000100000000000000000001")
    head = struct.pack("!IHBB", 0x60000000 + seed, length - 40, protocol, 64)
    return head + addresses + addresses[::-1] + filled(payload, length - 40, rng)


def filled(start: bytes, length: int, rng: random.Random) -> bytes:
    """Return `start`, cut or filled up with random octets to `length`."""
    return (start + rng.randbytes(max(0, length - len(start))))[: max(0, length)]


def tcp(payload: bytes = b"", *, options: int = 0, sport: int = 40000) -> bytes:
    """Return a TCP header with `options` octets of them (a multiple of 4), then the payload."""
    offset = (20 + options) // 4 << 4
    head = struct.pack("!HHIIBBHHH", sport, 80, 1, 1, offset, 0x10, 512, 0, 0)
    return head + b"\1" * options + payload


def udp(payload: bytes, *, sport: int = 40000, dport: int = 53) -> bytes:
    """Return a UDP header without checksum, then the payload."""
    return struct.pack("!HHHH", sport, dport, 8 + len(payload), 0) + payload


def ncp(length: int, code: int = 1) -> bytes:
    """Return an NCP packet of `length` octets, without its protocol number."""
    return struct.pack("!BBH", code, 7, length) + random.Random(length).randbytes(length - 4)


def vlan_tags(vlans: Sequence[int]) -> bytes:
    """Return the tags as they are behind the addresses: all but the last are 802.1ad's."""
    kinds = [0x88A8] * (len(vlans) - 1) + [0x8100]
    return b"".join(
        struct.pack("!HH", kind, vlan) for kind, vlan in zip(kinds, vlans, strict=False)
    )


def pppoe(
    way: str,
    protocol: int,
    information: bytes,
    *,
    vlans: Sequence[int] = (),
    session: int = SESSION,
    length: int | None = None,
) -> bytes:
    """Return a PPPoE session frame in ("in") or out, with a wrong `length` if one is given."""
    addresses = OWN + PEER if way == "in" else PEER + OWN
    told = len(information) + 2 if length is None else length + 2
    head = struct.pack("!HBBHHH", 0x8864, 0x11, 0, session, told, protocol)
    return addresses + vlan_tags(vlans) + head + information


def l2tp(
    way: str,
    protocol: int,
    information: bytes,
    *,
    flags: int = 0x0002,
    hdlc: bool = True,
    udp_checksum: int = 0,
    fragment: int = 0,
    offset: int = 0,
) -> bytes:
    """Return an L2TPv2 data message over UDP and IPv4; flags may have L, S and O."""
    ppp = (b"\xff\x03" if hdlc else b"") + struct.pack("!H", protocol) + information
    ids = struct.pack("!HH", *((11, 12) if way == "in" else (21, 22)))
    sequence = b"\0\1\0\2" if flags & 0x0800 else b""
    skip = struct.pack("!H", offset) + b"\0" * offset if flags & 0x0200 else b""
    length = 2 + (2 if flags & 0x4000 else 0) + len(ids + sequence + skip + ppp)
    told = struct.pack("!H", length) if flags & 0x4000 else b""
    message = struct.pack("!H", flags) + told + ids + sequence + skip + ppp
    ports = (1702, 1701) if way == "in" else (1701, 1702)
    datagram = struct.pack("!HHHH", *ports, 8 + len(message), udp_checksum) + message
    ends = (LAC, LOCAL) if way == "in" else (LOCAL, LAC)
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(datagram), 7, fragment, 64, UDP, 0)
    head += ends[0].packed + ends[1].packed
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    addresses = OWN + PEER if way == "in" else PEER + OWN
    return addresses + b"\x08\x00" + head + datagram


def turned(frame: bytes) -> bytes:
    """Return a PPPoE frame as the other end of the wire sees it."""
    return frame[6:12] + frame[:6] + frame[12:]
