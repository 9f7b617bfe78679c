# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds the packets that the capture and observe tests need, layer by layer."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Sequence
from pathlib import Path

from pppshroud.capture.checksum import checksum, transport_checksum
from pppshroud.capture.file import create_capture
from pppshroud.capture.packet import LINKTYPE_ETHERNET, Packet

SECOND_NS = 1_000_000_000
MACS = bytes.fromhex("00005e005302") + bytes.fromhex("00005e005301")
CLIENT, SERVER = "203.0.113.7", "198.51.100.20"


def ip4(address: str) -> bytes:
    return bytes(int(part) for part in address.split("."))


def ipv4(source: str, destination: str, protocol: int, payload: bytes) -> bytes:
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), 0, 0x4000, 64, protocol, 0)
    addresses = ip4(source) + ip4(destination)
    return head[:10] + struct.pack(">H", checksum(head + addresses)) + addresses + payload


def udp(source: str, sport: int, destination: str, dport: int, payload: bytes) -> bytes:
    head = struct.pack(">HHHH", sport, dport, 8 + len(payload), 0)
    value = transport_checksum(ip4(source), ip4(destination), 17, head + payload) or 0xFFFF
    return ipv4(source, destination, 17, head[:6] + struct.pack(">H", value) + payload)


CLIENT6, SERVER6 = "2001:db8:1::7", "2001:db8:2::20"


def udp6(source: str, sport: int, destination: str, dport: int, payload: bytes) -> bytes:
    ends = ipaddress.IPv6Address(source).packed, ipaddress.IPv6Address(destination).packed
    head = struct.pack(">HHHH", sport, dport, 8 + len(payload), 0)
    value = transport_checksum(*ends, 17, head + payload) or 0xFFFF
    segment = head[:6] + struct.pack(">H", value) + payload
    return struct.pack(">IHBB", 6 << 28, len(segment), 17, 64) + b"".join(ends) + segment


Ends = tuple[str, int, str, int]  # source address and port, destination address and port


def tcp(ends: Ends, seq: int, ack: int, flags: int, payload: bytes = b"") -> bytes:
    source, sport, destination, dport = ends
    head = struct.pack(">HHIIBBHHH", sport, dport, seq, ack, 0x50, flags, 65000, 0, 0)
    value = transport_checksum(ip4(source), ip4(destination), 6, head + payload)
    segment = head[:16] + struct.pack(">H", value) + head[18:] + payload
    return ipv4(source, destination, 6, segment)


SYN, SYN_ACK, ACK, PSH_ACK = 0x02, 0x12, 0x10, 0x18


def conversation(sport: int, dport: int, *requests: bytes, reply: bytes = b"") -> list[bytes]:
    """A TCP connection from CLIENT to SERVER: three-way handshake, requests, one reply."""
    up, down = (CLIENT, sport, SERVER, dport), (SERVER, dport, CLIENT, sport)
    packets = [tcp(up, 1000, 0, SYN), tcp(down, 5000, 1001, SYN_ACK), tcp(up, 1001, 5001, ACK)]
    seq = 1001
    for request in requests:
        packets.append(tcp(up, seq, 5001, PSH_ACK, request))
        seq += len(request)
    if reply:
        packets.append(tcp(down, 5001, seq, PSH_ACK, reply))
        packets.append(tcp(up, seq, 5001 + len(reply), ACK))
    return packets


def dns_name(name: str) -> bytes:
    return b"".join(bytes((len(x),)) + x.encode() for x in name.split(".")) + b"\0"


def dns_query(name: str, identity: int = 0x1234) -> bytes:
    return struct.pack(">HHHHHH", identity, 0x0100, 1, 0, 0, 0) + dns_name(name) + b"\0\1\0\1"


def dns_answer(name: str, address: str, identity: int = 0x1234) -> bytes:
    head = struct.pack(">HHHHHH", identity, 0x8180, 1, 1, 0, 0)
    answer = struct.pack(">HHHIH", 0xC00C, 1, 1, 60, 4) + ip4(address)
    return head + dns_name(name) + b"\0\1\0\1" + answer


def _sized(length_bytes: int, data: bytes) -> bytes:
    return len(data).to_bytes(length_bytes, "big") + data


def client_hello(name: str, *extensions: bytes) -> bytes:
    """A TLS 1.3 ClientHello handshake message (RFC 8446 section 4.1.2) with server_name."""
    server_name = b"\0\0" + _sized(2, _sized(2, b"\0" + _sized(2, name.encode())))
    versions = struct.pack(">HHBH", 43, 3, 2, 0x0304)
    groups = struct.pack(">HHHH", 10, 4, 2, 29)
    algorithms = struct.pack(">HHHH", 13, 4, 2, 0x0403)
    share = struct.pack(">HHHHH", 51, 38, 36, 29, 32) + bytes(range(32))
    body = b"\x03\x03" + bytes(range(32)) + _sized(1, b"") + _sized(2, b"\x13\x01")
    body += _sized(1, b"\0")
    body += _sized(2, server_name + versions + groups + algorithms + share + b"".join(extensions))
    return b"\x01" + _sized(3, body)


def tls_record(handshake: bytes) -> bytes:
    return b"\x16\x03\x01" + _sized(2, handshake)


def ethernet(ethertype: int, payload: bytes, vlans: Sequence[int] = ()) -> bytes:
    tags = b"".join(struct.pack(">HH", 0x8100, vlan) for vlan in vlans)
    return MACS + tags + struct.pack(">H", ethertype) + payload


def pppoe(protocol: int, information: bytes, session: int = 7, vlans: Sequence[int] = ()) -> bytes:
    ppp = struct.pack(">H", protocol) + information
    return ethernet(0x8864, struct.pack(">BBHH", 0x11, 0, session, len(ppp)) + ppp, vlans)


def l2tp(
    protocol: int,
    information: bytes,
    *,
    flags: int = 0x0002,
    ppp_header: bytes | None = None,
    checksummed: bool = False,
    source: str = "192.0.2.1",
    destination: str = "192.0.2.2",
) -> bytes:
    """An L2TPv2 data message, tunnel 11, session 22; `flags` choose the optional fields."""
    ppp = ppp_header if ppp_header is not None else struct.pack(">BBH", 255, 3, protocol)
    payload = ppp + information
    fields = struct.pack(">HH", 11, 22)
    if flags & 0x0800:
        fields += struct.pack(">HH", 1, 2)
    if flags & 0x0200:
        fields += struct.pack(">HH", 2, 0)
    if flags & 0x4000:
        fields = struct.pack(">H", 4 + len(fields) + len(payload)) + fields
    packet = udp(source, 1701, destination, 1701, struct.pack(">H", flags) + fields + payload)
    if not checksummed:
        packet = packet[:26] + bytes(2) + packet[28:]
    return ethernet(0x0800, packet)


def write_capture(path: Path, frames: Sequence[bytes], link_type: int = LINKTYPE_ETHERNET) -> Path:
    """Write `frames` 10 ms apart, the first one at 1 700 000 000 s."""
    start = 1_700_000_000 * SECOND_NS
    with create_capture(path, link_type) as writer:
        for number, frame in enumerate(frames):
            writer.write(Packet(start + number * 10_000_000, link_type, frame, len(frame)))
    return path
