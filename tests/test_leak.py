# SPDX-License-Identifier: GPL-2.0-or-later
"""The leak checker finds a single uncovered packet of any protocol, and takes no noise for one."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from pppshroud.cover import KeySet
from pppshroud.frame import cover_frame
from pppshroud.message import Message, push_message
from pppshroud.wire import KEYSET_LEN, PPP_CHAP, PPP_IPCP, PPP_IPV4, PPP_IPV6, PPP_LCP, Kind
from tests import packets
from tests.testbed import uncovered
from tests.testbed.leak import LeakError, assert_covered, find_leaks

NOISE = random.Random("leak checker")
KEYS = KeySet(NOISE.randbytes(KEYSET_LEN))
NAME = "clinic.example"
CONFIGURE_REQUEST = (PPP_LCP, bytes.fromhex("0101000a0506deadbeef"))
ECHO = (PPP_LCP, bytes.fromhex("09010008deadbeef"))
CHALLENGE = (PPP_CHAP, bytes.fromhex("0101000904aabbccdd"))
NCP = bytes.fromhex("0101000a03060a000002")
SHORT4 = packets.udp("203.0.113.7", 5300, "198.51.100.53", 53, b"")
LONG4 = packets.udp("203.0.113.7", 5300, "198.51.100.53", 53, bytes(200))
LONG6 = packets.udp6("2001:db8:1::7", 5300, "2001:db8:2::53", 53, bytes(100))

Frame = tuple[int, bytes]


def message(kind: Kind, body: bytes = bytes(32), handshake: int = 7) -> Frame:
    return PPP_LCP, push_message(Message(kind, handshake, body), 1, 0)


def covered(protocol: int, packet: bytes, *, whole: bool = True) -> Frame:
    return cover_frame(KEYS, protocol, packet, whole=whole)


HANDSHAKE = (Kind.INIT, Kind.RESP, Kind.CONFIRM)
OPENING = [CONFIGURE_REQUEST, CHALLENGE, message(Kind.INIT), message(Kind.RESP)]
KEYED = [*OPENING, message(Kind.CONFIRM), message(Kind.DONE)]
TRAFFIC = [
    covered(PPP_IPCP, NCP), covered(PPP_IPV4, SHORT4), ECHO, covered(PPP_IPV4, LONG4),
    covered(PPP_IPV6, LONG6), covered(PPP_IPV4, LONG4, whole=False),
]  # fmt: skip
UNCOVERED = {
    "IPv4": (0x0021, LONG4),
    "short IPv4": (0x0021, SHORT4),
    "IPv4 with PPP padding": (0x0021, SHORT4.ljust(100, b"\0")),
    "IPv4 filled up to 64": (0x0021, SHORT4.ljust(64, b"\0")),
    "IPv4 as whole cover": (0x0057, LONG4),
    "IPv6": (0x0057, LONG6),
    "IPv6 as block cover": (0x0021, LONG6),
    "IPv6 router solicitation": (0x0057, packets.udp6("fe80::1", 1, "ff02::2", 2, bytes(30))),
    "64 octets as whole cover": (0x0057, NOISE.randbytes(64)),
    "IPCP": (0x8021, NCP),
    "IPV6CP": (0x8057, NCP),
    "CCP": (0x80FD, NCP),
    "ECP": (0x8053, NCP),
    "MPLSCP": (0x8281, NCP),
    "IPCP in a data frame": (0x0021, (b"\x80\x21" + NCP).ljust(64, b"\0")),
    "VJ compressed TCP": (0x002D, LONG4),
    "VJ uncompressed TCP": (0x002F, LONG4),
    "multilink": (0x003D, LONG4),
    "MPLS": (0x0281, LONG4),
    "compressed datagram": (0x00FD, LONG4),
    "bridging": (0x0031, LONG4),
    "CBCP": (0xC029, NCP),
    "IPv4 as LCP": (0xC021, LONG4),
    "Protocol-Reject of a packet": (0xC021, b"\x08\x01" + b"\x00\x20\x80\x21" + bytes(26)),
}


def capture(folder: Path, frames: list[Frame], encap: str = "pppoe") -> Path:
    """Write a capture whose frames all have the same sender: the checker must not need both."""
    wrap = packets.l2tp if encap == "l2tp" else packets.pppoe
    return packets.write_capture(folder / "line.pcap", [wrap(*frame) for frame in frames])


@pytest.mark.parametrize("encap", ["pppoe", "l2tp"])
def test_covered_session(tmp_path: Path, encap: str) -> None:
    report = assert_covered(capture(tmp_path, KEYED + TRAFFIC, encap), [NAME], from_start=True)
    assert (report.handshakes, report.first_covered, report.leaks) == (1, 5, [])
    assert sum(report.covered.values()) == len(TRAFFIC) - 1


@pytest.mark.parametrize("encap", ["pppoe", "l2tp"])
@pytest.mark.parametrize("name", UNCOVERED)
def test_one_uncovered_packet(tmp_path: Path, name: str, encap: str) -> None:
    path = capture(tmp_path, [*KEYED, *TRAFFIC, UNCOVERED[name], *TRAFFIC], encap)
    number = len(KEYED) + len(TRAFFIC) + 1
    assert [leak.packet for leak in find_leaks(path).leaks] == [number]
    with pytest.raises(LeakError, match=f"packet {number}: "):
        assert_covered(path)


def test_compressed_protocol_field(tmp_path: Path) -> None:
    frame = bytearray(packets.pppoe(0x0021, LONG4))
    frame[18:22] = (len(LONG4) + 1).to_bytes(2, "big") + b"\x21"
    good = [packets.pppoe(*item) for item in KEYED + TRAFFIC]
    path = packets.write_capture(tmp_path / "line.pcap", [*good, bytes(frame)])
    (leak,) = find_leaks(path).leaks
    assert str(leak) == f"packet {len(good) + 1}: protocol field 0x21 of one octet"


def test_uncovered_behind_vlan_tags(tmp_path: Path) -> None:
    frames = [*KEYED, *TRAFFIC, (0x0021, LONG4)]
    tagged = [packets.pppoe(*frame, vlans=(100, 7)) for frame in frames]
    path = packets.write_capture(tmp_path / "line.pcap", tagged)
    assert [leak.packet for leak in find_leaks(path).leaks] == [len(frames)]


def test_between_resp_and_confirm(tmp_path: Path) -> None:
    early = [*OPENING, (0x8021, NCP)]
    assert find_leaks(capture(tmp_path, early)).leaks == []
    confirmed = [*early, message(Kind.CONFIRM), *TRAFFIC]
    assert [leak.packet for leak in find_leaks(capture(tmp_path, confirmed)).leaks] == [len(early)]


def test_before_keys_counts_only_from_start(tmp_path: Path) -> None:
    path = capture(tmp_path, [CONFIGURE_REQUEST, (0x8021, NCP), *KEYED, *TRAFFIC])
    assert find_leaks(path).leaks == []
    assert [leak.packet for leak in find_leaks(path, from_start=True).leaks] == [2]


def test_reopened_session_is_plain_until_keys(tmp_path: Path) -> None:
    plain = [CONFIGURE_REQUEST, (0x8021, NCP), (0x0021, LONG4)]
    assert find_leaks(capture(tmp_path, KEYED + TRAFFIC + plain)).leaks == []
    again = [CONFIGURE_REQUEST, *(message(kind, handshake=9) for kind in HANDSHAKE), *TRAFFIC]
    frames = [*KEYED, *TRAFFIC, *plain, *again, (0x0021, LONG4)]
    report = find_leaks(capture(tmp_path, frames))
    assert (report.handshakes, [leak.packet for leak in report.leaks]) == (2, [len(frames)])


def test_both_directions_of_a_session(tmp_path: Path) -> None:
    def down(frame: Frame) -> bytes:
        raw = packets.pppoe(*frame)
        return raw[6:12] + raw[:6] + raw[12:]

    frames = [packets.pppoe(*frame) for frame in KEYED]
    frames[3], frames[5] = down(KEYED[3]), down(KEYED[5])
    frames += [packets.pppoe(*TRAFFIC[0]), down(TRAFFIC[0]), down((0x8021, NCP))]
    path = packets.write_capture(tmp_path / "line.pcap", frames)
    assert [leak.packet for leak in find_leaks(path).leaks] == [len(frames)]


def test_token_in_the_tail_of_a_covered_packet(tmp_path: Path) -> None:
    bulk = packets.udp("203.0.113.7", 5300, "198.51.100.53", 53, bytes(80) + NAME.encode())
    path = capture(tmp_path, [*KEYED, covered(PPP_IPV4, bulk, whole=False)])
    with pytest.raises(LeakError, match=f"'{NAME}' occurs in the capture"):
        assert_covered(path, [NAME])


def test_nothing_covered_is_no_success(tmp_path: Path) -> None:
    with pytest.raises(LeakError, match="no session got keys"):
        assert_covered(capture(tmp_path, [*OPENING, (0x8021, NCP)]))


def test_frame_cut_short_cannot_be_checked(tmp_path: Path) -> None:
    frames = [packets.pppoe(*frame) for frame in KEYED + TRAFFIC]
    path = packets.write_capture(tmp_path / "line.pcap", [*frames, frames[-1][:60]])
    (leak,) = find_leaks(path).leaks
    assert leak.what.startswith("cannot be checked: ")


def noise_like_ipv6() -> bytes:
    """Noise that passes for IPv6 by version and length, but has addresses that nobody has."""
    return b"\x60" + NOISE.randbytes(3) + (60).to_bytes(2, "big") + b"\xfd\0\x40" + bytes(91)


def test_noise_like_ipv6_is_no_leak_once(tmp_path: Path) -> None:
    alike = (0x0021, noise_like_ipv6())
    assert uncovered.readable(alike[1]) == PPP_IPV6
    assert find_leaks(capture(tmp_path, [*KEYED, *TRAFFIC, alike])).leaks == []


def test_noise_like_ipv6_is_a_leak_often(tmp_path: Path) -> None:
    alike = [(0x0021, noise_like_ipv6()) for _ in range(4)]
    (leak,) = find_leaks(capture(tmp_path, [*KEYED, *TRAFFIC, *alike])).leaks
    assert leak.what == "4 of 9 covered frames look like IPv6: too many for noise"


def test_noise_is_no_leak(tmp_path: Path) -> None:
    noise = [(0x0021 if n % 2 else 0x0057, NOISE.randbytes(65 + n % 1400)) for n in range(20_000)]
    report = assert_covered(capture(tmp_path, KEYED + noise))
    assert sum(report.covered.values()) == len(noise)


def test_chance() -> None:
    assert uncovered.chance(1000, 0) == 1
    assert uncovered.chance(1 << 20, 1) == pytest.approx(0.632, abs=0.001)
    assert uncovered.chance(100, 2) < 1e-8
