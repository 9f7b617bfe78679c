# SPDX-License-Identifier: GPL-2.0-or-later
"""Section 6.7: which packets the sender covers whole."""

import struct

import pytest

from pppshroud.rule import WholeRule
from pppshroud.vectors.material import ipv4, octets

PLENTY = 16
ENDS4 = bytes([192, 0, 2, 1, 198, 51, 100, 7])
BINARY = bytes.fromhex("00ff10807f") + bytes(500)


def packet4(protocol: int, segment: bytes, fragment: int = 0) -> bytes:
    total = 20 + len(segment)
    return struct.pack("!BBHHHBBH", 0x45, 0, total, 0, fragment, 64, protocol, 0) + ENDS4 + segment


def packet6(protocol: int, segment: bytes) -> bytes:
    return struct.pack("!IHBB", 6 << 28, len(segment), protocol, 64) + bytes(32) + segment


def tcp(payload: bytes, sport: int = 1000, options: bytes = b"") -> bytes:
    offset = (5 + len(options) // 4) << 4
    return struct.pack("!HHIIBBHHH", sport, 80, 1, 1, offset, 16, 100, 0, 0) + options + payload


def udp(payload: bytes, dport: int = 443) -> bytes:
    return struct.pack("!HHHH", 5000, dport, 8 + len(payload), 0) + payload


def later(packet: bytes) -> bool:
    """What the rule says of a packet when its flow has had 16 before."""
    rule = WholeRule()
    for _ in range(PLENTY):
        assert rule.wants_whole(packet), "the first packets of a flow are covered whole"
    return rule.wants_whole(packet)


@pytest.mark.parametrize("wrap", [packet4, packet6])
@pytest.mark.parametrize(
    ("segment", "whole"),
    [
        (tcp(b""), False),
        (tcp(BINARY), False),
        (tcp(BINARY, options=bytes(12)), False),
        (tcp(b"GET / HTTP/1.1"), True),
        (tcp(b"GET / HTTP/1.1", options=bytes(12)), True),
        (tcp(b"ab"), True),
        (tcp(b"\x09\x7e\x20\x0a" * 3 + b"\xff"), True),
        (tcp(b"\x09\x7e\x20\x0a" * 2 + b"abc\xff"), False),
        (tcp(b"abc\x7f"), False),
        (tcp(b"abc\x08"), False),
        (tcp(b"\x16\x03\x01\x02"), True),
        (tcp(b"\x17\x03\x03\x02" + bytes(99)), False),
        (tcp(BINARY)[:19], True),
        (tcp(BINARY)[:7], True),
    ],
)
def test_tcp(wrap: type, segment: bytes, whole: bool) -> None:
    assert later(wrap(6, segment)) is whole


@pytest.mark.parametrize("wrap", [packet4, packet6])
@pytest.mark.parametrize(
    ("segment", "whole"),
    [
        (udp(b"\x40" + bytes(99)), False),
        (udp(b"\x7f" + bytes(99)), False),
        (udp(b"\xc0" + bytes(99)), True),
        (udp(b"\x00" + bytes(99)), True),
        (udp(b"\x80" + bytes(99)), True),
        (udp(b"\x40" + bytes(99), dport=53), True),
        (udp(b""), True),
    ],
)
def test_udp(wrap: type, segment: bytes, whole: bool) -> None:
    assert later(wrap(17, segment)) is whole


@pytest.mark.parametrize("protocol", [1, 4, 41, 47, 50, 51, 58, 132, 0])
def test_everything_else_is_whole(protocol: int) -> None:
    assert later(packet4(protocol, octets("rest", 100)))
    assert later(packet6(protocol, octets("rest", 100)))


def test_fragments() -> None:
    assert later(packet4(6, tcp(BINARY), fragment=0x0001)), "one that is not the first"
    assert not later(packet4(6, tcp(BINARY), fragment=0x2000)), "the first has its ports"


def test_flows_and_directions_are_counted_apart() -> None:
    rule = WholeRule()
    for _ in range(PLENTY):
        rule.wants_whole(packet4(6, tcp(BINARY)))
    assert not rule.wants_whole(packet4(6, tcp(BINARY)))
    assert rule.wants_whole(packet4(6, tcp(BINARY, sport=1001)))


def test_flow_used_least_recently_is_forgotten_first() -> None:
    rule = WholeRule(flows=2)
    first, second, third = (packet4(6, tcp(BINARY, sport=port)) for port in (1, 2, 3))
    for packet in [first, second] * PLENTY:
        rule.wants_whole(packet)
    assert not rule.wants_whole(first)
    assert rule.wants_whole(third)
    assert not rule.wants_whole(first)
    assert rule.wants_whole(second)


def test_packet_of_a_header_only() -> None:
    assert WholeRule().wants_whole(ipv4(20))
