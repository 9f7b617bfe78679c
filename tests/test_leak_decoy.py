# SPDX-License-Identifier: GPL-2.0-or-later
"""The leak checker on mode decoy: it takes decoys and noise for covered, and nothing else."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from pppshroud.capture.checksum import checksum, udp_checksum
from pppshroud.decoy.frame import cover_decoy_frame
from pppshroud.decoy.framing import push_lcp
from pppshroud.decoy.keys import DecoyKeys
from pppshroud.frame import cover_frame
from pppshroud.vectors.decoypackets import fit_packets
from pppshroud.wire import DECOY_OKM_LEN, PPP_IPCP, PPP_IPV4, PPP_IPV6, PPP_LCP
from tests import packets
from tests.test_leak import KEYED, Frame, capture
from tests.testbed import disguise, uncovered
from tests.testbed.leak import LeakError, assert_covered, find_leaks

RANDOM = random.Random("decoys")
KEYS = DecoyKeys.split(RANDOM.randbytes(DECOY_OKM_LEN)).up
NAME = "clinic.example"
CLIENT, SERVER = "10.0.0.2", "203.0.113.2"
UDP4 = packets.udp(CLIENT, 40000, SERVER, 7000, b"in clear" * 20)
UDP6 = packets.udp6("2001:db8:1::2", 40000, "2001:db8:2::2", 7000, bytes(100))
PLAIN = [
    (PPP_IPV4, UDP4),
    (PPP_IPV6, UDP6),
    (PPP_IPV4, packets.tcp((CLIENT, 40000, SERVER, 443), 1, 2, packets.PSH_ACK, b"GET /" * 9)),
    (PPP_IPV4, packets.udp(CLIENT, 40000, SERVER, 53, packets.dns_query(NAME))),
    (PPP_IPV4, packets.udp(SERVER, 53, CLIENT, 40000, packets.dns_answer(NAME, SERVER))),
    (PPP_IPV6, packets.udp6("fe80::1", 1, "ff02::2", 2, bytes(30))),  # goes as noise
    (PPP_IPCP, bytes.fromhex("0101000a03060a000002")),
]
NATIVE = {PPP_IPV4: 4, PPP_IPV6: 6}
PROTOCOLS = {version: protocol for protocol, version in NATIVE.items()}
AGREED = {"native": uncovered.DECOY, "lcp": uncovered.DECOY_LCP}


def covered(frame: Frame, *, framing: str = "native", whole: bool = False) -> Frame:
    protocol, information = cover_decoy_frame(KEYS, *frame, whole=whole)
    return (push_lcp(protocol, information) if framing == "lcp" else protocol), information


DECOY, ANSWER = covered(PLAIN[0])[1], covered(PLAIN[4])[1]


def altered(at: int, octets: bytes, decoy: bytes = DECOY) -> Frame:
    """A decoy in UDP and IPv4 with other octets, and checksums that are right."""
    packet = decoy[:at] + octets + decoy[at + len(octets) :]
    head = packet[:10] + bytes(2) + packet[12:20]
    head = head[:10] + checksum(head).to_bytes(2, "big") + head[12:]
    udp = packet[20:26] + bytes(2) + packet[28:]
    value = udp_checksum(head[12:16], head[16:20], udp)
    return PPP_IPV4, head + udp[:6] + value.to_bytes(2, "big") + udp[8:]


BAD = {
    **{f"{n}: uncovered": frame for n, frame in enumerate(PLAIN)},
    "covered as in mode head": cover_frame(KEYS.noise, *PLAIN[0], whole=True),
    "noise with nothing covered": (0x0053, UDP4),
    "short noise": (0x0055, bytes(64)),
    "real source": altered(12, packets.ip4(CLIENT)),
    "real destination": altered(16, packets.ip4(SERVER)),
    "real port": altered(22, (443).to_bytes(2, "big")),
    "payload in clear": altered(28, UDP4[28:]),
    "real address in an answer": altered(len(ANSWER) - 4, packets.ip4(SERVER), ANSWER),
    "wrong transport checksum": (PPP_IPV4, DECOY[:26] + b"\0\1" + DECOY[28:]),
    "wrong header checksum": (PPP_IPV4, DECOY[:10] + b"\0\1" + DECOY[12:]),
    "cut short": (PPP_IPV4, DECOY[:-1]),
    "IPv4 as IPv6": (PPP_IPV6, DECOY),
    "IP as LCP": (PPP_LCP, UDP4),
}


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("framing", AGREED)
@pytest.mark.parametrize("encap", ["pppoe", "l2tp"])
def test_covered_session(tmp_path: Path, encap: str, framing: str, whole: bool) -> None:
    traffic = [covered(frame, framing=framing, whole=whole) for frame in PLAIN]
    path = capture(tmp_path, [*KEYED, *traffic], encap)
    report = assert_covered(path, [NAME], from_start=True, agreed=AGREED[framing])
    assert sum(report.covered.values()) == len(PLAIN)
    assert report.covered[PPP_LCP] == (5 if framing == "lcp" else 0)


def test_altering_leaves_a_decoy() -> None:
    """So that what test_one_bad_packet finds is what was altered."""
    assert altered(12, DECOY[12:16]) == (PPP_IPV4, DECOY)


@pytest.mark.parametrize("name", BAD)
def test_one_bad_packet(tmp_path: Path, name: str) -> None:
    traffic = [covered(frame) for frame in PLAIN]
    path = capture(tmp_path, [*KEYED, *traffic, BAD[name], *traffic])
    number = len(KEYED) + len(traffic) + 1
    found = find_leaks(path, agreed=uncovered.DECOY)
    assert [leak.packet for leak in found.leaks] == [number]


@pytest.mark.parametrize("agreed", [uncovered.HEAD, uncovered.DECOY_LCP])
def test_decoy_where_none_was_agreed(tmp_path: Path, agreed: uncovered.Agreed) -> None:
    with pytest.raises(LeakError):
        assert_covered(capture(tmp_path, [*KEYED, covered(PLAIN[0])]), agreed=agreed)


def test_framing_where_none_was_agreed(tmp_path: Path) -> None:
    path = capture(tmp_path, [*KEYED, covered(PLAIN[0], framing="lcp")])
    assert len(find_leaks(path, agreed=uncovered.DECOY).leaks) == 1


def test_vectors_are_decoys() -> None:
    """Those whose checksum is right pass; a wrong one stays wrong."""
    wires = [covered((PROTOCOLS[packet[0] >> 4], packet)) for _, packet in fit_packets()]
    said = [disguise.complaint(NATIVE[p], decoy) for p, decoy in wires if p in NATIVE]
    assert len(said) > 100
    assert set(said) == {"", "a transport checksum that is wrong"}


def test_noise_is_never_regular() -> None:
    rows = (RANDOM.randbytes(1 + n % 64) for n in range(20_000))
    assert not any(map(disguise.looks_regular, rows))


@pytest.mark.parametrize(
    "octets",
    [bytes(16), bytes(range(64)), b"GET / HTTP/1.1\r\nHost: clinic.example\r\n\r\n" * 2],
    ids=["zeros", "ping", "http"],
)
def test_regular(octets: bytes) -> None:
    assert disguise.looks_regular(octets)
