# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets for decoy.json: some of every kind that has a decoy, and of every kind that has none."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from ipaddress import ip_address

from pppshroud.capture.checksum import checksum, transport_checksum
from pppshroud.vectors.decoydns import ANSWER, A, labels, message, messages, record, unfit_messages
from pppshroud.vectors.material import octets

Named = tuple[str, bytes]
TCP, UDP, ICMP, ICMPV6 = 6, 17, 1, 58
FOUR = "192.0.2.1", "93.184.216.34"
SIX = "2001:db8:1::1", "2a00:1450:4001:800::200e"
AT = {TCP: 16, UDP: 6, ICMP: 2, ICMPV6: 2}  # where the checksum is
FITTING4 = (
    "10.0.0.1 100.64.0.1 172.31.255.255 192.168.1.1 198.51.100.7 203.0.113.9 1.0.0.1 "
    "223.255.255.254 19.1.2.3 192.0.78.1"
)
FITTING6 = (
    "2001:4860:4860::8888 2003:1::1 2610:1:: 2620:fe::fe 64:ff9b::102:304 2002:102:304::1 "
    "3fff::1 2400:: 2c0f:ffff::1 2637::1"
)
UNFIT4 = (
    "53.1.2.3 19.168.0.1 26.1.2.3 224.0.0.251 255.255.255.255 127.0.0.1 169.254.1.1 "
    "198.18.0.1 192.88.99.1 0.0.0.0"
)
UNFIT6 = "ff02::1 fe80::1 fd00::1 ::1 263f::1 3000::1 2420::1"
TIMESTAMPS = bytes.fromhex("0101080a0102030405060708")
SYN_OPTIONS = bytes.fromhex("020405b40402080a010203040000000001030307")
SACK = bytes.fromhex("0101050a0000100000002000") + bytes(4)


def ip(
    ends: tuple[str, str], protocol: int, segment: bytes, *, ttl: int = 64, tos: int = 0,
    ident: int = 0x1234, fragment: int = 0x4000, checksummed: bool = True,
) -> bytes:  # fmt: skip
    """Return an IP packet with right checksums, version by the addresses."""
    source, target = (ip_address(end).packed for end in ends)
    if checksummed:
        at = AT[protocol]
        segment = segment[:at] + bytes(2) + segment[at + 2 :]
        pseudo = transport_checksum(source, target, protocol, segment)
        value = checksum(segment) if protocol == ICMP else pseudo
        value = value or (0xFFFF if protocol == UDP else 0)
        segment = segment[:at] + value.to_bytes(2, "big") + segment[at + 2 :]
    if len(source) == 16:
        first = 6 << 28 | tos << 20 | 0x12345
        return struct.pack("!IHBB", first, len(segment), protocol, ttl) + source + target + segment
    head = struct.pack("!BBHHHBBH", 0x45, tos, 20 + len(segment), ident, fragment, ttl, protocol, 0)
    return finish(head + source + target + segment)


def finish(packet: bytes) -> bytes:
    """Put in a right IPv4 header checksum, and the total length."""
    length = len(packet).to_bytes(2, "big")
    header = packet[:2] + length + packet[4:10] + bytes(2) + packet[12:20]
    return header[:10] + checksum(header).to_bytes(2, "big") + header[12:] + packet[20:]


def tcp(payload: bytes, sport: int = 40001, dport: int = 443, options: bytes = b"") -> bytes:
    """Return a TCP segment, its checksum to be filled in."""
    offset = 5 + len(options) // 4 << 4
    head = struct.pack("!HHIIBBHHH", sport, dport, 0x1000, 0x2000, offset, 0x18, 500, 0, 0)
    return head + options + payload


def udp(payload: bytes, sport: int = 40001, dport: int = 5060) -> bytes:
    """Return a UDP datagram, its checksum to be filled in."""
    return struct.pack("!HHHH", sport, dport, 8 + len(payload), 0) + payload


def icmp(kind: int, code: int, rest: bytes) -> bytes:
    """Return an ICMP message, its checksum to be filled in."""
    return bytes([kind, code, 0, 0]) + rest


def fit_packets() -> Iterator[Named]:
    """Packets that have decoys, most of them."""
    for ends, version in ((FOUR, "IPv4"), (SIX, "IPv6")):
        back = ends[::-1]
        yield f"{version} TCP SYN", ip(ends, TCP, tcp(b"", options=SYN_OPTIONS))
        yield f"{version} TCP SACK", ip(ends, TCP, tcp(b"", options=SACK))
        yield f"{version} TCP, timestamps", ip(ends, TCP, tcp(octets("a", 100), options=TIMESTAMPS))
        for length in (0, 1, 2, 3, 5, 31, 32, 33, 63, 64, 65, 80, 1400):
            segment = tcp(octets(f"t{length}", length), 443, 40001)
            yield f"{version} TCP, payload {length}", ip(back, TCP, segment)
        yield f"{version} UDP, payload 0", ip(ends, UDP, udp(b""))
        yield f"{version} UDP, payload 40", ip(ends, UDP, udp(octets("u", 40)), tos=0xB8)
        yield f"{version} UDP, payload 1200", ip(ends, UDP, udp(octets("q", 1200), 50000, 443))
        yield f"{version} UDP, payload 2049", ip(ends, UDP, udp(octets("l", 2049), 50000, 443))
        yield f"{version} from port 161", ip(back, UDP, udp(octets("s", 50), 161, 60000))
        echo, error = ((8, 0), 3) if version == "IPv4" else ((128, 129), 1)
        protocol = ICMP if version == "IPv4" else ICMPV6
        for kind in echo:
            ping = icmp(kind, 0, b"\0\1\0\2" + octets("ping", 56))
            yield f"{version} ICMP {kind}", ip(ends, protocol, ping, ttl=255)
        yield from _errors(version, ends, protocol, error, echo[0])
        for name, text in messages():
            query = text[2] < 0x80
            pair = (ends, 40001, 53) if query else (back, 53, 40001)
            yield f"{version} DNS, {name}", ip(pair[0], UDP, udp(text, *pair[1:]))
        yield f"{version} TCP to port 53", ip(ends, TCP, tcp(octets("d", 40), dport=53))
    yield "IPv4 TCP, 200 octets", ip(FOUR, TCP, tcp(octets("200", 160)))
    yield from _headers()
    yield from _addresses()


def _errors(
    version: str, ends: tuple[str, str], protocol: int, kind: int, echo: int
) -> Iterator[Named]:
    back, quotes = ends[::-1], (
        ("UDP", ip(ends, UDP, udp(octets("v", 32), 40002, 33434), ttl=1, tos=0x14)),
        ("TCP", ip(ends, TCP, tcp(octets("w", 100), options=TIMESTAMPS), ttl=0)),
        ("echo", ip(ends, protocol, icmp(echo, 0, bytes(4) + octets("x", 8)), ttl=200)),
    )  # fmt: skip
    for name, quote in quotes:
        error = icmp(kind, 3, bytes(4) + quote)
        yield f"{version} ICMP error that quotes {name}", ip(back, protocol, error)
    if version == "IPv4":
        stale = quotes[0][1][:10] + b"\x12\x34" + quotes[0][1][12:]
        error = icmp(11, 0, bytes(4) + stale)
        yield "IPv4 ICMP error, quoted header checksum wrong", ip(back, ICMP, error)


def _headers() -> Iterator[Named]:
    segment = udp(octets("h", 20))
    for ttl in (0, 1, 63, 64, 65, 95, 96, 127, 225, 254, 255):
        yield f"IPv4, TTL {ttl}", ip(FOUR, UDP, segment, ttl=ttl)
        yield f"IPv6, hop limit {ttl}", ip(SIX, UDP, segment, ttl=ttl)
    for tos in (0x04, 0xB4, 0xB7, 0xBB, 0x03, 0xFC & ~4):
        yield f"IPv4, TOS {tos:02x}", ip(FOUR, UDP, segment, tos=tos)
        yield f"IPv6, traffic class {tos:02x}", ip(SIX, UDP, segment, tos=tos)
    yield "UDP without checksum", ip(FOUR, UDP, segment, checksummed=False)
    wrong = segment[:6] + b"\x12\x34" + segment[8:]
    yield "UDP with a wrong checksum", ip(FOUR, UDP, wrong, checksummed=False)
    yield "UDP whose checksum is ffff", ip(FOUR, UDP, _with_residue_0(FOUR, UDP, segment))
    bare = tcp(b"\0\0")
    yield "TCP whose checksum is 0", ip(FOUR, TCP, _with_residue_0(FOUR, TCP, bare))
    yield "IPv4, reserved flag", ip(FOUR, UDP, segment, fragment=0x8000)


def _with_residue_0(ends: tuple[str, str], protocol: int, segment: bytes) -> bytes:
    """Change the last two octets so that the checksum is 0 modulo 65535."""
    source, target = (ip_address(end).packed for end in ends)
    at = AT[protocol]
    open_end = segment[:at] + bytes(2) + segment[at + 2 : -2] + bytes(2)
    missing = transport_checksum(source, target, protocol, open_end)
    return open_end[:-2] + missing.to_bytes(2, "big")


def _addresses() -> Iterator[Named]:
    segment = udp(octets("addresses", 20))
    for four in FITTING4.split():
        yield f"IPv4, to {four}", ip((FOUR[0], four), UDP, segment)
    for six in FITTING6.split():
        yield f"IPv6, to {six}", ip((SIX[0], six), UDP, segment)


def unfit_packets() -> Iterator[Named]:
    """Packets without a decoy. Names that start with "structure:" are no decoys either."""
    segment, body = udp(octets("n", 30)), octets("n", 30)
    for address in UNFIT4.split():
        yield f"to {address}", ip((FOUR[0], address), UDP, segment)
    for address in UNFIT6.split():
        yield f"to {address}", ip((SIX[0], address), UDP, segment)
    for ttl in (128, 192, 224):
        yield f"TTL {ttl}", ip(FOUR, UDP, segment, ttl=ttl)
    for tos in (0x0C, 0xFC, 0x14):
        yield f"TOS {tos:02x}", ip(FOUR, UDP, segment, tos=tos)
    for port in (0, 1023, 95):
        yield f"port {port}", ip(FOUR, UDP, udp(body, 40001, port))
    for name, options in (("MPTCP", "1e0c0081" + "11" * 8), ("fast open", "2204112201010101"),
                          ("behind the end", "00010000"), ("short", "0204"),
                          ("length 0", "0200"), ("cut", "01010108")):  # fmt: skip
        padded = bytes.fromhex(options).ljust(-(-len(options) // 8) * 4, b"\x01")
        yield f"TCP option: {name}", ip(FOUR, TCP, tcp(b"", options=padded))
    blocked = message(labels("ads.example"), (record(A, bytes(4)),), flags=ANSWER)
    yield "DNS answer 0.0.0.0", ip(FOUR[::-1], UDP, udp(blocked, 53, 40001))
    for name, text in unfit_messages():
        yield f"structure: DNS, {name}", ip(FOUR, UDP, udp(text, dport=53))
    yield from _bent(segment)


def _bent(segment: bytes) -> Iterator[Named]:
    """Packets of other forms."""
    yield "structure: first fragment", ip(FOUR, UDP, segment, fragment=0x2000)
    yield "structure: last fragment", ip(FOUR, UDP, segment, fragment=0x00B9)
    yield "structure: ESP", ip(FOUR, 50, segment, checksummed=False)
    yield "structure: 6in4", ip(FOUR, 41, ip(SIX, UDP, segment), checksummed=False)
    yield "structure: hop-by-hop options", ip(SIX, 0, bytes([17, 0, 5, 2, 0, 0, 1, 0]) + segment,
                                              checksummed=False)  # fmt: skip
    yield "structure: IPv6 fragment", ip(SIX, 44, bytes([17, 0, 0, 1]) + bytes(4) + segment,
                                         checksummed=False)  # fmt: skip
    yield "structure: IPv6 UDP without checksum", ip(SIX, UDP, segment, checksummed=False)
    yield "structure: UDP length", ip(FOUR, UDP, segment + b"\0")
    yield "structure: UDP of 7 octets", ip(FOUR, UDP, segment[:7], checksummed=False)
    yield "structure: TCP of 19 octets", ip(FOUR, TCP, tcp(b"")[:19], checksummed=False)
    odd = tcp(b"")[:12] + b"\xf0" + tcp(b"")[13:]
    yield "structure: TCP data offset", ip(FOUR, TCP, odd)
    full = tcp(b"")[:16] + b"\xff\xff" + tcp(b"")[18:]
    yield "structure: TCP checksum ffff", ip(FOUR, TCP, full, checksummed=False)
    plain = ip(FOUR, UDP, segment)
    optioned = bytes([0x46]) + plain[1:20] + b"\x94\x04\0\0" + plain[20:]
    header = optioned[:2] + len(optioned).to_bytes(2, "big") + optioned[4:10] + bytes(2)
    total = checksum(header + optioned[12:24]).to_bytes(2, "big")
    yield "structure: IPv4 options", header[:10] + total + optioned[12:]
    yield from _bent_icmp(segment)


def _bent_icmp(segment: bytes) -> Iterator[Named]:
    quote, back = ip(FOUR, UDP, segment), FOUR[::-1]
    for name, text in (
        ("timestamp", icmp(13, 0, bytes(16))),
        ("redirect", icmp(5, 1, bytes(4) + quote)),
        ("echo with a code", icmp(8, 1, bytes(4))),
        ("quote cut", icmp(3, 3, bytes(4) + quote[:28])),
        ("octets behind the quote", icmp(3, 3, bytes(4) + quote + bytes(4))),
        ("quote of a fragment", icmp(3, 3, bytes(4) + ip(FOUR, UDP, segment, fragment=0x2000))),
        ("quote of DNS", icmp(3, 3, bytes(4) + ip(FOUR, UDP, udp(bytes(30), 53)))),
        ("quote of an error", icmp(3, 3, bytes(4) + ip(back, ICMP, icmp(3, 3, bytes(4) + quote)))),
        ("quote of IPv6", icmp(3, 3, bytes(4) + ip(SIX, UDP, segment))),
        ("no quote", icmp(3, 3, bytes(4))),
        ("quoted header checksum ffff",
         icmp(3, 3, bytes(4) + quote[:10] + b"\xff\xff" + quote[12:])),
    ):  # fmt: skip
        yield f"structure: ICMP {name}", ip(back, ICMP, text)
