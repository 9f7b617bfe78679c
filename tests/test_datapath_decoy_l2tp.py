# SPDX-License-Identifier: GPL-2.0-or-later
"""Decoys in L2TPv2 data messages: all vectors, as an LNS sends and receives them."""

from __future__ import annotations

import pytest

from .datapath.decoys import VECTORS, is_whole, reference, row_key
from .datapath.frames import checksum, l2tp
from .datapath.world import NEXT, Testrun

pytest_plugins = ("tests.datapath.fixtures",)

IP = 14
FLAGS = 0x4A02  # length, sequence, offset
OFFSET = 3
UDP_CHECKSUM = slice(40, 42)
MESSAGES = [(0x0002, True, False, 1), (FLAGS, False, True, 4)]
"""Flags, 0xff03 or not, framing lcp or not; every how many-th vector."""


def _told(frame: bytes) -> bytes:
    """The frame as long as its IPv4 header tells."""
    return frame[: IP + int.from_bytes(frame[IP + 2 : IP + 4], "big")]


def _ppp(frame: bytes, flags: int, hdlc: bool) -> bytes:
    """PPP protocol and packet of a message."""
    told = _told(frame)
    return told[IP + 28 + (6 if flags == 0x0002 else 14 + OFFSET) + 2 * hdlc :]


@pytest.mark.parametrize(("flags", "hdlc", "lcp", "step"), MESSAGES, ids=["native", "lcp"])
def test_round_trip(decoy_l2tp_run: Testrun, flags: int, hdlc: bool, lcp: bool, step: int) -> None:
    for row in VECTORS["frames"][::step]:
        keys, name = row_key(row, row["phase"]), row["name"]
        protocol, packet = int(row["protocol"], 16), bytes.fromhex(row["packet"])
        decoy_l2tp_run.set("cover", keys, keys, lcp=lcp)
        frame = l2tp("out", protocol, packet, flags=flags, hdlc=hdlc, offset=OFFSET)
        sent = decoy_l2tp_run.frame("out", frame)
        assert sent.verdict == NEXT, (name, sent.counter)
        field = _ppp(sent.frame, flags, hdlc)
        assert (field[:2] == b"\xc0\x21") == (lcp and sent.counter == "tx_decoy"), name
        wire = int.from_bytes(field[:2], "big")
        if wire == 0xC021:
            field = (0x21 if field[2] >> 4 == 4 else 0x57).to_bytes(2, "big") + field[2:]
        assert field == reference(row, whole=is_whole(field)), name
        made = l2tp("out", wire, field[2:], flags=flags, hdlc=hdlc, offset=OFFSET)
        assert sent.frame == made, name
        arriving = l2tp("in", wire, field[2:], flags=flags, hdlc=hdlc, offset=OFFSET)
        back = decoy_l2tp_run.frame("in", arriving)
        expected = l2tp("in", protocol, packet, flags=flags, hdlc=hdlc, offset=OFFSET)
        assert (back.verdict, _told(back.frame)) == (NEXT, expected), name


def test_checksum_is_taken_away(decoy_l2tp_run: Testrun) -> None:
    """The outer one, finished before; lengths and header fit without PPP padding."""
    row = VECTORS["frames"][0]
    keys = row_key(row, row["phase"])
    decoy_l2tp_run.set("cover", keys, keys)
    padded = bytes.fromhex(row["packet"]) + bytes(5)
    sent = decoy_l2tp_run.frame("out", l2tp("out", 0x21, padded, udp_checksum=0xBEEF))
    assert sent.counter == "tx_decoy"
    assert sent.frame[UDP_CHECKSUM] == b"\0\0"
    assert checksum(sent.frame[IP : IP + 20]) == 0
    assert _ppp(sent.frame, 0x0002, hdlc=True) == reference(row, whole=False)
    assert len(_told(sent.frame)) == len(sent.frame)
