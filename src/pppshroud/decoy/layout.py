# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a packet's fields are: docs/decoy.md sections 5, 6 and 9.

A packet and its decoy have the same layout: it follows from fields that stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

from pppshroud.decoy.unfit import DecoyError, Unfit
from pppshroud.inner import IPV4_HEADER, IPV6_HEADER

ICMP, TCP, UDP, ICMPV6 = 1, 6, 17, 58
TRANSPORTS = {4: (ICMP, TCP, UDP), 6: (ICMPV6, TCP, UDP)}
CHECKSUM_AT = {ICMP: 2, ICMPV6: 2, TCP: 16, UDP: 6}
ECHOES = {ICMP: (8, 0), ICMPV6: (128, 129)}
ERRORS = {ICMP: (3, 11), ICMPV6: (1, 2, 3)}
TCP_HEADER = 20
SMALL_HEADER = 8  # of UDP and ICMP
FRAGMENT = 0x3FFF  # more fragments, and the offset
DNS_PORT = 53


class Kind(Enum):
    """What is behind the IP header."""

    PORTS = auto()  # TCP and UDP
    ECHO = auto()
    ERROR = auto()


@dataclass(frozen=True)
class Layout:
    """One IP packet within a buffer; all numbers are offsets from the buffer's start."""

    start: int
    version: int
    protocol: int
    segment: int  # where the transport header is
    payload: int
    end: int
    kind: Kind = Kind.PORTS
    is_dns: bool = False
    quote: Layout | None = None

    @property
    def source(self) -> slice:
        """The source address."""
        return slice(self.start + 12, self.start + 16) if self.version == 4 else self._six(8)

    @property
    def destination(self) -> slice:
        """The destination address."""
        return slice(self.start + 16, self.start + 20) if self.version == 4 else self._six(24)

    def _six(self, at: int) -> slice:
        return slice(self.start + at, self.start + at + 16)

    @property
    def ports(self) -> tuple[slice, slice]:
        """Source and destination port."""
        at = self.segment
        return slice(at, at + 2), slice(at + 2, at + 4)

    @property
    def checksum(self) -> slice:
        """The transport checksum."""
        at = self.segment + CHECKSUM_AT[self.protocol]
        return slice(at, at + 2)

    @property
    def content(self) -> Layout:
        """The packet whose payload is covered: the quoted one if there is one."""
        return self.quote or self


def read_layout(data: bytes, start: int = 0) -> Layout:
    """Parse an IP packet that fills `data` from `start` on; raise DecoyError."""
    version = data[start] >> 4 if len(data) > start else 0
    if version == 4:
        return _read_transport(data, _read_ipv4(data, start))
    if version == 6:
        return _read_transport(data, _read_ipv6(data, start))
    raise DecoyError(Unfit.VERSION)


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "big")


def _need(condition: bool, reason: Unfit) -> None:
    if not condition:
        raise DecoyError(reason)


def _read_ipv4(data: bytes, start: int) -> Layout:
    length = len(data) - start
    _need(length >= IPV4_HEADER, Unfit.LENGTH)
    _need(data[start] & 0x0F == 5, Unfit.OPTIONS)
    _need(_number(data, start + 2) == length, Unfit.LENGTH)
    _need(not _number(data, start + 6) & FRAGMENT, Unfit.FRAGMENT)
    return Layout(start, 4, data[start + 9], start + IPV4_HEADER, 0, len(data))


def _read_ipv6(data: bytes, start: int) -> Layout:
    length = len(data) - start
    _need(length >= IPV6_HEADER, Unfit.LENGTH)
    _need(IPV6_HEADER + _number(data, start + 4) == length, Unfit.LENGTH)
    return Layout(start, 6, data[start + 6], start + IPV6_HEADER, 0, len(data))


def _read_transport(data: bytes, ip: Layout) -> Layout:
    _need(ip.protocol in TRANSPORTS[ip.version], Unfit.PROTOCOL)
    length = ip.end - ip.segment
    _need(length >= (TCP_HEADER if ip.protocol == TCP else SMALL_HEADER), Unfit.LENGTH)
    if ip.protocol == TCP:
        offset = data[ip.segment + 12] >> 4 << 2
        _need(TCP_HEADER <= offset <= length, Unfit.TCP_OFFSET)
        return replace(ip, payload=ip.segment + offset)
    small = replace(ip, payload=ip.segment + SMALL_HEADER)
    return _read_udp(data, small) if ip.protocol == UDP else _read_icmp(data, small)


def _read_udp(data: bytes, udp: Layout) -> Layout:
    _need(_number(data, udp.segment + 4) == udp.end - udp.segment, Unfit.LENGTH)
    ports = {_number(data, at.start) for at in udp.ports}
    return replace(udp, is_dns=DNS_PORT in ports and udp.payload < udp.end)


def _read_icmp(data: bytes, icmp: Layout) -> Layout:
    kind, code = data[icmp.segment : icmp.segment + 2]
    if kind in ECHOES[icmp.protocol] and code == 0:
        return replace(icmp, kind=Kind.ECHO)
    _need(kind in ERRORS[icmp.protocol] and icmp.start == 0, Unfit.ICMP)
    try:
        quote = read_layout(data, icmp.payload)
    except DecoyError as error:
        raise DecoyError(Unfit.QUOTE) from error
    fits = quote.version == icmp.version and quote.kind is not Kind.ERROR and not quote.is_dns
    _need(fits, Unfit.QUOTE)
    return replace(icmp, kind=Kind.ERROR, quote=quote)
