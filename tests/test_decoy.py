# SPDX-License-Identifier: GPL-2.0-or-later
"""Mode decoy: what comes back, what an observer is told, and what he is not."""

from __future__ import annotations

import contextlib
import random
import string
import struct
from ipaddress import IPv4Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pppshroud.decoy.address import NEVER_FALSE, in_s4, in_s6, turn_address
from pppshroud.decoy.dns import read_message, turn_message
from pppshroud.decoy.frame import cover_decoy_frame, is_noise, uncover_decoy_frame
from pppshroud.decoy.keys import DecoyKeys
from pppshroud.decoy.notice import looks_broken
from pppshroud.decoy.packet import pull_decoy, push_decoy
from pppshroud.decoy.payload import turn_payload
from pppshroud.decoy.port import is_quiet, turn_port
from pppshroud.decoy.unfit import DecoyError
from pppshroud.inner import FrameError
from pppshroud.vectors.decoydns import messages
from pppshroud.vectors.decoypackets import FOUR, SIX, TCP, UDP, finish, fit_packets, ip, tcp, udp
from pppshroud.vectors.material import octets
from pppshroud.wire import PPP_IPV4, PPP_IPV6

KEYS = [DecoyKeys.split(octets(f"decoy test {phase}", 1104), phase) for phase in (0, 1)]
UP = KEYS[0].up
LETTERS = (
    string.ascii_letters + string.digits,
    26 * "a" + 26 * "A" + 10 * "0",
)
BOTH = [keys.up for keys in KEYS]
FIT = [packet for _, packet in fit_packets()]
FIRST = (1, 8, 10, 53, 100, 172, 192, 203, 223, 224)
ADDRESS4 = st.tuples(st.sampled_from(FIRST), st.integers(0, (1 << 24) - 1)).map(
    lambda parts: str(IPv4Address(parts[0] << 24 | parts[1]))
)


def protocol_of(packet: bytes) -> int:
    return PPP_IPV6 if packet[:1] and packet[0] >> 4 == 6 else PPP_IPV4


def assert_round_trip(packet: bytes, phase: int, whole: bool) -> None:
    """A packet that can be sent comes back as it was, and its decoy is as long."""
    protocol = protocol_of(packet)
    try:
        wire, frame = cover_decoy_frame(BOTH[phase], protocol, packet, whole=whole)
    except FrameError:
        return
    found, back, place = uncover_decoy_frame(BOTH, wire, frame)
    assert (found, place) == (protocol, phase)
    assert packet.startswith(back)
    if not is_noise(wire):
        assert len(frame) == len(back)


@given(packet=st.sampled_from(FIT), changes=st.dictionaries(st.integers(0, 90), st.integers(0, 255),
       max_size=4), phase=st.integers(0, 1), whole=st.booleans())  # fmt: skip
def test_mutated_packets_come_back(
    packet: bytes, changes: dict[int, int], phase: int, whole: bool
) -> None:
    data = bytearray(packet)
    for at, value in changes.items():
        if at < len(data):
            data[at] = value
    mended = finish(bytes(data)) if data[0] == 0x45 else bytes(data)
    for each in (bytes(data), mended):
        assert_round_trip(each, phase, whole)


@given(
    ends=st.tuples(ADDRESS4, ADDRESS4), ports=st.tuples(*2 * [st.integers(0, 65535)]),
    payload=st.binary(max_size=200), is_tcp=st.booleans(), checksum=st.integers(0, 65535),
    ttl=st.integers(0, 255), tos=st.integers(0, 255), whole=st.booleans(),
)  # fmt: skip
def test_any_segment_comes_back_checksum_and_all(
    ends: tuple[str, str], ports: tuple[int, int], payload: bytes, is_tcp: bool, checksum: int,
    ttl: int, tos: int, whole: bool,
) -> None:  # fmt: skip
    segment = (tcp if is_tcp else udp)(payload, *ports)
    at = 16 if is_tcp else 6
    segment = segment[:at] + checksum.to_bytes(2, "big") + segment[at + 2 :]
    packet = ip(ends, TCP if is_tcp else UDP, segment, ttl=ttl, tos=tos, checksummed=False)
    assert_round_trip(packet, 1, whole)


@given(packet=st.binary(min_size=1, max_size=120), version=st.sampled_from((0x45, 0x60)))
def test_any_octets_come_back_or_are_refused(packet: bytes, version: int) -> None:
    assert_round_trip(bytes([version]) + packet, 0, whole=False)


@given(frame=st.binary(max_size=120), wire=st.sampled_from((0x21, 0x57, 0x53, 0x55, 0x8021)))
def test_any_frame_is_a_decoy_or_is_dropped(frame: bytes, wire: int) -> None:
    try:
        protocol, packet, _ = uncover_decoy_frame(BOTH, wire, frame)
    except (DecoyError, FrameError):
        return
    assert (protocol, len(packet)) == (wire, len(frame))


@given(data=st.data())
def test_forged_decoys_raise_nothing_else(data: st.DataObject) -> None:
    """What the receiver takes from a forger goes on as a packet of the same layout."""
    packet = data.draw(st.sampled_from(FIT))
    try:
        decoy = bytearray(push_decoy(UP, packet, whole=data.draw(st.booleans())))
    except DecoyError:
        return
    for _ in range(3):
        decoy[data.draw(st.integers(0, len(decoy) - 1))] = data.draw(st.integers(0, 255))
    forged = finish(bytes(decoy)) if decoy[0] == 0x45 else bytes(decoy)
    with contextlib.suppress(DecoyError):
        assert len(pull_decoy(UP, forged)) == len(forged)


@given(payload=st.binary(max_size=200), tweak=st.binary(min_size=16, max_size=16))
def test_payload_is_a_permutation(payload: bytes, tweak: bytes) -> None:
    for whole in (False, True) if len(payload) > 64 else (False,):
        there = turn_payload(UP, tweak, payload, whole=whole)
        assert turn_payload(UP, tweak, there, whole=whole, inverse=True) == payload
        back = turn_payload(UP, tweak, payload, whole=whole, inverse=True)
        assert turn_payload(UP, tweak, back, whole=whole) == payload


@given(number=st.integers(0, (1 << 128) - 1))
def test_ipv6_addresses_come_back(number: int) -> None:
    for first in (number >> 112, 0x2001, 0x2A00 | number >> 124, 0x2600 | number >> 124):
        address = struct.pack("!H", first) + (number % (1 << 112)).to_bytes(14, "big")
        try:
            false = turn_address(UP.common, address)
        except DecoyError:
            continue
        assert in_s6(int.from_bytes(false, "big"))
        assert turn_address(UP.common, false, inverse=True) == address


def test_false_addresses_are_spread_over_the_allowed_space() -> None:
    """Neighbours become strangers: first octets of /24 after /24, by a chi-square test."""
    counts = [0] * 256
    wanted = 4000
    for number in range(wanted):
        false = turn_address(UP.common, (0x0A000000 + 256 * number).to_bytes(4, "big"))
        assert in_s4(int.from_bytes(false, "big"))
        assert ip_address(false).is_global
        counts[false[0]] += 1
    allowed = [octet for octet in range(256) if octet not in NEVER_FALSE]
    mean = wanted / len(allowed)
    chi = sum((counts[octet] - mean) ** 2 / mean for octet in allowed)
    assert sum(counts[octet] for octet in allowed) == wanted
    assert abs(chi - len(allowed)) < 5 * (2 * len(allowed)) ** 0.5


def test_every_port_has_a_false_one_but_the_seats() -> None:
    tag = octets("tag", 4)
    false, without = set(), []
    for port in random.Random(1).sample(range(65536), 3000):
        try:
            other = turn_port(UP.common, port, tag)
        except DecoyError:
            without.append(port)
            continue
        assert is_quiet(other)
        assert turn_port(UP.common, other, tag, inverse=True) == port
        false.add(other)
    assert len(false) + len(without) == 3000
    assert all(port < 1024 for port in without)


def ends_of(packet: bytes) -> tuple[bytes, bytes]:
    """Source address and port, destination address and port."""
    return packet[12:16] + packet[20:22], packet[16:20] + packet[22:24]


def test_flow_stays_one_flow_in_both_directions_until_the_rekey() -> None:
    up = [ip(FOUR, TCP, tcp(octets(f"{n}", n)), ident=n) for n in (0, 10, 100)]
    down = ip(FOUR[::-1], TCP, tcp(b"answer", 443, 40001))
    there = {ends_of(push_decoy(KEYS[0].up, packet, whole=True)) for packet in up}
    back = ends_of(push_decoy(KEYS[0].down, down, whole=False))
    assert there == {back[::-1]}
    later = ends_of(push_decoy(KEYS[1].up, up[0], whole=False))
    assert not set(later) & set(back)


def test_same_port_of_two_servers_gets_two_false_ones() -> None:
    servers = [f"93.184.216.{n}" for n in range(1, 20)]
    decoys = [push_decoy(UP, ip((FOUR[0], s), TCP, tcp(b"")), whole=False) for s in servers]
    assert len({decoy[22:24] for decoy in decoys}) > 15


def test_equal_payloads_of_one_flow_do_not_show() -> None:
    segments = (tcp(b"hello" * 30), tcp(b"hello" * 30)[:4] + bytes(4) + tcp(b"hello" * 30)[8:])
    first, second = (push_decoy(UP, ip(FOUR, TCP, each), whole=False) for each in segments)
    assert first[40:104] != second[40:104]
    assert first[104:] == second[104:]
    short = [push_decoy(UP, ip(FOUR, UDP, udp(b"hello"), ident=n), whole=False) for n in (1, 2)]
    assert short[0][28:] != short[1][28:]


def test_dns_query_and_answer_agree_and_the_next_query_does_not() -> None:
    texts = dict(messages())
    asked = ip(FOUR, UDP, udp(texts["query"], 40001, 53))
    told = ip(FOUR[::-1], UDP, udp(texts["answer"], 53, 40001))
    again = ip(FOUR, UDP, udp(b"\0\1" + texts["query"][2:], 40001, 53))
    length = len(texts["query"])
    names = [
        push_decoy(keys, packet, whole=True)[28 + 12 : 28 + length]
        for keys, packet in ((KEYS[0].up, asked), (KEYS[0].down, told), (KEYS[0].up, again))
    ]
    assert names[0] == names[1] != names[2]
    assert names[0][0] == 3
    assert b"Example" not in names[0]
    answer = push_decoy(KEYS[0].down, told, whole=False)
    false = turn_address(UP.common, bytes([93, 184, 216, 34]))
    assert false in answer


@given(ends=st.binary(min_size=10, max_size=10), message=st.sampled_from(list(messages())))
def test_dns_keeps_its_form(ends: bytes, message: tuple[str, bytes]) -> None:
    false = turn_message(UP.common, ends, message[1])
    assert len(false) == len(message[1])
    assert turn_message(UP.common, ends, false, inverse=True) == message[1]
    assert read_message(false) == read_message(message[1])
    classes = str.maketrans(*LETTERS)
    for run in read_message(false).runs:
        texts = [text[run].decode("latin-1").translate(classes) for text in (message[1], false)]
        assert texts[0] == texts[1]


@pytest.mark.parametrize("ends", [FOUR, SIX])
def test_nothing_of_the_ends_is_left(ends: tuple[str, str]) -> None:
    packet = ip(ends, UDP, udp(octets("secret", 300), 40001, 5060))
    decoy = push_decoy(UP, packet, whole=True)
    for end in ends:
        assert ip_address(end).packed[-4:] not in decoy
    header = len(packet) - 308
    assert decoy[header : header + 4] != packet[header : header + 4]
    windows = {packet[at : at + 4] for at in range(header, len(packet) - 4)}
    assert not any(decoy[at : at + 4] in windows for at in range(header + 8, len(decoy) - 4))


@pytest.mark.parametrize(
    ("payload", "broken"),
    [("80c80001", True), ("bfcf0001", True), ("80c8000100", False), ("80c70001", False),
     ("c0c80001", False), ("ed01", True), ("ed02", False), ("0140a0", True), ("0140a4", False),
     ("0150a0", False), ("", False), ("80", False), ("ff40", False)],
)  # fmt: skip
def test_what_looks_broken(payload: str, broken: bool) -> None:
    assert looks_broken(bytes.fromhex(payload)) is broken


def test_noticeable_decoys_go_as_noise() -> None:
    noise = 0
    for number in range(600):
        packet = ip(FOUR, UDP, udp(octets(f"notice {number}", 40)), ident=number)
        wire, frame = cover_decoy_frame(UP, PPP_IPV4, packet, whole=False)
        noise += is_noise(wire)
        assert is_noise(wire) or not looks_broken(frame[28:])
    assert 0 < noise < 20
