# SPDX-License-Identifier: GPL-2.0-or-later
"""The way from a frame to the PPP packet and back, for every line type."""

from __future__ import annotations

import struct
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pppshroud.capture import packet
from pppshroud.capture.checksum import checksum, ones_sum, transport_checksum
from pppshroud.capture.encap import Line
from pppshroud.capture.link import find_ip
from pppshroud.capture.ppp import L2TP, PPP_IPV4, PPP_IPV6, PPPOE, find_ppp
from pppshroud.errors import DecodeError
from tests import packets

INNER = packets.udp("203.0.113.7", 5000, "198.51.100.20", 53, b"question")
PADDED = packets.pppoe(PPP_IPV4, b"short") + bytes(30)
SLL = struct.pack(">HHH8sH", 0, 1, 6, b"\0\0\x5e\0\x53\1\0\0", 0x8864)
SLL2 = struct.pack(">HHIHBB8s", 0x8864, 0, 2, 1, 0, 6, b"\0\0\x5e\0\x53\1\0\0")
SLL2_VLAN = struct.pack(">HHIHBB8s", 0x8100, 0, 2, 1, 0, 6, b"\0\0\x5e\0\x53\1\0\0")
SESSION = packets.pppoe(PPP_IPV4, INNER)[14:]

PPPOE_FRAMES = {
    "plain": (packet.LINKTYPE_ETHERNET, packets.pppoe(PPP_IPV4, INNER), ()),
    "one tag": (packet.LINKTYPE_ETHERNET, packets.pppoe(PPP_IPV4, INNER, vlans=(7,)), (7,)),
    "two tags": (packet.LINKTYPE_ETHERNET, packets.pppoe(PPP_IPV4, INNER, vlans=(9, 7)), (9, 7)),
    "SLL": (packet.LINKTYPE_LINUX_SLL, SLL + SESSION, ()),
    "SLL2": (packet.LINKTYPE_LINUX_SLL2, SLL2 + SESSION, ()),
    "SLL2 tag": (packet.LINKTYPE_LINUX_SLL2, SLL2_VLAN + b"\0\7\x88\x64" + SESSION, (7,)),
}


@pytest.mark.parametrize("case", PPPOE_FRAMES)
def test_find_pppoe(case: str) -> None:
    link_type, data, vlans = PPPOE_FRAMES[case]
    frame = find_ppp(link_type, data)
    assert frame is not None
    assert (frame.line, frame.tunnel, frame.session, frame.vlans) == (PPPOE, 0, 7, vlans)
    assert (frame.protocol, frame.information) == (PPP_IPV4, INNER)
    assert frame.source == bytes.fromhex("00005e005301")
    assert frame.rebuild(PPP_IPV4, INNER) == data


L2TP_FRAMES = {
    "shortest": packets.l2tp(PPP_IPV4, INNER),
    "length": packets.l2tp(PPP_IPV4, INNER, flags=0x4002),
    "sequence": packets.l2tp(PPP_IPV4, INNER, flags=0x0802),
    "offset": packets.l2tp(PPP_IPV4, INNER, flags=0x0202),
    "all fields": packets.l2tp(PPP_IPV4, INNER, flags=0x4A02),
    "checksummed": packets.l2tp(PPP_IPV4, INNER, checksummed=True),
    "no address": packets.l2tp(PPP_IPV4, INNER, ppp_header=b"\0\x21"),
    "short protocol": packets.l2tp(PPP_IPV4, INNER, ppp_header=b"\x21"),
}


@pytest.mark.parametrize("case", L2TP_FRAMES)
def test_find_l2tp(case: str) -> None:
    data = L2TP_FRAMES[case]
    frame = find_ppp(packet.LINKTYPE_ETHERNET, data)
    assert frame is not None
    assert (frame.line, frame.tunnel, frame.session) == (L2TP, 11, 22)
    assert (frame.source, frame.destination) == (b"\xc0\0\2\1", b"\xc0\0\2\2")
    assert (frame.protocol, frame.information) == (PPP_IPV4, INNER)
    assert frame.rebuild(PPP_IPV4, INNER) == data
    raw = find_ppp(packet.LINKTYPE_RAW, data[14:])
    assert raw is not None
    assert raw.information == INNER


def test_rebuild_pppoe_longer() -> None:
    frame = find_ppp(packet.LINKTYPE_ETHERNET, packets.pppoe(PPP_IPV4, b"x", vlans=(7,)))
    assert frame is not None
    expected = packets.pppoe(PPP_IPV6, bytes(64), vlans=(7,))
    assert frame.rebuild(PPP_IPV6, bytes(64)) == expected


def test_rebuild_pppoe_padding_follows() -> None:
    frame = find_ppp(packet.LINKTYPE_ETHERNET, PADDED)
    assert frame is not None
    assert (frame.information, frame.padded) == (b"short", True)
    assert frame.rebuild(PPP_IPV4, b"short") == packets.pppoe(PPP_IPV4, b"short") + bytes(33)
    assert frame.rebuild(PPP_IPV4, bytes(64)) == packets.pppoe(PPP_IPV4, bytes(64))


@pytest.mark.parametrize("checksummed", [True, False])
def test_rebuild_l2tp_longer(*, checksummed: bool) -> None:
    before = packets.l2tp(PPP_IPV4, b"x", flags=0x4002, checksummed=checksummed)
    frame = find_ppp(packet.LINKTYPE_ETHERNET, before)
    assert frame is not None
    expected = packets.l2tp(PPP_IPV6, bytes(99), flags=0x4002, checksummed=checksummed)
    assert frame.rebuild(PPP_IPV6, bytes(99)) == expected


def test_rebuild_too_long() -> None:
    frame = find_ppp(packet.LINKTYPE_ETHERNET, packets.pppoe(PPP_IPV4, INNER))
    assert frame is not None
    with pytest.raises(DecodeError, match="a PPP packet of 65535 bytes: at most 65535 fit"):
        frame.rebuild(PPP_IPV4, bytes(65535))


FRAGMENT = bytearray(packets.l2tp(PPP_IPV4, INNER))
FRAGMENT[20] = 0x20


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "Ethernet header needs 6 bytes at byte 0 of the packet, 0 are left"),
        (packets.ethernet(0x8864, b""), "PPPoE version needs 1 bytes at byte 14"),
        (packets.ethernet(0x8864, b"\x21\0\0\1\0\2\0\x21"), "type are 0x21, not 0x11"),
        (packets.pppoe(PPP_IPV4, INNER)[:-1], "PPPoE length says 38 bytes follow byte 20"),
        (packets.ethernet(0x8864, b"\x11\0\0\1\0\1\0\x21"), "PPP protocol needs 1 bytes"),
        (packets.l2tp(PPP_IPV4, INNER)[:-1], "IPv4 total length says 74 bytes follow byte 14"),
        (bytes(FRAGMENT), "split into IPv4 fragments"),
        (packets.ethernet(0x0800, b"\x44" + bytes(30)), "IPv4 header length is 16 bytes"),
    ],
)
def test_find_refused(data: bytes, message: str) -> None:
    with pytest.raises(DecodeError, match=message):
        find_ppp(packet.LINKTYPE_ETHERNET, data)


@pytest.mark.parametrize(
    ("link_type", "data"),
    [
        (packet.LINKTYPE_ETHERNET, packets.ethernet(0x8863, b"\x11\x09\0\0\0\0")),
        (packet.LINKTYPE_ETHERNET, packets.ethernet(0x8864, b"\x11\xa7\0\1\0\0")),
        (packet.LINKTYPE_ETHERNET, packets.pppoe(PPP_IPV4, INNER, vlans=(1, 2, 3))),
        (packet.LINKTYPE_ETHERNET, packets.ethernet(0x0800, INNER)),
        (packet.LINKTYPE_ETHERNET, packets.l2tp(PPP_IPV4, INNER, flags=0xC802)),
        (packet.LINKTYPE_RAW, INNER),
        (packet.LINKTYPE_RAW, b""),
        (147, packets.pppoe(PPP_IPV4, INNER)),
    ],
)
def test_find_nothing(link_type: int, data: bytes) -> None:
    assert find_ppp(link_type, data) is None


@pytest.mark.parametrize(
    ("link_type", "data", "expected"),
    [
        (packet.LINKTYPE_ETHERNET, packets.ethernet(0x0800, INNER) + bytes(9), INNER),
        (packet.LINKTYPE_RAW, INNER, INNER),
        (packet.LINKTYPE_IPV4, INNER, INNER),
        (packet.LINKTYPE_IPV6, b"\x60\0\0\0\0\0" + bytes(34), b"\x60\0\0\0\0\0" + bytes(34)),
        (packet.LINKTYPE_ETHERNET, packets.pppoe(PPP_IPV4, INNER), None),
    ],
)
def test_find_ip(link_type: int, data: bytes, expected: bytes | None) -> None:
    assert find_ip(link_type, data) == expected


def test_line_pppoe_found_again() -> None:
    frame = find_ppp(packet.LINKTYPE_ETHERNET, Line(session=99).push_pppoe(PPP_IPV4, INNER))
    assert frame is not None
    assert (frame.line, frame.session, frame.information) == (PPPOE, 99, INNER)


def test_line_l2tp_found_again() -> None:
    data = Line(session=99, tunnel=3).push_l2tp(PPP_IPV4, INNER)
    frame = find_ppp(packet.LINKTYPE_ETHERNET, data)
    assert frame is not None
    assert (frame.line, frame.tunnel, frame.session) == (L2TP, 3, 99)
    assert frame.rebuild(PPP_IPV4, INNER) == data
    assert ones_sum(data[14:34]) == 0xFFFF


def test_line_too_long() -> None:
    with pytest.raises(DecodeError, match="65510 bytes are too long for one frame"):
        Line().push_pppoe(PPP_IPV4, bytes(65508))


def test_checksum_rfc1071_example() -> None:
    assert ones_sum(bytes.fromhex("0001f203f4f5f6f7")) == 0xDDF2
    assert checksum(b"") == 0xFFFF
    assert checksum(b"\xff\xff") == 0


def test_transport_checksum_verifies_to_zero() -> None:
    assert transport_checksum(INNER[12:16], INNER[16:20], 17, INNER[20:]) == 0


LINK_TYPES = st.sampled_from([1, 101, 113, 228, 229, 276])
SOUND = st.sampled_from([PADDED, *L2TP_FRAMES.values(), *(x[1] for x in PPPOE_FRAMES.values())])


@given(LINK_TYPES, st.binary(max_size=120))
@example(1, b"")
def test_find_arbitrary_bytes(link_type: int, data: bytes) -> None:
    for find in (find_ppp, find_ip):
        with suppress(DecodeError):
            find(link_type, data)


@given(SOUND, st.integers(0, 150), st.integers(1, 255), st.binary(max_size=100))
def test_find_one_byte_changed(sound: bytes, position: int, change: int, new: bytes) -> None:
    data = bytearray(sound)
    data[position % len(data)] ^= change
    try:
        frame = find_ppp(packet.LINKTYPE_ETHERNET, bytes(data))
    except DecodeError:
        return
    if frame is None:
        return
    again = find_ppp(packet.LINKTYPE_ETHERNET, frame.rebuild(PPP_IPV6, new))
    assert again is not None
    assert (again.protocol, again.information) == (PPP_IPV6, new)
