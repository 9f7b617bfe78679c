# SPDX-License-Identifier: GPL-2.0-or-later
"""Hypothesis strategies of packets that a line may be given: most well formed, some not."""

from __future__ import annotations

import struct

from hypothesis import strategies as st

from pppshroud.capture.checksum import transport_checksum
from pppshroud.decoy.layout import ICMP, ICMPV6, TCP, UDP
from pppshroud.vectors.decoydns import AAAA, A, labels, message, record
from pppshroud.vectors.decoypackets import finish, icmp, tcp, udp
from pppshroud.wire import PPP_IPCP, PPP_IPV4, PPP_IPV6, PPP_IPV6CP, PPP_LCP

from .mutate import LONGEST, PORTS
from .session import Packet

TEXT = "abcxyzABCXYZ0189-_"
EDGES = (0, 1, 2, 31, 32, 63, 64, 65, 127, 128, 129, 1452, 2047, 2048, 2049)
OPTIONS = ("", "01", "00000000", "020405b4", "030307", "0402", "0101050a0000100000002000",
           "0101080a0102030405060708", "13120102", "fd04f989", "0800")  # fmt: skip

octet = st.integers(0, 255)
payloads = st.one_of(
    st.binary(max_size=200),
    st.tuples(st.sampled_from(EDGES), st.binary(min_size=1, max_size=40)).map(
        lambda pair: (pair[1] * (pair[0] // len(pair[1]) + 1))[: pair[0]]
    ),
)
ports = st.one_of(st.sampled_from(PORTS), st.integers(0, 65535))
fours = st.one_of(
    st.binary(min_size=4, max_size=4),
    st.sampled_from(["0a000001", "c0a80101", "08080808", "13a80001", "5db8d822", "7f000001"]).map(
        bytes.fromhex
    ),
)
sixes = st.tuples(
    st.sampled_from(["2001", "2400", "2603", "2a00", "2c0f", "263f", "fe80", "0064"]),
    st.binary(min_size=14, max_size=14),
).map(lambda parts: bytes.fromhex(parts[0]) + parts[1])
names = st.lists(st.text(TEXT, min_size=1, max_size=20), max_size=5).map(".".join).map(labels)
tcp_options = st.lists(st.sampled_from(OPTIONS), max_size=3).map(
    lambda parts: bytes.fromhex("".join(parts)).ljust(
        -(-len("".join(parts)) // 8) * 4, b"\0"
    )  # a multiple of 4 octets
)


@st.composite
def dns(draw: st.DrawFn) -> bytes:
    """A DNS message, strict unless something is behind it."""
    records = [
        draw(st.one_of(
            fours.map(lambda data: record(A, data)),
            sixes.map(lambda data: record(AAAA, data)),
            st.tuples(st.sampled_from([2, 5, 12, 16]), names).map(lambda pair: record(*pair)),
        ))
        for _ in range(draw(st.integers(0, 4)))
    ]  # fmt: skip
    flags = draw(st.sampled_from([0x0100, 0x8180, 0x8183, 0x2800]))
    behind = draw(st.sampled_from([b"", b"", b"", b"\0"]))
    return message(draw(names), tuple(records), flags=flags, kind=A, extra=behind)


@st.composite
def segments(draw: st.DrawFn, *, six: bool) -> tuple[int, bytes]:
    """An IP protocol number and what is behind the IP header."""
    kind = draw(st.sampled_from(["tcp", "udp", "dns", "echo", "other"]))
    if kind == "tcp":
        head = tcp(draw(payloads), draw(ports), draw(ports), draw(tcp_options))
        sequence = draw(st.binary(min_size=8, max_size=8))
        return TCP, head[:4] + sequence + head[12:]
    if kind == "udp":
        return UDP, udp(draw(payloads), draw(ports), draw(ports))
    if kind == "dns":
        pair = draw(st.sampled_from([(40001, 53), (53, 40001), (53, 53)]))
        return UDP, udp(draw(dns()), *pair)
    if kind == "echo":
        echo = icmp(draw(st.sampled_from([128, 129] if six else [8, 0])), 0, b"\0\1\0\2")
        return ICMPV6 if six else ICMP, echo + draw(payloads)
    return draw(st.sampled_from([0, 1, 6, 17, 44, 47, 50, 58])), draw(payloads)


@st.composite
def ip_packets(draw: st.DrawFn) -> bytes:
    """An IPv4 or IPv6 packet, some times as the quote of an ICMP error."""
    six = draw(st.booleans())
    addresses = sixes if six else fours
    source, target = draw(addresses), draw(addresses)
    protocol, segment = draw(segments(six=six))
    if draw(st.booleans()) and protocol in (TCP, UDP, ICMPV6):
        segment = _summed(source, target, protocol, segment)
    packet = _headed(draw, source, target, protocol, segment)
    if draw(st.integers(0, 9)) == 0:
        error = icmp(draw(st.sampled_from([1, 2, 3, 11])), 0, bytes(4)) + packet
        packet = _headed(draw, target, source, ICMPV6 if six else ICMP, error)
    return packet


def _summed(source: bytes, target: bytes, protocol: int, segment: bytes) -> bytes:
    at = {TCP: 16, UDP: 6, ICMPV6: 2}[protocol]
    if len(segment) < at + 2:
        return segment
    bare = segment[:at] + bytes(2) + segment[at + 2 :]
    value = transport_checksum(source, target, protocol, bare)
    return bare[:at] + (value or 0xFFFF * (protocol == UDP)).to_bytes(2, "big") + bare[at + 2 :]


def _headed(
    draw: st.DrawFn, source: bytes, target: bytes, protocol: int, segment: bytes
) -> bytes:  # fmt: skip
    traffic = draw(octet)
    hops = draw(st.one_of(st.sampled_from([1, 64, 65, 95, 127, 128, 225, 255]), octet))
    if len(source) == 16:
        first = 6 << 28 | traffic << 20 | draw(st.integers(0, 0xFFFFF))
        head = struct.pack("!IHBB", first, len(segment), protocol, hops)
        return head + source + target + segment
    fragment = draw(st.sampled_from([0, 0x4000, 0x4000, 0x2000, 0x0010]))
    head = struct.pack("!BBHHHBBH", 0x45, traffic, 0, draw(st.integers(0, 65535)), fragment, hops,
                       protocol, 0)  # fmt: skip
    return finish(head + source + target + segment)


@st.composite
def packets(draw: st.DrawFn) -> Packet:
    """A packet with the protocol that it is sent under."""
    if draw(st.integers(0, 19)) == 0:
        body = draw(st.binary(max_size=100))
        head = struct.pack("!BBH", draw(st.integers(0, 9)), 1, 4 + len(body))
        return Packet(draw(st.sampled_from([PPP_IPCP, PPP_IPV6CP, PPP_LCP, 0x80FD])), head + body)
    packet = draw(ip_packets())[:LONGEST]
    padding = bytes(draw(st.sampled_from([0, 0, 0, 1, 30])))
    return Packet(PPP_IPV6 if packet[0] >> 4 == 6 else PPP_IPV4, packet + padding)
