# SPDX-License-Identifier: GPL-2.0-or-later
"""L2TPv2 data messages over UDP and IPv4, as an LNS sends and receives them."""

from __future__ import annotations

import pytest

from .datapath.frames import (
    BULK_TCP,
    IPV4,
    IPV6,
    LAC,
    LOCAL,
    UDP,
    checksum,
    ipv4,
    ipv6,
    l2tp,
    ncp,
    tcp,
)
from .datapath.world import DROP, NEXT, Testrun

pytest_plugins = ("tests.datapath.fixtures",)

KEY = bytes(range(208))
OTHER = bytes(range(3, 211))
IP = 14
DATAGRAM = 34
PLAIN, LENGTH, SEQUENCE, OFFSET = 0x0002, 0x4002, 0x0802, 0x0202
FIRST_FRAGMENT, LATER_FRAGMENT = 0x2000, 0x0010


def _field(frame: bytes, at: int) -> int:
    return int.from_bytes(frame[at : at + 2], "big")


def _lengths_fit(frame: bytes, flags: int) -> None:
    assert checksum(frame[IP : IP + 20]) == 0
    assert _field(frame, IP + 2) == len(frame) - IP
    assert _field(frame, DATAGRAM + 4) == len(frame) - DATAGRAM
    if flags & 0x4000:
        assert _field(frame, DATAGRAM + 10) == len(frame) - DATAGRAM - 8


def _received(sent: bytes) -> bytes:
    """What left, as if it came from the LAC: the message is the same, the headers are its."""
    message = sent[DATAGRAM + 8 :]
    model = l2tp("in", IPV4, b"")
    ids = model[DATAGRAM + 10 : DATAGRAM + 14]
    at = 4 if message[0] & 0x40 else 2
    message = message[:at] + ids + message[at + 4 :]
    datagram = model[DATAGRAM : DATAGRAM + 4]
    datagram += (8 + len(message)).to_bytes(2, "big") + b"\x12\x34" + message
    head = model[IP : IP + 2] + (20 + len(datagram)).to_bytes(2, "big") + model[IP + 4 : IP + 10]
    head += b"\0\0" + LAC.packed + LOCAL.packed
    head = head[:10] + checksum(head).to_bytes(2, "big") + head[12:]
    return model[:IP] + head + datagram


@pytest.mark.parametrize("flags", [PLAIN, LENGTH, SEQUENCE, OFFSET, LENGTH | SEQUENCE | OFFSET])
@pytest.mark.parametrize("hdlc", [True, False])
@pytest.mark.parametrize("keys", [1, 2])
def test_l2tp_round_trip(l2tp_run: Testrun, flags: int, hdlc: bool, keys: int) -> None:
    l2tp_run.set("cover", KEY, *(KEY, OTHER)[:keys])
    for protocol, packet in [
        *((IPV4, ipv4(n, payload=tcp(BULK_TCP))) for n in (20, 40, 63, 64, 65, 576, 1500)),
        *((IPV6, ipv6(n)) for n in (40, 64, 65, 1500)),
        *((0x8021, ncp(n)) for n in (4, 10, 62, 63, 300)),
    ]:
        frame = l2tp("out", protocol, packet, flags=flags, hdlc=hdlc, offset=3)
        sent = l2tp_run.frame("out", frame)
        assert sent.verdict == NEXT, sent.counter
        assert packet[:20] not in sent.frame
        _lengths_fit(sent.frame, flags)
        back = l2tp_run.frame("in", _received(sent.frame))
        assert back.verdict == NEXT, back.counter
        expected = l2tp("in", protocol, packet, flags=flags, hdlc=hdlc, offset=3)
        assert back.frame[: len(expected)][:IP] == expected[:IP]
        told = _field(back.frame, IP + 2)
        assert told == len(expected) - IP
        assert back.frame[IP : IP + told] == expected[IP:]


def test_l2tp_finished_checksum_is_taken_away(l2tp_run: Testrun) -> None:
    l2tp_run.set("cover", KEY, KEY)
    sent = l2tp_run.frame("out", l2tp("out", IPV4, ipv4(100), udp_checksum=0xBEEF))
    assert sent.verdict == NEXT
    assert _field(sent.frame, DATAGRAM + 6) == 0


def test_l2tp_hold(l2tp_run: Testrun) -> None:
    for way in ("out", "in"):
        held = l2tp_run.frame(way, l2tp(way, IPV4, ipv4(100)))
        assert (held.verdict, held.counter) == (DROP, "tx_hold" if way == "out" else "rx_hold")
        link = l2tp_run.frame(way, l2tp(way, 0xC021, ncp(8)))
        assert link.verdict == NEXT


def test_l2tp_reject_is_cut(l2tp_run: Testrun) -> None:
    l2tp_run.set("cover", KEY, KEY)
    reject = b"\x08\x05\x00\x2a\x00\x57" + bytes(36)
    for flags in (PLAIN, LENGTH):
        sent = l2tp_run.frame("out", l2tp("out", 0xC021, reject, flags=flags))
        expected = l2tp("out", 0xC021, b"\x08\x05\x00\x06\x00\x57", flags=flags)
        assert (sent.counter, sent.frame) == ("tx_link", expected)


@pytest.mark.parametrize("fragment", [FIRST_FRAGMENT, LATER_FRAGMENT])
def test_l2tp_fragments(l2tp_run: Testrun, fragment: int) -> None:
    """They pass in plain sessions only: a later one does not tell whose it is."""
    frames = {way: l2tp(way, IPV4, ipv4(100), fragment=fragment) for way in ("in", "out")}
    dropped = {"in": "rx_fragment", "out": "tx_fragment"}
    states: list[tuple[str, tuple[bytes, ...]]] = [("hold", ()), ("cover", (KEY, KEY))]
    for state, keys in (*states, ("plain", ()), *states, ("plain", ()), *reversed(states)):
        l2tp_run.set(state, *keys)
        for way, frame in frames.items():
            result = l2tp_run.frame(way, frame)
            assert result.verdict == (NEXT if state == "plain" else DROP)
            # The entry for later fragments is not the session: it has no counters of its own.
            assert state == "plain" or result.counter in (dropped[way], "none")


def test_l2tp_others_pass(l2tp_run: Testrun) -> None:
    """Control messages, other tunnels, other protocols, L2TPv3: none of ours."""
    l2tp_run.set("cover", KEY, KEY)
    frame = l2tp("out", IPV4, ipv4(100))
    control = l2tp("out", IPV4, ipv4(100), flags=0xC802)
    version3 = l2tp("out", IPV4, ipv4(100), flags=0x0003)
    other_port = frame[:DATAGRAM] + b"\x06\xa6" + frame[DATAGRAM + 2 :]
    tcp_instead = frame[: IP + 9] + b"\x06" + frame[IP + 10 :]
    short = frame[: DATAGRAM + 10]
    for other in (control, version3, other_port, tcp_instead, short, frame[: IP + 20]):
        result = l2tp_run.frame("out", other)
        assert (result.verdict, result.counter, result.frame) == (NEXT, "none", other)


def test_l2tp_length_below_header(l2tp_run: Testrun) -> None:
    l2tp_run.set("cover", KEY, KEY)
    for way, counter in (("out", "tx_malformed"), ("in", "rx_length")):
        frame = l2tp(way, IPV4, ipv4(100))
        frame = frame[: DATAGRAM + 4] + b"\0\x09" + frame[DATAGRAM + 6 :]
        assert l2tp_run.frame(way, frame).counter == counter


def test_l2tp_ip_options(l2tp_run: Testrun) -> None:
    """The outer header may have options."""
    l2tp_run.set("cover", KEY, KEY)
    frame = l2tp("out", IPV4, ipv4(100, UDP))
    head = bytearray(frame[IP : IP + 20])
    head[0] = 0x46
    head[2:4] = (_field(frame, IP + 2) + 4).to_bytes(2, "big")
    head[10:12] = b"\0\0"
    whole = bytes(head) + b"\1\1\1\1"
    whole = whole[:10] + checksum(whole).to_bytes(2, "big") + whole[12:]
    sent = l2tp_run.frame("out", frame[:IP] + whole + frame[DATAGRAM:])
    assert sent.counter == "tx_whole"
    assert sent.frame[: IP + 24] == frame[:IP] + whole
