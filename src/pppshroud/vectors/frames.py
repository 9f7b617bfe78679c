# SPDX-License-Identifier: GPL-2.0-or-later
"""frames.json: packets to covered frames and back, and what has to be discarded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pppshroud.cover import KeySet, cover_block, cover_whole
from pppshroud.frame import cover_frame, uncover_frame
from pppshroud.inner import FrameError
from pppshroud.vectors.material import checksum, ipv4, ipv6, key_set, ncp, octets
from pppshroud.wire import PPP_COVER_BLOCK, PPP_COVER_WHOLE, PPP_IPV4, PPP_IPV6
from pppshroud.wire import PPP_IPCP as IPCP
from pppshroud.wire import PPP_IPV6CP as IPV6CP

PADDING = bytes.fromhex("deadbeef")
NOP_OPTIONS = b"\x01" * 40
ROUTER_ALERT = bytes.fromhex("94040000")
Packet = tuple[str, int, bytes]
GoodCase = tuple[str, int, bytes, bool, KeySet, int]


def frame_vectors() -> dict[str, Any]:
    """Return frames.json."""
    first, second = key_set("first"), key_set("second")
    return {
        "about": "Covered frames, protocol sections 6.2 to 6.6. A receiver tries key set 0, then "
        "1. `covered` and `packet` are PPP information fields. `reason` names the first check that "
        "failed with key set 0 and is for explanation: the verdict counts.",
        "key_sets": [first.octets.hex(), second.octets.hex()],
        "good": [_good_case(*case) for case in _good_cases(first, second)],
        "sender_discards": [_refused_case(*packet) for packet in _unsendable()],
        "receiver_discards": [
            _discarded_case(first, second, *frame) for frame in _unreceivable(first)
        ],
    }


def _good_cases(first: KeySet, second: KeySet) -> Iterator[GoodCase]:
    for name, protocol, packet in _padded():
        yield f"{name} and PPP padding", protocol, packet + PADDING, False, first, 0
    for name, protocol, packet in _packets():
        yield name, protocol, packet, False, first, 0
        if len(packet) > 64:
            yield name, protocol, packet, True, first, 0
    yield "IPv4, 100 octets, previous key", PPP_IPV4, ipv4(100), False, second, 1
    yield "IPv4, 100 octets, previous key", PPP_IPV4, ipv4(100), True, second, 1
    yield "IPCP, 10 octets, previous key", IPCP, ncp(10), False, second, 1


def _padded() -> Iterator[Packet]:
    for length in (40, 63, 64, 65, 100):
        yield f"IPv4, {length} octets", PPP_IPV4, ipv4(length)
        yield f"IPv6, {length} octets", PPP_IPV6, ipv6(length)
        yield f"IPCP, {length} octets", IPCP, ncp(length)


def _packets() -> Iterator[Packet]:
    for length in (20, 21, 28, 40, 52, 63, 64, 65, 66, 127, 128, 129, 576, 1492, 1500, 2049):
        yield f"IPv4, {length} octets", PPP_IPV4, ipv4(length)
    for options in (ROUTER_ALERT, NOP_OPTIONS):
        header = 20 + len(options)
        for length in (header, 64, 65, 200):
            name = f"IPv4, {length} octets, header of {header}"
            yield name, PPP_IPV4, ipv4(length, options)
    yield "IPv4 that ends in a zero octet, 50 octets", PPP_IPV4, ipv4(50)[:49] + b"\0"
    for length in (40, 48, 60, 63, 64, 65, 80, 81, 1280, 1500):
        yield f"IPv6, {length} octets", PPP_IPV6, ipv6(length)
    for protocol, name in ((IPCP, "IPCP"), (IPV6CP, "IPV6CP")):
        for length in (4, 10, 62):
            yield f"{name}, {length} octets", protocol, ncp(length)
    for code in range(1, 8):
        yield f"IPCP, 6 octets, code {code}", IPCP, ncp(6, code)
    for length in (63, 64, 300):
        yield f"IPCP, {length} octets, always whole", IPCP, ncp(length)


def _good_case(
    name: str, protocol: int, packet: bytes, whole: bool, keys: KeySet, place: int
) -> dict[str, Any]:
    wire_protocol, covered = cover_frame(keys, protocol, packet, whole=whole)
    return {
        "name": name,
        "protocol": f"{protocol:04x}",
        "packet": packet.hex(),
        "sender_wants_whole": whole,
        "key_set": place,
        "wire_protocol": f"{wire_protocol:04x}",
        "covered": covered.hex(),
    }


def _unsendable() -> Iterator[Packet]:
    wrong_sum = bytearray(ipv4(100))
    wrong_sum[10] ^= 1
    yield "IPv4 with a wrong header checksum", PPP_IPV4, bytes(wrong_sum)
    yield "IPv4 cut short", PPP_IPV4, ipv4(100)[:99]
    yield "short IPv4 cut shorter", PPP_IPV4, ipv4(60)[:59]
    yield "IPv4 header of 16 octets", PPP_IPV4, b"\x44" + ipv4(100)[1:]
    yield "IPv6 under IPv4's number", PPP_IPV4, ipv6(100)
    yield "IPv4 under IPv6's number", PPP_IPV6, ipv4(100)
    yield "IPv6 cut short", PPP_IPV6, ipv6(100)[:99]
    yield "NCP with a length field of 3", IPCP, b"\x01\x01\x00\x03"
    yield "NCP of more than 2048 octets with its protocol", IPCP, ncp(2047)
    yield "NCP with code 0", IPCP, ncp(10, 0)
    yield "NCP with code 8", IPCP, ncp(10, 8)
    yield "NCP cut short", IPCP, ncp(10)[:9]
    yield "CCP", 0x80FD, ncp(10)
    yield "MPLS", 0x0281, octets("mpls", 100)
    yield "Van Jacobson compressed TCP", 0x002D, octets("vj", 100)
    yield "nothing at all", PPP_IPV4, b""


def _refused_case(name: str, protocol: int, packet: bytes) -> dict[str, str]:
    try:
        cover_frame(key_set("first"), protocol, packet, whole=False)
    except FrameError as error:
        reason = error.reason.name.lower()
        return {
            "name": name,
            "protocol": f"{protocol:04x}",
            "packet": packet.hex(),
            "reason": reason,
        }
    raise AssertionError(f"{name}: not refused")


def _unreceivable(keys: KeySet) -> Iterator[Packet]:
    _, short = cover_frame(keys, PPP_IPV4, ipv4(40), whole=False)
    _, block = cover_frame(keys, PPP_IPV4, ipv4(100), whole=False)
    _, whole = cover_frame(keys, PPP_IPV4, ipv4(100), whole=True)
    yield "63 octets", PPP_COVER_BLOCK, short[:63]
    yield "nothing at all", PPP_COVER_BLOCK, b""
    yield "64 octets as whole", PPP_COVER_WHOLE, short
    yield "2049 octets as whole", PPP_COVER_WHOLE, octets("long", 2049)
    yield "block cover as whole", PPP_COVER_WHOLE, block
    yield "whole cover as block", PPP_COVER_BLOCK, whole
    yield "plain IPv4", PPP_IPV4, ipv4(100)
    yield "plain IPv6", PPP_IPV6, ipv6(100)
    yield "plain IPCP", IPCP, ncp(10)
    yield "a third key", *cover_frame(key_set("third"), PPP_IPV4, ipv4(100), whole=False)
    for at in (0, 63, 64, 99):
        yield f"whole, octet {at} changed", PPP_COVER_WHOLE, _flip(whole, at)
    for at in (0, 17, 63):
        yield f"block, octet {at} changed", PPP_COVER_BLOCK, _flip(block, at)
    yield "block, one octet more", PPP_COVER_BLOCK, block + b"\0"
    yield "whole, one octet less", PPP_COVER_WHOLE, whole[:-1]
    for name, plain in _wrong_inside():
        yield f"{name}, block", PPP_COVER_BLOCK, cover_block(keys, plain)
        if len(plain) > 64:
            yield f"{name}, whole", PPP_COVER_WHOLE, cover_whole(keys, plain)


def _flip(covered: bytes, at: int) -> bytes:
    return covered[:at] + bytes([covered[at] ^ 1]) + covered[at + 1 :]


def _wrong_inside() -> Iterator[tuple[str, bytes]]:
    """Whoever has the keys could send these; `P` as it stands under the cover."""
    filled = ipv4(40).ljust(64, b"\0")
    yield "fill not zero at its end", filled[:63] + b"\1"
    yield "fill not zero at its begin", filled[:40] + b"\1" + filled[41:]
    yield "IPv4 of 65 octets, total length 64", ipv4(64) + b"\0"
    yield "IPv4 of 64 octets, total length 65", ipv4(65)[:64]
    yield "IPv4 with total length 19", _header(ipv4(64), 2, 19)
    yield "IPv4 header of 60 octets, total length 59", _header(ipv4(64, NOP_OPTIONS), 2, 59)
    yield "IPv4 header of 16 octets", b"\x44" + ipv4(64)[1:]
    yield "IPv4 with a wrong checksum", _header(ipv4(100), 10, 0)
    yield "IPv4 with a wrong checksum in its last option", ipv4(100, NOP_OPTIONS)[:59] + bytes(41)
    yield "version 5", b"\x55" + ipv4(100)[1:]
    yield "IPv6 of 64 octets, payload length 25", ipv6(65)[:64]
    yield "IPv6 of 100 octets, payload length 0", _header(ipv6(100), 4, 0)
    yield "IPv6 of 65 octets, payload length 24", ipv6(64) + b"\0"
    yield "IPCP, length field 3", bytes.fromhex("802101070003").ljust(64, b"\0")
    yield "IPCP, length field 63 in 64 octets", b"\x80\x21" + ncp(63)[:62]
    yield "IPCP, length field 100 in 101 octets", b"\x80\x21" + ncp(100)[:99]
    yield "CCP", b"\x80\xfd" + ncp(62)
    yield "protocol 9021", b"\x90\x21" + ncp(62)
    yield "IPCP, code 0", b"\x80\x21" + ncp(62, 0)
    yield "IPCP, code 8", b"\x80\x21" + ncp(62, 8)
    yield "protocol c021", b"\xc0\x21" + ncp(62)
    yield "all zero", bytes(64)


def _header(packet: bytes, at: int, number: int) -> bytes:
    """Put a 16-bit number into an IP header, and make IPv4's checksum fit unless it is that."""
    changed = bytearray(packet)
    changed[at : at + 2] = number.to_bytes(2, "big")
    if packet[0] >> 4 == 4 and at != 10:
        header = (packet[0] & 15) * 4
        changed[10:12] = bytes(2)
        changed[10:12] = checksum(bytes(changed[:header])).to_bytes(2, "big")
    return bytes(changed)


def _discarded_case(
    first: KeySet, second: KeySet, name: str, protocol: int, covered: bytes
) -> dict[str, str]:
    try:
        uncover_frame((first, second), protocol, covered)
    except FrameError as error:
        return {
            "name": name,
            "wire_protocol": f"{protocol:04x}",
            "covered": covered.hex(),
            "reason": error.reason.name.lower(),
        }
    raise AssertionError(f"{name}: not discarded")
