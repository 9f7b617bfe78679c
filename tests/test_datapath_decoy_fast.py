# SPDX-License-Identifier: GPL-2.0-or-later
"""The fast way of decoys: the reference's frames, and in all doubt what the general way does."""

from __future__ import annotations

import random

import pytest

from .datapath.decoys import content, key, reference
from .datapath.frames import IPV4, TCP, checksum, ipv4, pppoe, tcp, turned
from .datapath.world import NEXT, Result, Testrun

pytest_plugins = ("tests.datapath.fixtures",)

WHOLE_PACKETS = 16  # of a flow: docs/protocol.md 6.7
AT = 22  # of the packet in the frame
SEAL = 10  # word of struct shroud_alias
TIMES = bytes.fromhex("0101080a0011223300445566")
SACK = bytes.fromhex("0101050a1122334455667788")
HEADERS = 52  # octets that mutations fall on: of IP and TCP, with options


def _packet(n: int, options: bytes = b"") -> bytes:
    """TCP with n octets that look enciphered."""
    segment = bytearray(tcp(random.Random(n).randbytes(n), options=len(options)))
    segment[20 : 20 + len(options)] = options
    segment[16:18] = b"\x12\x34"
    return ipv4(20 + len(segment), TCP, payload=bytes(segment))


def _frame(packet: bytes) -> bytes:
    return pppoe("out", IPV4, packet)


def _reference(packet: bytes, *, whole: bool, lcp: bool = False) -> bytes:
    row = {"phase": 0, "protocol": f"{IPV4:04x}", "packet": packet.hex()}
    covered = reference(row, whole=whole)
    return b"\xc0\x21" + covered[2:] if lcp and covered[1] == IPV4 else covered


@pytest.mark.parametrize("lcp", [False, True], ids=["native", "lcp"])
@pytest.mark.parametrize("options", [b"", TIMES, SACK], ids=["bare", "times", "sack"])
@pytest.mark.parametrize("n", [0, 1, 63, 64, 65, 200, 1400])
def test_frames_are_the_references(decoy_run: Testrun, n: int, options: bytes, lcp: bool) -> None:
    decoy_run.set("cover", key(0), key(0), lcp=lcp)
    packet = _packet(n, options)
    sent = decoy_run.frames("out", [_frame(packet)] * (WHOLE_PACKETS + 2))
    whole, block = (_reference(packet, whole=flag and n > 64, lcp=lcp) for flag in (True, False))
    assert [content(one.frame) for one in sent] == [whole] * WHOLE_PACKETS + [block] * 2
    assert {one.counter for one in sent} == {"tx_decoy"}
    back = decoy_run.frames("in", [turned(one.frame) for one in sent[-2:]])
    assert [(one.verdict, one.counter) for one in back] == [(NEXT, "rx_decoy")] * 2
    assert [content(one.frame) for one in back] == [content(_frame(packet))] * 2


def _mutated(frame: bytes, rng: random.Random, *, mend: bool) -> bytes:
    """Change an octet of the headers; put the IP header's checksum right again, or do not."""
    changed = bytearray(frame)
    changed[AT + rng.randrange(HEADERS)] ^= 1 << rng.randrange(8)
    if mend:
        changed[AT + 10 : AT + 12] = bytes(2)
        changed[AT + 10 : AT + 12] = checksum(bytes(changed[AT : AT + 20])).to_bytes(2, "big")
    return bytes(changed)


def _both_ways(run: Testrun, way: str, known: bytes, frame: bytes) -> tuple[Result, Result]:
    """What becomes of a frame where its ends are known, and where nothing is."""
    run.frame(way, known)
    with_ends = run.frame(way, frame)
    run.say(f"aliases {SEAL}")
    return with_ends, run.frame(way, frame)


@pytest.mark.parametrize("way", ["out", "in"])
@pytest.mark.parametrize("seed", range(4))
def test_doubtful_frames_go_the_general_way(decoy_run: Testrun, way: str, seed: int) -> None:
    rng = random.Random(seed)
    decoy_run.set("cover", key(0), key(0))
    known = _frame(_packet(80 if seed % 2 else 0, TIMES))
    settled = decoy_run.frames("out", [known] * (WHOLE_PACKETS + 1))[-1].frame
    if way == "in":
        known = turned(settled)
    for i in range(16):
        fast, general = _both_ways(decoy_run, way, known, _mutated(known, rng, mend=i % 4 > 0))
        assert fast == general


@pytest.mark.parametrize("cut", [1, 16, 79, 80, 81])
def test_truncated_frames_go_the_general_way(decoy_run: Testrun, cut: int) -> None:
    decoy_run.set("cover", key(0), key(0))
    known = _frame(_packet(80))
    decoy = turned(decoy_run.frame("out", known).frame)
    assert decoy_run.frame("in", decoy).counter == "rx_decoy"
    for way, whole in (("out", known), ("in", decoy)):
        fast, general = _both_ways(decoy_run, way, whole, whole[:-cut])
        assert fast == general
        assert fast.verdict != NEXT
