# SPDX-License-Identifier: GPL-2.0-or-later
"""Sections 6.2 to 6.6: cover and uncover, what is discarded, and what an attacker can do."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pppshroud.cover import DataKeys, KeySet, cover_block, cover_whole, uncover_block, uncover_whole
from pppshroud.frame import cover_frame, uncover_frame
from pppshroud.inner import FrameError, Reject, pull_packet, push_packet
from pppshroud.vectors.material import ipv4, ipv6, key_set, ncp, octets
from pppshroud.wire import (
    PPP_COVER_BLOCK,
    PPP_COVER_WHOLE,
    PPP_IPCP,
    PPP_IPV4,
    PPP_IPV6,
    PPP_IPV6CP,
    WHOLE_MAX,
)

FOLDER = Path(__file__).parent.parent / "docs/vectors"
FRAMES = json.loads((FOLDER / "frames.json").read_text())
WHOLE = json.loads((FOLDER / "whole.json").read_text())["vectors"]
KEYS = key_set("test")
SETS = [KeySet(bytes.fromhex(text)) for text in FRAMES["key_sets"]]
PACKETS = st.one_of(
    st.integers(20, 1600).map(lambda n: (PPP_IPV4, ipv4(n))),
    st.integers(40, 1600).map(lambda n: (PPP_IPV6, ipv6(n))),
    st.integers(4, 1400).map(lambda n: (PPP_IPCP, ncp(n))),
    st.integers(4, 1400).map(lambda n: (PPP_IPV6CP, ncp(n, 7))),
)


def name_of(case: dict[str, Any]) -> str:
    return str(case.get("name", case.get("length")))


@pytest.mark.parametrize("case", WHOLE, ids=name_of)
def test_whole_vector(case: dict[str, str]) -> None:
    keys = KeySet(bytes.fromhex(case["key_set"]))
    assert cover_whole(keys, bytes.fromhex(case["plain"])).hex() == case["cover"]
    assert uncover_whole(keys, bytes.fromhex(case["cover"])).hex() == case["plain"]


@pytest.mark.parametrize("case", FRAMES["good"], ids=name_of)
def test_good_frame(case: dict[str, Any]) -> None:
    protocol, packet = int(case["protocol"], 16), bytes.fromhex(case["packet"])
    keys = SETS[case["key_set"]]
    wire, covered = cover_frame(keys, protocol, packet, whole=case["sender_wants_whole"])
    assert (f"{wire:04x}", covered.hex()) == (case["wire_protocol"], case["covered"])
    found, unpadded, place = uncover_frame(SETS, wire, covered)
    assert (found, place) == (protocol, case["key_set"])
    assert packet.startswith(unpadded)
    if "padding" not in case["name"]:
        assert unpadded == packet


@pytest.mark.parametrize("case", FRAMES["sender_discards"], ids=name_of)
def test_sender_discards(case: dict[str, str]) -> None:
    with pytest.raises(FrameError) as raised:
        cover_frame(KEYS, int(case["protocol"], 16), bytes.fromhex(case["packet"]), whole=False)
    assert raised.value.reason.name.lower() == case["reason"]


@pytest.mark.parametrize("case", FRAMES["receiver_discards"], ids=name_of)
def test_receiver_discards(case: dict[str, str]) -> None:
    with pytest.raises(FrameError) as raised:
        uncover_frame(SETS, int(case["wire_protocol"], 16), bytes.fromhex(case["covered"]))
    assert raised.value.reason.name.lower() == case["reason"]


def test_every_reason_has_a_vector() -> None:
    cases = FRAMES["sender_discards"] + FRAMES["receiver_discards"]
    assert {case["reason"] for case in cases} == {reason.name.lower() for reason in Reject}


@given(packet=PACKETS, whole=st.booleans(), padding=st.binary(max_size=8))
def test_round_trip(packet: tuple[int, bytes], whole: bool, padding: bytes) -> None:
    wire, covered = cover_frame(KEYS, packet[0], packet[1] + padding, whole=whole)
    assert uncover_frame([KEYS], wire, covered) == (*packet, 0)
    inside = len(push_packet(*packet))
    assert len(covered) == inside
    assert (wire == PPP_COVER_WHOLE) == (inside > 64 and (whole or packet[0] >= 0x8000))


@given(plain=st.binary(min_size=65, max_size=WHOLE_MAX))
def test_whole_cover_of_any_octets(plain: bytes) -> None:
    covered = cover_whole(KEYS, plain)
    assert uncover_whole(KEYS, covered) == plain
    assert cover_whole(KEYS, uncover_whole(KEYS, plain)) == plain


@given(plain=st.binary(min_size=64, max_size=200))
def test_block_cover_leaves_the_tail(plain: bytes) -> None:
    covered = cover_block(KEYS, plain)
    assert covered[64:] == plain[64:]
    assert uncover_block(KEYS, covered) == plain


@given(wire=st.integers(0, 0xFFFF), covered=st.binary(max_size=2100))
def test_noise_raises_nothing_but_frame_errors(wire: int, covered: bytes) -> None:
    # That noise of this length passes has a probability of 2^-20: no run of this test will see it.
    with pytest.raises(FrameError):
        uncover_frame([KEYS], wire, covered)


@given(protocol=st.integers(0, 0xFFFF), packet=st.binary(max_size=100), whole=st.booleans())
def test_sender_covers_only_what_a_receiver_accepts(
    protocol: int, packet: bytes, whole: bool
) -> None:
    try:
        wire, covered = cover_frame(KEYS, protocol, packet, whole=whole)
    except FrameError:
        return
    found, unpadded, _ = uncover_frame([KEYS], wire, covered)
    assert found == protocol
    assert packet.startswith(unpadded)


@pytest.mark.parametrize("place", [0, 15, 16, 63, 64, 65, 99])
@pytest.mark.parametrize("bit", [0, 7])
def test_whole_cover_turns_a_changed_bit_into_noise_everywhere(place: int, bit: int) -> None:
    plain = octets("plain", 100)
    covered = bytearray(cover_whole(KEYS, plain))
    covered[place] ^= 1 << bit
    noise = uncover_whole(KEYS, bytes(covered))
    assert sum(a == b for a, b in zip(noise, plain, strict=True)) < 10


def test_whole_cover_keystreams_of_related_frames_share_no_block() -> None:
    """The attack that S(X) without M would allow: C and C + 1 decipher with X and X ^ 1."""
    covered = cover_whole(KEYS, bytes(64 * 32))
    streams = []
    for first in range(8):
        forged = bytes([covered[0] ^ first]) + covered[1:]
        plain = uncover_whole(KEYS, forged)
        stream = bytes(a ^ b for a, b in zip(plain[64:], covered[64:], strict=True))
        streams += [stream[i : i + 64] for i in range(0, len(stream), 64)]
    assert len(set(streams)) == len(streams)


def test_wrong_key_passes_as_seldom_as_section_11_says() -> None:
    """IPv6's check is 20 bits: of 2^20 blocks of noise about one passes; a shorter run, none."""
    noise = (octets(f"noise {i}", 65) for i in range(20_000))
    passed = 0
    for block in noise:
        try:
            pull_packet(block)
        except FrameError:
            continue
        passed += 1
    assert passed == 0


def test_checks_pass_by_chance_as_often_as_they_should() -> None:
    """With the version right, 2^-16 of IPv6 noise passes; over all payload lengths exactly one."""
    packets = (b"\x60\0\0\0" + n.to_bytes(2, "big") + bytes(94) for n in range(1 << 16))
    assert sum(_passes(packet) for packet in packets) == 1


def _passes(packet: bytes) -> bool:
    try:
        pull_packet(packet)
    except FrameError:
        return False
    return True


def test_lengths_that_cannot_be_covered() -> None:
    with pytest.raises(ValueError, match="63 octets, 64 to"):
        cover_block(KEYS, bytes(63))
    with pytest.raises(ValueError, match="64 octets, 65 to 2048"):
        cover_whole(KEYS, bytes(64))
    with pytest.raises(ValueError, match="2049 octets"):
        uncover_whole(KEYS, bytes(2049))
    with pytest.raises(ValueError, match="208 octets, not 207"):
        KeySet(bytes(207))
    with pytest.raises(ValueError, match="448 octets, not 447"):
        DataKeys.split(bytes(447))


def test_long_ip_packet_has_block_cover_though_whole_is_wanted() -> None:
    wire, _ = cover_frame(KEYS, PPP_IPV4, ipv4(WHOLE_MAX + 1), whole=True)
    assert wire == PPP_COVER_BLOCK


def test_keys_are_not_shown() -> None:
    assert KEYS.octets.hex() not in repr(KEYS)
    assert repr(KEYS) == "KeySet()"


def test_no_key_set_at_all() -> None:
    with pytest.raises(FrameError, match="not a covered frame"):
        uncover_frame([], PPP_COVER_BLOCK, bytes(64))
