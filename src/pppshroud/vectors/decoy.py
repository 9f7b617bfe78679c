# SPDX-License-Identifier: GPL-2.0-or-later
"""decoy.json: packets to decoys, or noise, and back, and what a receiver has to drop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pppshroud.decoy.frame import cover_decoy_frame, is_noise, uncover_decoy_frame
from pppshroud.decoy.keys import DecoyKeys, SideKeys
from pppshroud.decoy.packet import push_decoy
from pppshroud.decoy.unfit import DecoyError, Unfit
from pppshroud.inner import FrameError
from pppshroud.vectors.decoypackets import FOUR, UDP, finish, fit_packets, ip, udp, unfit_packets
from pppshroud.vectors.material import ncp, octets
from pppshroud.wire import DECOY_OKM_LEN, PPP_IPCP, PPP_IPV4, PPP_IPV6, PPP_IPV6CP

OKM = octets("decoy okm", DECOY_OKM_LEN), octets("decoy okm 2", DECOY_OKM_LEN)
KEYS = tuple(DecoyKeys.split(okm, phase) for phase, okm in enumerate(OKM))
LONG = 92  # octets: nothing shorter can hold a payload that is covered whole
Case = dict[str, Any]


def decoy_vectors() -> dict[str, Any]:
    """Return decoy.json."""
    return {
        "about": "Frames of mode decoy, docs/decoy.md. okm[p] are the keys of the handshake with "
        "phase p; a receiver has both. `packet` and `frame` are PPP information fields. Noise "
        "frames have 0053 or 0055 as wire protocol; `why` says why there is no decoy, for "
        "explanation. A sender that uses noise where these have a decoy is as right.",
        "okm": [okm.hex() for okm in OKM],
        "frames": list(_frames()),
        "receiver_drops": list(_drops()),
    }


def _side(phase: int, *, up: bool) -> SideKeys:
    return KEYS[phase].up if up else KEYS[phase].down


def _frames() -> Iterator[Case]:
    number = 0
    for name, packet in fit_packets():
        for whole in (False, True) if len(packet) > LONG else (False,):
            number += 1
            yield _case(name, packet, up=number % 3 > 0, phase=number // 2 % 2, whole=whole)
    for name, packet in unfit_packets():
        number += 1
        yield _case(name, packet, up=number % 2 > 0, phase=0, whole=len(packet) > 64)
    yield _noticeable()
    for protocol in (PPP_IPCP, PPP_IPV6CP):
        yield _frame("NCP", protocol, ncp(10), up=True, phase=1, whole=False)


def _noticeable() -> Case:
    """A packet that goes as noise because its decoy would look like RTCP."""
    for ident in range(1 << 16):
        packet = ip(FOUR, UDP, udp(bytes(20)), ident=ident)
        case = _case("looks like RTCP", packet, up=True, phase=0, whole=False)
        if case.get("why") == Unfit.NOTICEABLE.name.lower():
            return case
    raise AssertionError("no noise looks like RTCP")


def _case(name: str, packet: bytes, *, up: bool, phase: int, whole: bool) -> Case:
    protocol = PPP_IPV4 if packet[0] >> 4 == 4 else PPP_IPV6
    return _frame(name, protocol, packet, up=up, phase=phase, whole=whole)


def _frame(name: str, protocol: int, packet: bytes, *, up: bool, phase: int, whole: bool) -> Case:
    sender = _side(phase, up=up)
    wire, frame = cover_decoy_frame(sender, protocol, packet, whole=whole)
    both = [_side(place, up=up) for place in (0, 1)]
    assert uncover_decoy_frame(both, wire, frame) == (protocol, packet, phase)
    case: Case = {
        "name": name,
        "direction": "up" if up else "down",
        "phase": phase,
        "protocol": f"{protocol:04x}",
        "packet": packet.hex(),
        "sender_wants_whole": whole,
        "wire_protocol": f"{wire:04x}",
        "frame": frame.hex(),
    }
    if is_noise(wire) and protocol in (PPP_IPV4, PPP_IPV6):
        try:
            push_decoy(sender, packet, whole=whole)
        except DecoyError as error:
            case["why"] = error.reason.name.lower()
    return case


def _drops() -> Iterator[Case]:
    """Direction up, keys of both phases, or of phase 0 only."""
    fit = dict(fit_packets())
    decoy = push_decoy(KEYS[0].up, fit["IPv4 TCP, 200 octets"], whole=False)
    late = push_decoy(KEYS[1].up, fit["IPv4 TCP, 200 octets"], whole=False)
    yield _dropped("keys of phase 0 only", PPP_IPV4, late, phases=(0,))
    yield _dropped("header checksum", PPP_IPV4, decoy[:10] + b"\0\0" + decoy[12:])
    yield _dropped("IPv4 in a frame of IPv6", PPP_IPV6, decoy)
    yield _dropped("an octet behind the end", PPP_IPV4, decoy + b"\0")
    yield _dropped("empty", PPP_IPV4, b"")
    yield _dropped("noise of 63 octets", 0x0053, octets("noise", 63))
    yield _dropped("noise that is none", 0x0053, octets("noise", 80))
    yield _dropped("another protocol", PPP_IPCP, ncp(10))
    small = push_decoy(KEYS[0].up, fit["IPv4 TCP, payload 64"], whole=False)
    flagged = bytes([small[0], small[1] | 4]) + small[2:]
    yield _dropped("whole flag at 64 octets", PPP_IPV4, finish(flagged))
    for name, change in _damages().items():
        damaged = bytearray(decoy)
        for at, value in change.items():
            damaged[at] = value
        yield _dropped(name, PPP_IPV4, finish(bytes(damaged)))
    for name, packet in unfit_packets():
        if name.startswith("structure:"):
            wire = PPP_IPV4 if packet[0] >> 4 == 4 else PPP_IPV6
            yield _dropped(name, wire, packet)


def _damages() -> dict[str, dict[int, int]]:
    """What to overwrite in a TCP decoy: octet and value."""
    return {
        "false source 10.x": {12: 10},
        "false destination in a military block": {16: 26},
        "false destination multicast": {16: 224},
        "loud source port 443": {20: 443 >> 8, 21: 443 & 255},
        "port 0": {22: 0, 23: 0},
        "TCP checksum ffff": {36: 255, 37: 255},
        "data offset 4": {32: 0x40},
        "another protocol": {9: 50},
        "a fragment": {6: 0x20},
    }


def _dropped(name: str, wire: int, frame: bytes, phases: tuple[int, ...] = (0, 1)) -> Case:
    try:
        uncover_decoy_frame([_side(phase, up=True) for phase in phases], wire, frame)
    except (DecoyError, FrameError) as error:
        reason = error.reason.name.lower()
    else:
        raise AssertionError(f"{name} is a decoy")
    return {
        "name": name,
        "phases": phases,
        "wire_protocol": f"{wire:04x}",
        "frame": frame.hex(),
        "reason": reason,
    }
