# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets of every length and kind, out and in again, and the rule for whole cover."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .datapath.frames import (
    BULK_TCP,
    IPV4,
    IPV6,
    PEER_TEXT,
    TCP,
    UDP,
    ipv4,
    ipv6,
    ncp,
    pppoe,
    tcp,
    turned,
    udp,
)
from .datapath.world import NEXT, Testrun

pytest_plugins = ("tests.datapath.fixtures",)

KEY = bytes(range(208))
OTHER = bytes(range(3, 211))
QUIC = udp(b"\x40" + bytes(30), dport=443)
KINDS: dict[str, tuple[int, int, Callable[[int], bytes]]] = {
    "IPv4 bulk TCP": (IPV4, 40, lambda n: ipv4(n, payload=tcp(BULK_TCP))),
    "IPv4 UDP": (IPV4, 28, lambda n: ipv4(n, UDP, payload=udp(b""))),
    "IPv4 header of 60": (IPV4, 60, lambda n: ipv4(n, options=40, payload=tcp(BULK_TCP))),
    "IPv4 GRE": (IPV4, 20, lambda n: ipv4(n, 47)),
    "IPv6 bulk TCP": (IPV6, 60, lambda n: ipv6(n, payload=tcp(BULK_TCP))),
    "IPv6 hop by hop": (IPV6, 40, lambda n: ipv6(n, 0)),
}
LENGTHS = [
    *range(20, 201),
    *(edge + d for edge in range(208, 1400, 16) for d in (-1, 0, 1)),
    *range(1400, 1501),
]
"""All around the first block and the longest, and about each edge of Poly1305's and Threefish's."""
TAGGED_LENGTHS = [*range(20, 201, 3), *range(199, 1501, 29), 1500]
FLOW = 16


@pytest.mark.parametrize("vlans", [(), (35,), (100, 200)], ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_length_round_trip(bare_run: Testrun, kind: str, vlans: tuple[int, ...]) -> None:
    """What comes back is the packet at its length; nothing is longer but what was below 64."""
    protocol, shortest, build = KINDS[kind]
    head = 22 + 4 * len(vlans)
    bare_run.say(" ".join(["pppoe 4660", PEER_TEXT, *map(str, vlans)]))
    bare_run.set("cover", KEY, KEY)
    lengths = [n for n in (TAGGED_LENGTHS if vlans else LENGTHS) if n >= shortest]
    packets = [build(length) for length in lengths]
    frames = [pppoe("out", protocol, packet, vlans=vlans) for packet in packets]
    covered = bare_run.frames("out", frames)
    for packet, sent in zip(packets, covered, strict=True):
        assert sent.verdict == NEXT, (len(packet), sent.counter)
        assert len(sent.frame) == head + max(64, len(packet))
        assert packet[:20] not in sent.frame
    returned = bare_run.frames("in", [turned(sent.frame) for sent in covered])
    for frame, back in zip(frames, returned, strict=True):
        assert back.verdict == NEXT, (len(frame), back.counter)
        assert back.frame[12 : len(frame)] == frame[12:], len(frame)
    bare_run.say("close")


@pytest.mark.parametrize("keys", [1, 2])
@pytest.mark.parametrize("protocol", [0x8021, 0x8057])
def test_length_ncp(pppoe_run: Testrun, protocol: int, keys: int) -> None:
    pppoe_run.set("cover", KEY, *(KEY, OTHER)[:keys])
    lengths = [*range(4, 300), 1000, 2045, 2046]
    frames = [pppoe("out", protocol, ncp(length)) for length in lengths]
    covered = pppoe_run.frames("out", frames)
    for length, sent in zip(lengths, covered, strict=True):
        assert sent.counter == ("tx_whole" if length > 62 else "tx_block"), length
        assert len(sent.frame) == 22 + max(64, length + 2)
    returned = pppoe_run.frames("in", [turned(sent.frame) for sent in covered])
    for frame, back in zip(frames, returned, strict=True):
        assert back.frame[12 : len(frame)] == frame[12:], len(frame)


def test_length_beyond_whole_is_block(pppoe_run: Testrun) -> None:
    pppoe_run.set("cover", KEY, KEY)
    frame = pppoe("out", IPV4, ipv4(2049, 47))
    sent = pppoe_run.frame("out", frame)
    assert sent.counter == "tx_block"
    assert pppoe_run.frame("in", turned(sent.frame)).frame[12:] == frame[12:]


RULE = {
    "bulk TCP": (ipv4(800, payload=tcp(BULK_TCP)), True),
    "bulk TCP with options": (ipv4(800, payload=tcp(BULK_TCP, options=12)), True),
    "bulk TCP, longest headers": (ipv4(800, options=40, payload=tcp(BULK_TCP, options=40)), True),
    "bulk TCP over IPv6": (ipv6(800, payload=tcp(BULK_TCP, options=12)), True),
    "no payload": (ipv6(72, payload=tcp(options=12)), True),
    "text": (ipv4(800, payload=tcp(b"GET / HTTP/1.1")), False),
    "eleven octets of text": (ipv4(800, payload=tcp(b"GET / HTTP/\x00")), True),
    "last text octets": (ipv4(800, payload=tcp(b"\x09\x7e" * 6)), False),
    "DEL is no text": (ipv4(800, payload=tcp(b"\x7fabc")), True),
    "TLS handshake": (ipv4(800, payload=tcp(b"\x16\x03\x01\x02")), False),
    "TLS data": (ipv4(800, payload=tcp(b"\x17\x03\x03\x02")), True),
    "like TLS, not its version": (ipv4(800, payload=tcp(b"\x16\x04\x01\x02")), True),
    "QUIC short header": (ipv4(800, UDP, payload=QUIC), True),
    "QUIC short header back": (
        ipv6(800, UDP, payload=udp(b"\x7f" * 4, sport=443, dport=4433)),
        True,
    ),
    "QUIC long header": (ipv4(800, UDP, payload=udp(b"\xc0" * 4, dport=443)), False),
    "DNS": (ipv4(800, UDP, payload=udp(b"\x40" * 4)), False),
    "later fragment": (ipv4(800, payload=tcp(BULK_TCP), fragment=0x0010), False),
    "first fragment": (ipv4(800, payload=tcp(BULK_TCP), fragment=0x2000), True),
    "6in4": (ipv4(800, 41, payload=ipv6(780)), False),
    "ESP": (ipv6(800, 50), False),
    "TCP header beyond the packet": (ipv4(70, payload=b"\0" * 12 + b"\xf0" + b"\0" * 37), False),
}


@pytest.mark.parametrize("case", RULE)
def test_rule(pppoe_run: Testrun, case: str) -> None:
    """The first 16 packets of a flow whole, and later ones if they are not clearly bulk."""
    packet, bulk = RULE[case]
    pppoe_run.set("cover", KEY, KEY)
    frame = pppoe("out", IPV6 if packet[0] >> 4 == 6 else IPV4, packet)
    counters = [result.counter for result in pppoe_run.frames("out", [frame] * (FLOW + 3))]
    assert counters[:FLOW] == ["tx_whole"] * FLOW
    assert counters[FLOW:] == ["tx_block" if bulk else "tx_whole"] * 3


def test_rule_flows_are_apart(pppoe_run: Testrun) -> None:
    """Every flow has its own 16 packets; five that meet in one bucket can not hide another."""
    pppoe_run.set("cover", KEY, KEY)
    for port in range(40000, 40200):
        frame = pppoe("out", IPV4, ipv4(200, TCP, payload=tcp(BULK_TCP, sport=port)))
        counters = [result.counter for result in pppoe_run.frames("out", [frame] * (FLOW + 1))]
        assert counters == ["tx_whole"] * FLOW + ["tx_block"]
