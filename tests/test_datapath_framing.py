# SPDX-License-Identifier: GPL-2.0-or-later
"""Framing lcp in the loaded programs: with decoys, and with plain packets."""

from __future__ import annotations

import pytest

from pppshroud.capture.packet import LINKTYPE_ETHERNET
from pppshroud.capture.ppp import find_ppp
from pppshroud.decoy.framing import pull_lcp, push_lcp

from .datapath.decoys import VECTORS, content, is_whole, key, reference, row_key
from .datapath.frames import IPV4, IPV6, ipv4, ipv6, l2tp, ncp, pppoe, turned
from .datapath.world import DROP, NEXT, RefusedError, Testrun
from .testbed import uncovered

pytest_plugins = ("tests.datapath.fixtures",)

LCP = 0xC021
DOCUMENTATION = bytes([192, 0, 2])  # addresses that no false one is among
PROTOCOL_REJECT = 8  # which is cut if there are keys
DATAGRAM_CHECKSUM = slice(40, 42)
PROTOCOLS = (IPV4, IPV6, LCP, 0x8021, 0x8057, 0xC023, 0x0053, 0x0055, 0x00FD)
REAL_LCP = [bytes([code, 7, 0, 8]) + b"\1\2\3\4" for code in (*range(16), 0x44, 0x50, 0xFF)]


def _read(field: bytes) -> bytes:
    """Protocol and packet of a frame in framing lcp as they are without it."""
    return pull_lcp(int.from_bytes(field[:2], "big"), field[2:]).to_bytes(2, "big") + field[2:]


def test_decoys(decoy_run: Testrun) -> None:
    """All vectors: the frames of framing native, decoys under another number, and back."""
    for row in VECTORS["frames"]:
        keys = row_key(row, row["phase"])
        frame = pppoe("out", int(row["protocol"], 16), bytes.fromhex(row["packet"]))
        decoy_run.set("cover", keys, keys, lcp=True)
        sent = decoy_run.frame("out", frame)
        field = _read(content(sent.frame))
        assert field == reference(row, whole=is_whole(field)), row["name"]
        is_lcp = content(sent.frame)[:2] == b"\xc0\x21"
        assert is_lcp == (sent.counter == "tx_decoy"), row["name"]
        # A checksum that is wrong stays wrong.
        assert not _complaint(sent.frame) or "checksum" in row["name"], row["name"]
        native = pppoe("in", int.from_bytes(field[:2], "big"), field[2:])
        for back in decoy_run.frames("in", [turned(sent.frame), native]):
            assert content(back.frame) == content(frame), row["name"]


def _complaint(frame: bytes) -> str:
    """What the leak checker says of a frame."""
    ppp = find_ppp(LINKTYPE_ETHERNET, frame)
    assert ppp
    return uncovered.complaint(ppp, uncovered.DECOY_LCP)


def test_leak_checker_hears_the_packets(decoy_run: Testrun) -> None:
    """The same packets without keys, of the vectors whose addresses may not be shown."""
    decoy_run.set("plain", lcp=True)
    packets = [
        bytes.fromhex(row["packet"]) for row in VECTORS["frames"] if row["protocol"] == "0021"
    ]
    bare = [
        packet for packet in packets if packet[:1] == b"\x45" and packet[12:15] == DOCUMENTATION
    ]
    assert bare
    for sent in decoy_run.frames("out", [pppoe("out", IPV4, packet) for packet in bare]):
        assert content(sent.frame)[:2] == b"\xc0\x21"
        assert _complaint(sent.frame)


def test_plain(decoy_run: Testrun) -> None:
    """Every first octet under many protocols: what the reference says, and back."""
    decoy_run.set("plain", lcp=True)
    frames = [(p, bytes([first]) + bytes(19)) for p in PROTOCOLS for first in range(256)]
    sent = decoy_run.frames("out", [pppoe("out", *frame) for frame in frames])
    assert all(result.verdict == NEXT for result in sent)
    assert [content(result.frame) for result in sent] == [
        push_lcp(p, packet).to_bytes(2, "big") + packet for p, packet in frames
    ]
    received = decoy_run.frames("in", [pppoe("in", *frame) for frame in frames])
    assert all(result.verdict == NEXT for result in received)
    assert [content(result.frame) for result in received] == [
        pull_lcp(p, packet).to_bytes(2, "big") + packet for p, packet in frames
    ]


@pytest.mark.parametrize("state", ["hold", "cover", "plain"])
def test_lcp_itself_is_untouched(decoy_run: Testrun, state: str) -> None:
    decoy_run.set(state, *((key(0), key(0)) if state == "cover" else ()), lcp=True)
    for way in ("out", "in"):
        frames = [pppoe(way, LCP, packet) for packet in REAL_LCP]
        for frame, result in zip(frames, decoy_run.frames(way, frames), strict=True):
            if not (way == "out" and state == "cover" and frame[22] == PROTOCOL_REJECT):
                assert result.frame == frame
            assert result.counter == ("tx_link" if way == "out" else "rx_link")


def test_empty_frame_with_an_octet_of_padding(decoy_run: Testrun) -> None:
    """The octet behind a frame's end is not its first one."""
    decoy_run.set("plain", lcp=True)
    for length in (0, -1, -2):
        frame = pppoe("in", LCP, b"\x45" + bytes(39), length=length)
        result = decoy_run.frame("in", frame)
        assert (result.counter, result.frame) == ("rx_link", frame)


def test_held(decoy_run: Testrun) -> None:
    """Framed packets are held like others; without the framing they are LCP."""
    frame = pppoe("in", LCP, ipv4(100))
    decoy_run.set("hold", lcp=True)
    result = decoy_run.frame("in", frame)
    assert (result.verdict, result.counter) == (DROP, "rx_hold")
    decoy_run.set("hold")
    assert decoy_run.frame("in", frame).counter == "rx_link"


def test_plain_packet_is_no_decoy(decoy_run: Testrun) -> None:
    decoy_run.set("cover", key(0), key(0), lcp=True)
    for packet in (ipv4(100), ipv6(100), b"\x45", b"\x60" + bytes(70)):
        result = decoy_run.frame("in", pppoe("in", LCP, packet))
        assert (result.verdict, result.counter) == (DROP, "rx_false")


def test_plain_super_packet_is_dropped(decoy_run: Testrun) -> None:
    """Under another number nothing could segment it."""
    decoy_run.set("plain", lcp=True)
    result = decoy_run.frame("super", pppoe("out", IPV4, ipv4(3000)))
    assert (result.verdict, result.counter) == (DROP, "tx_super")
    others = decoy_run.frame("super", pppoe("out", 0x8021, ncp(3000)))
    assert (others.verdict, others.counter) == (NEXT, "tx_plain")


@pytest.mark.parametrize("flags", [0x0002, 0x4802, 0x0202])
def test_l2tp_plain(decoy_l2tp_run: Testrun, flags: int) -> None:
    decoy_l2tp_run.set("plain", lcp=True)
    for protocol, packet in ((IPV4, ipv4(100)), (IPV6, ipv6(40)), (0x8021, ncp(10)), (LCP, b"\1")):
        wire = push_lcp(protocol, packet)
        sent = decoy_l2tp_run.frame("out", l2tp("out", protocol, packet, flags=flags, offset=3))
        assert sent.frame == l2tp("out", wire, packet, flags=flags, offset=3)
        got = decoy_l2tp_run.frame("in", l2tp("in", wire, packet, flags=flags, offset=3))
        told = l2tp("in", protocol, packet, flags=flags, offset=3)
        assert got.frame[: len(told)] == told


def test_l2tp_checksum_is_taken_away(decoy_l2tp_run: Testrun) -> None:
    decoy_l2tp_run.set("plain", lcp=True)
    for way, protocol in (("out", IPV4), ("in", LCP)):
        frame = l2tp(way, protocol, ipv4(100), udp_checksum=0xBEEF)
        assert decoy_l2tp_run.frame(way, frame).frame[DATAGRAM_CHECKSUM] == b"\0\0"
        other = l2tp(way, 0xC223, ipv4(100), udp_checksum=0xBEEF)
        assert decoy_l2tp_run.frame(way, other).frame == other


def test_programs_without_decoys_refuse(pppoe_run: Testrun) -> None:
    with pytest.raises(RefusedError, match="framing lcp needs the programs of mode decoy"):
        pppoe_run.set("plain", lcp=True)
