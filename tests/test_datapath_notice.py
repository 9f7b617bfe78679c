# SPDX-License-Identifier: GPL-2.0-or-later
"""Decoys that a dissector would complain about go as noise: docs/decoy.md section 10."""

from __future__ import annotations

import pytest

from pppshroud.decoy.notice import looks_broken
from pppshroud.decoy.packet import pull_decoy, push_decoy
from pppshroud.vectors.decoypackets import FOUR, UDP, ip

from .datapath.decoys import KEYS, content, is_whole, key, reference
from .datapath.frames import IPV4, pppoe, turned, udp
from .datapath.world import NEXT, Testrun

pytest_plugins = ("tests.datapath.fixtures",)

HEADERS = 28

NOTICED = {
    "RTCP": (b"\x80\xc8", 4),
    "RTCP, the last": (b"\xbf\xcf", 8),
    "RTCP, block": (b"\x80\xc8", 64),
    "RTCP, whole": (b"\x80\xc8", 80),
    "RTCP, whole, long": (b"\xa0\xca", 1200),
    "RTCP, block, long": (b"\xa0\xca", 2052),
    "Pathport": (b"\xed\x01", 2),
    "Pathport, whole": (b"\xed\x01", 99),
    "GOOSE": (b"\3\x40\0\0\xa0", 5),
    "GOOSE, the last": (b"\3\x4f\0\0\xa3", 6),
    "GOOSE, whole": (b"\xff\x41" + bytes(254) + b"\xa1", 257),
    "GOOSE, behind the block": (b"\xff\x41" + bytes(254) + b"\xa2", 2051),
}
OTHERS = {
    "nothing": (b"", 0),
    "an octet of RTCP": (b"\x80", 1),
    "an octet of Pathport": (b"\xed", 1),
    "RTCP of odd length": (b"\x80\xc8", 6),
    "RTCP of version 1": (b"\x7f\xc8", 4),
    "RTCP of version 3": (b"\xc0\xc8", 4),
    "below RTCP's types": (b"\x80\xc7", 4),
    "above RTCP's types": (b"\x80\xd0", 4),
    "almost Pathport": (b"\xed\x02", 2),
    "GOOSE, cut": (b"\3\x40\0\0", 4),
    "GOOSE, cut at 256": (b"\xff\x41" + bytes(254), 256),
    "below GOOSE's units": (b"\3\x40\0\0\x9f", 5),
    "above GOOSE's units": (b"\3\x40\0\0\xa4", 5),
    "not GOOSE": (b"\3\x50\0\0\xa0", 5),
}
"""How the payload of the decoy begins, and its octets; zeros fill it up."""


def _packet(covered: bytes) -> bytes:
    """The packet whose decoy has this payload."""
    shape = ip(FOUR, UDP, udp(bytes(len(covered)), dport=5060), ident=0x77)
    headers = push_decoy(KEYS[0].up, shape, whole=len(shape) <= 2048)[:HEADERS]
    return pull_decoy(KEYS[0].up, headers + covered)


def _exchanged(run: Testrun, packet: bytes) -> tuple[str, bytes]:
    """Send and receive a packet; return the sender's counter and what was on the wire."""
    run.set("cover", key(0), key(0))
    sent = run.frame("out", pppoe("out", IPV4, packet))
    back = run.frame("in", turned(sent.frame))
    assert (back.verdict, content(back.frame)[2:]) == (NEXT, packet)
    field = content(sent.frame)
    row = {"phase": 0, "protocol": f"{IPV4:04x}", "packet": packet.hex()}
    assert field == reference(row, whole=is_whole(field))
    return sent.counter, field


@pytest.mark.parametrize(("start", "octets"), NOTICED.values(), ids=NOTICED)
def test_noticed(decoy_run: Testrun, start: bytes, octets: int) -> None:
    covered = start.ljust(octets, b"\0")
    assert looks_broken(covered)
    counter, _ = _exchanged(decoy_run, _packet(covered))
    assert counter in ("tx_block", "tx_whole")


@pytest.mark.parametrize(("start", "octets"), OTHERS.values(), ids=OTHERS)
def test_others(decoy_run: Testrun, start: bytes, octets: int) -> None:
    covered = start.ljust(octets, b"\0")
    counter, field = _exchanged(decoy_run, _packet(covered))
    assert (counter, field[2 + HEADERS :]) == ("tx_decoy", covered)
