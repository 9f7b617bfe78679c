# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames in and what becomes of them: every reason to drop one, and what must pass untouched.

Each row is a description, the session's state, which way, the frame, the expected counter, and
the expected frame: None for "as it was", b"" for a dropped one.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from .datapath.frames import (
    BULK_TCP,
    IPV4,
    IPV6,
    OWN,
    PEER,
    ipv4,
    ipv6,
    ncp,
    pppoe,
    tcp,
)
from .datapath.world import DROP, NEXT, Testrun

pytest_plugins = ("tests.datapath.fixtures",)

TX = bytes(range(208))
RX = bytes(range(1, 209))
OTHER = bytes(range(2, 210))
LCP = 0xC021
PACKET = ipv4(100, payload=tcp(BULK_TCP))
LINK = (0xC021, 0xC023, 0xC025, 0xC223, 0xC227)
ECHO = bytes.fromhex("0901000800000000")


@dataclass(frozen=True)
class Row:
    """One case."""

    what: str
    state: str
    way: str
    frame: bytes
    counter: str
    after: bytes | None = None


def _out(protocol: int, information: bytes, length: int | None = None) -> bytes:
    return pppoe("out", protocol, information, length=length)


def _in(protocol: int, information: bytes, length: int | None = None) -> bytes:
    return pppoe("in", protocol, information, length=length)


def _odd(frame: bytes, head: bytes) -> bytes:
    """The frame with another PPPoE version, type and code."""
    return frame[:14] + head + frame[16:]


ODD = {"of another version": b"\x21\0", "of another type": b"\x12\0", "with a code": b"\x11\xa7"}
REJECT = b"\x08\x05\x00\x2a\x00\x57" + bytes(36)
CUT = _out(LCP, b"\x08\x05\x00\x06\x00\x57")
INVALID_FIELDS = (0x0121, 0x2145, 0xFF03, 0xC121, 0x0020, 0x8020)

ROWS = [
    *(Row(f"{p:04x} leaves in {s}", s, "out", _out(p, ECHO), "tx_link")
      for p in LINK for s in ("hold", "cover", "deaf", "mute", "plain")),
    *(Row(f"{p:04x} enters in {s}", s, "in", _in(p, ECHO), "rx_link")
      for p in LINK for s in ("hold", "cover", "deaf", "mute", "plain")),
    *(Row(f"{p:04x} does not leave in {s}", s, "out", _out(p, PACKET), c, b"")
      for p, c in ((IPV4, "tx_hold"), (IPV6, "tx_hold"), (0x8021, "tx_hold"),
                   (0x80FD, "tx_protocol"), (0x0281, "tx_protocol"), (0xC029, "tx_protocol"))
      for s in ("hold", "mute")),
    *(Row(f"protocol field {p:04x} does not leave in {s}", s, "out", _out(p, PACKET),
          "tx_protocol", b"") for p in INVALID_FIELDS for s in ("hold", "cover", "mute")),
    *(Row(f"protocol field {p:04x} does not enter in {s}", s, "in", _in(p, PACKET),
          "rx_refused", b"") for p in INVALID_FIELDS for s in ("hold", "cover", "deaf")),
    *(Row(f"{p:04x} leaves in plain", "plain", "out", _out(p, PACKET), "tx_plain")
      for p in (IPV4, IPV6, 0x8021, 0x80FD, 0x0281)),
    *(Row(f"{p:04x} enters in plain", "plain", "in", _in(p, PACKET), "rx_plain")
      for p in (IPV4, IPV6, 0x8021, 0x80FD, 0x0281)),
    *(Row(f"NCP {p:04x} enters in {s}", s, "in", _in(p, ncp(10)), "rx_ncp")
      for p in (0x8021, 0x8057, 0x80FD) for s in ("hold", "deaf")),
    *(Row(f"NCP {p:04x} enters while confirmation is awaited", "mute", "in", _in(p, ncp(10)),
          "rx_ncp") for p in (0x8021, 0x8057)),
    Row("CCP does not enter while confirmation is awaited", "mute", "in", _in(0x80FD, ncp(10)),
        "rx_refused", b""),
    *(Row(f"plain NCP {p:04x} does not enter beside keys", "cover", "in", _in(p, ncp(10)),
          "rx_refused", b"") for p in (0x8021, 0x8057, 0x80FD)),
    *(Row(f"{p:04x} does not enter in {s}", s, "in", _in(p, PACKET), "rx_hold", b"")
      for p in (IPV4, IPV6) for s in ("hold", "deaf")),
    Row("noise does not enter", "cover", "in", _in(IPV4, PACKET), "rx_unknown", b""),
    Row("a frame of 63 octets", "cover", "in", _in(IPV4, bytes(63)), "rx_length", b""),
    Row("a whole one of 64", "cover", "in", _in(IPV6, bytes(64)), "rx_length", b""),
    Row("a whole one of 2049", "cover", "in", _in(IPV6, bytes(2049)), "rx_length", b""),
    Row("cut on the way", "cover", "in", _in(IPV4, bytes(99), 100), "rx_length", b""),
    Row("length 0 in the PPPoE header", "cover", "in", _in(IPV4, bytes(99), -2), "rx_length", b""),
    Row("IPv4 cut short leaves not", "cover", "out", _out(IPV4, PACKET[:99]), "tx_malformed", b""),
    Row("IPv4 length beyond the frame", "cover", "out", _out(IPV4, PACKET[:90], 100),
        "tx_malformed", b""),
    Row("an empty packet", "cover", "out", _out(IPV4, b""), "tx_malformed", b""),
    Row("NCP beyond the longest", "cover", "out", _out(0x8021, ncp(2047)), "tx_long", b""),
    Row("to be segmented", "cover", "super", _out(IPV4, ipv4(1400)), "tx_super", b""),
    Row("Protocol-Reject is cut beside keys", "cover", "out", _out(LCP, REJECT), "tx_link", CUT),
    Row("Protocol-Reject is cut while confirming", "mute", "out", _out(LCP, REJECT), "tx_link",
        CUT),
    Row("Protocol-Reject stays before keys", "hold", "out", _out(LCP, REJECT), "tx_link"),
    Row("Protocol-Reject that is short already", "cover", "out", CUT, "tx_link"),
    Row("LCP without a packet", "cover", "out", _out(LCP, b""), "tx_malformed", b""),
    Row("another session", "cover", "out", pppoe("out", IPV4, PACKET, session=9), "none"),
    Row("another session, in", "cover", "in", pppoe("in", IPV4, PACKET, session=9), "none"),
    Row("another peer", "cover", "out", OWN + _out(IPV4, PACKET)[6:], "none"),
    Row("another peer, in", "cover", "in", PEER + OWN + _in(IPV4, PACKET)[12:], "none"),
    Row("tagged", "cover", "out", pppoe("out", IPV4, PACKET, vlans=(7,)), "none"),
    Row("priority tag", "cover", "out", pppoe("out", 0xC021, ECHO, vlans=(0xE000,)), "tx_link"),
    Row("three tags", "cover", "out", pppoe("out", IPV4, PACKET, vlans=(7, 8, 9)), "none"),
    Row("plain IPv4", "cover", "out", PEER + OWN + b"\x08\x00" + PACKET, "none"),
    Row("plain IPv6", "cover", "in", OWN + PEER + b"\x86\xdd" + ipv6(100), "none"),
    Row("discovery", "cover", "out", PEER + OWN + b"\x88\x63\x11\xa7" + bytes(40), "none"),
    *(Row(f"PPPoE {what} does not leave in {s}", s, "out", _odd(_out(IPV4, PACKET), head),
          "tx_protocol", b"") for what, head in ODD.items() for s in ("hold", "cover")),
    *(Row(f"PPPoE {what} does not enter in {s}", s, "in", _odd(_in(p, PACKET), head),
          "rx_refused", b"") for what, head in ODD.items() for s in ("hold", "cover", "deaf")
      for p in (IPV4, IPV6)),
    Row("PPPoE of another version in plain", "plain", "in", _odd(_in(IPV4, PACKET), b"\x12\0"),
        "rx_plain"),
    *(Row(f"{n} priority tags, in", "cover", "in",
          pppoe("in", IPV4, PACKET, vlans=(0,) * n), "rx_unknown", b"") for n in range(1, 9)),
    Row("nine priority tags, in", "cover", "in", pppoe("in", IPV4, PACKET, vlans=(0,) * 9),
        "none", b""),
    Row("priority tags about others, in", "cover", "in",
        pppoe("in", IPV4, PACKET, vlans=(0, 7, 0, 0, 8, 0, 9)), "none"),
    Row("a PPPoE header cut short", "cover", "out", _out(IPV4, PACKET)[:21], "none"),
]  # fmt: skip
STATES = {
    "hold": ("hold",),
    "plain": ("plain",),
    "cover": ("cover", TX, RX),
    "mute": ("cover", b"", RX),
    "deaf": ("cover", TX),
}


@pytest.mark.parametrize("row", [pytest.param(row, id=row.what) for row in ROWS])
def test_frame(pppoe_run: Testrun, row: Row) -> None:
    mode, *keys = STATES[row.state]
    pppoe_run.set(str(mode), *(bytes(key) for key in keys))  # type: ignore[arg-type]
    result = pppoe_run.frame(row.way, row.frame)
    assert result.counter == row.counter
    assert result.verdict == (DROP if row.after == b"" else NEXT)
    if row.after is None:
        assert result.frame == row.frame
    elif row.after:
        assert result.frame == row.after


def test_frame_second_key(pppoe_run: Testrun) -> None:
    """In a rekey overlap frames of both keys pass, whole ones too, and a third key's do not."""
    for key, counter in ((RX, "rx_whole"), (OTHER, "rx_second"), (TX, "rx_unknown")):
        pppoe_run.set("cover", key)
        covered = pppoe_run.frame("out", _out(IPV4, ipv4(700, 17)))
        assert covered.counter == "tx_whole"
        pppoe_run.set("cover", TX, RX, OTHER)
        frame = covered.frame[6:12] + covered.frame[:6] + covered.frame[12:]
        assert pppoe_run.frame("in", frame).counter == counter


def test_frame_every_drop_is_reached(pppoe_run: Testrun) -> None:
    """Each drop counter stands in a row above, or in a test of L2TP, real devices or decoys."""
    reached = {row.counter for row in ROWS if row.after == b""} - {"none"}
    elsewhere = {"tx_checksum", "tx_fragment", "rx_fragment", "tx_memory", "rx_memory"}
    elsewhere |= {"rx_false", "rx_super"}
    counters = list(pppoe_run.stats())
    drops = set(counters[counters.index("tx_hold") :])
    assert drops - elsewhere == reached
