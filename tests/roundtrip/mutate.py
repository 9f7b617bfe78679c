# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets made from others: fields and octets changed, cut, lengthened, and mostly set right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from pppshroud.capture.checksum import checksum, transport_checksum
from pppshroud.decoy.layout import CHECKSUM_AT, ICMP, ICMPV6, TCP, UDP
from pppshroud.vectors.material import ncp
from pppshroud.wire import PPP_IPCP, PPP_IPV4, PPP_IPV6, PPP_IPV6CP, PPP_LCP, PPP_PAP

from .session import Packet

IPV4_HEADER, IPV6_HEADER, SMALL_HEADER = 20, 40, 8
LONGEST = 2300
"""Octets: a packet longer than the longest that is covered whole, short enough for a test run."""
FLOWS = 3
BUSY_SHARE = 0.4
TCP_HEADER = 20
PORTS = (0, 53, 80, 123, 443, 443, 443, 1701, 3478, 5060, 6881, 8080, 40001, 65535)
PROTOCOLS = (TCP, UDP, ICMP, ICMPV6, 47, 50, 0, 44)
TTLS = (1, 63, 64, 65, 95, 96, 127, 128, 224, 225, 255)
FIRSTS4 = (10, 19, 53, 93, 100, 127, 172, 192, 203, 224)
FIRSTS6 = ("2001", "2003", "2400", "2603", "2a00", "2c0f", "2620", "263f", "fe80", "fd00", "0064")
OTHER_PROTOCOLS = (0x0023, 0x0053, 0x0055, 0x8025, 0x80FD, 0xC025, 0xC223, 0xC227)


def packets(rng: Random, pool: Sequence[bytes], count: int) -> list[Packet]:
    """Return packets to be sent, made from IP packets of the pool; a few are no IP packets.

    Some flows have enough of them to become bulk.
    """
    busy = rng.sample(pool, FLOWS)
    return [
        _next(rng, rng.choice(busy))
        if rng.random() < BUSY_SHARE
        else _packet(rng, rng.choice(rng.choice((pool, busy))))
        for _ in range(count)
    ]


def _next(rng: Random, data: bytes) -> Packet:
    """Another packet of the flow, with other content, mostly of TCP."""
    changed = bytearray(data[: _segment(data) + TCP_HEADER])
    at = _segment(data)
    if len(changed) == at + TCP_HEADER and _carried(changed) == TCP:
        changed[at + 4 : at + 12] = rng.randbytes(8)
        changed[at + 12] = 5 << 4
    changed += rng.randbytes(rng.choice((0, 0, 63, 64, 100, rng.randrange(64, 1453))))
    mend(rng, changed)
    return Packet(_protocol(changed), bytes(changed))


def _packet(rng: Random, data: bytes) -> Packet:
    chance = rng.random()
    if chance < 0.02:
        return _link_packet(rng)
    if chance < 0.2:
        return Packet(_protocol(data), data)
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 3))):
        rng.choice(CHANGES)(rng, changed)
    del changed[LONGEST:]
    if rng.random() < 0.9:
        mend(rng, changed)
    if rng.random() < 0.05:
        changed += bytes(rng.randrange(40))  # PPP padding
    protocol = _protocol(changed) if rng.random() < 0.995 else rng.choice(OTHER_PROTOCOLS)
    missing = rng.randrange(1, 4) if rng.random() < 0.01 and len(changed) > IPV6_HEADER else 0
    return Packet(protocol, bytes(changed), missing)


def _link_packet(rng: Random) -> Packet:
    length = rng.choice((4, 10, 40, 61, 62, 63, 64, 100, 1400, 2046, 2047))
    protocol = rng.choice((PPP_IPCP, PPP_IPV6CP, PPP_LCP, PPP_PAP))
    return Packet(protocol, ncp(length, rng.randrange(12)) + bytes(rng.randrange(3)))


def _protocol(data: bytes | bytearray) -> int:
    return PPP_IPV6 if data and data[0] >> 4 == 6 else PPP_IPV4


def _flip(rng: Random, data: bytearray) -> None:
    if data:
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _flip_header(rng: Random, data: bytearray) -> None:
    if data:
        data[rng.randrange(min(len(data), 80))] = rng.randrange(256)


def _fill(rng: Random, data: bytearray) -> None:
    """New content, so that flows whose packets look like one another do not stay so."""
    start = rng.randrange(IPV6_HEADER, 100)
    data[start:] = rng.randbytes(max(0, len(data) - start))


def _resize(rng: Random, data: bytearray) -> None:
    length = rng.choice((rng.randrange(20, 150), rng.randrange(20, LONGEST)))
    data[length:] = rng.randbytes(max(0, length - len(data)))


def _move(rng: Random, data: bytearray) -> None:
    """Other addresses."""
    if _protocol(data) == PPP_IPV4:
        at = rng.choice((12, 16))
        data[at : at + 4] = bytes([rng.choice(FIRSTS4)]) + rng.randbytes(3)
    else:
        at = rng.choice((8, 24))
        data[at : at + 16] = bytes.fromhex(rng.choice(FIRSTS6)) + rng.randbytes(14)


def _move_port(rng: Random, data: bytearray) -> None:
    at = _segment(data) + rng.choice((0, 2))
    port = rng.choice(PORTS) if rng.random() < 0.5 else rng.randrange(65536)
    data[at : at + 2] = port.to_bytes(2, "big")


def _age(rng: Random, data: bytearray) -> None:
    """Another time-to-live and traffic class."""
    four = _protocol(data) == PPP_IPV4
    data[8 if four else 7 : 9 if four else 8] = bytes([rng.choice(TTLS)])
    data[1:2] = bytes([rng.randrange(256)])


def _carry(rng: Random, data: bytearray) -> None:
    four = _protocol(data) == PPP_IPV4
    data[9 if four else 6 : 10 if four else 7] = bytes([rng.choice(PROTOCOLS)])


def _quote(rng: Random, data: bytearray) -> None:
    """Make it an ICMP error that quotes the packet as it was."""
    quoted = bytes(data[: rng.choice((LONGEST, LONGEST, 28, 60))])
    if _protocol(data) == PPP_IPV4:
        head = data[:9] + bytes([ICMP]) + data[10:IPV4_HEADER]
        kind = rng.choice((3, 11, 5))
    else:
        head = data[:6] + bytes([ICMPV6]) + data[7:IPV6_HEADER]
        kind = rng.choice((1, 2, 3, 4))
    data[:] = head + bytes([kind, rng.randrange(4)]) + bytes(6) + quoted


CHANGES: tuple[Callable[[Random, bytearray], None], ...] = (
    _flip, _flip, _flip_header, _fill, _fill, _resize, _move, _move, _move_port, _move_port, _age,
    _carry, _quote,
)  # fmt: skip


def _segment(data: bytes | bytearray) -> int:
    return IPV4_HEADER if _protocol(data) == PPP_IPV4 else IPV6_HEADER


def _carried(data: bytes | bytearray) -> int:
    """The protocol behind the header, which is long enough."""
    return data[9] if _protocol(data) == PPP_IPV4 else data[6]


def mend(rng: Random, data: bytearray) -> None:
    """Set lengths right, and most times checksums, of what is long enough."""
    at = _segment(data)
    if len(data) < at + SMALL_HEADER:
        return
    if at == IPV4_HEADER:
        data[0] = 0x45
        data[2:4] = len(data).to_bytes(2, "big")
    else:
        data[4:6] = (len(data) - at).to_bytes(2, "big")
    kind = _carried(data)
    if kind == UDP:
        data[at + 4 : at + 6] = (len(data) - at).to_bytes(2, "big")
    if rng.random() < 0.5:
        _sum_up(data, at, kind)
    if rng.random() < 0.95:
        mend_header(data)


def mend_header(data: bytearray) -> None:
    """Set the checksum of an IPv4 header right."""
    if _protocol(data) == PPP_IPV4 and len(data) >= IPV4_HEADER:
        data[10:12] = bytes(2)
        data[10:12] = checksum(bytes(data[:IPV4_HEADER])).to_bytes(2, "big")


def _sum_up(data: bytearray, at: int, kind: int) -> None:
    where = at + CHECKSUM_AT.get(kind, len(data))
    if where + 2 > len(data):
        return
    data[where : where + 2] = bytes(2)
    ends = (data[12:16], data[16:20]) if at == IPV4_HEADER else (data[8:24], data[24:40])
    segment = bytes(data[at:])
    if kind == ICMP:
        value = checksum(segment)
    else:
        value = transport_checksum(bytes(ends[0]), bytes(ends[1]), kind, segment)
    data[where : where + 2] = (value or 0xFFFF * (kind == UDP)).to_bytes(2, "big")


def damaged(rng: Random, packet: Packet) -> Packet:
    """Return what a carrier might make of a covered packet; often one that still parses."""
    data = bytearray(packet.information)
    rng.choice((_flip, _flip, _flip, _flip_header, _resize, _age, _move, _move_port))(rng, data)
    chance = rng.random()
    if chance < 0.3:
        mend(rng, data)
    elif chance < 0.7:
        mend_header(data)
    protocol = packet.protocol
    if rng.random() < 0.05:
        protocol = rng.choice((PPP_IPV4, PPP_IPV6, PPP_IPCP, PPP_LCP, *OTHER_PROTOCOLS))
    missing = rng.randrange(1, 4) if rng.random() < 0.01 and len(data) > IPV6_HEADER else 0
    return Packet(protocol, bytes(data), missing)
