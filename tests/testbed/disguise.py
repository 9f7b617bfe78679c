# SPDX-License-Identifier: GPL-2.0-or-later
"""Tells whether an IP packet on the wire can be a decoy (docs/decoy.md), without any key.

The testbed's own networks are private or for documentation, so that no address of theirs can be
a false one: a packet that goes uncovered always has one that gives it away.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from pppshroud.capture.checksum import checksum, transport_checksum
from pppshroud.decoy.address import in_s4, in_s6
from pppshroud.decoy.dns import read_message
from pppshroud.decoy.header import check_header
from pppshroud.decoy.layout import DNS_PORT, ICMP, TCP, UDP, Kind, Layout, read_layout
from pppshroud.decoy.options import check_options
from pppshroud.decoy.port import is_quiet
from pppshroud.decoy.unfit import DecoyError, Unfit

COVERED = 64
"""Octets of a payload that are covered whatever its length (section 7)."""
VALUES = 256
CHANCE = 1e-12
"""Probability below which a payload's octets are taken for no noise."""


def complaint(version: int, packet: bytes) -> str:
    """Why `packet`, a frame's whole information field, is no decoy of this IP version; "" when it
    can be one."""
    try:
        layout = read_layout(packet)
        if layout.version != version:
            raise DecoyError(Unfit.VERSION)
        check_header(packet, layout)
        if layout.protocol == TCP:
            check_options(packet[layout.segment + 20 : layout.payload])
        answers = dns_addresses(packet[layout.payload :]) if layout.is_dns else []
    except DecoyError as error:
        return f"an IP packet that is no decoy: {error}"
    said = [_ends_complaint(packet, part) for part in (layout, layout.quote) if part]
    said += [_address_complaint(address) for address in answers]
    said += [_checksum_complaint(packet, layout), _payload_complaint(packet, layout)]
    return next(filter(None, said), "")


def dns_addresses(message: bytes) -> list[bytes]:
    """The addresses in the answers of a DNS message; raise DecoyError if it can be no decoy's."""
    return [message[place] for place in read_message(message).addresses]


def dns_names(packet: bytes) -> list[list[bytes]]:
    """The labels of each name that a decoy of a DNS message shows; nothing for other decoys."""
    layout = read_layout(packet)
    message = packet[layout.payload :]
    runs = read_message(message).runs if layout.is_dns else []
    return [list(_labels(message[run])) for run in runs]


def _labels(run: bytes) -> Iterator[bytes]:
    while run:
        yield run[1 : 1 + run[0]]
        run = run[1 + run[0] :]


def looks_regular(octets: bytes) -> bool:
    """Whether so few values, or steps from one to the next, occur that it can not be noise."""
    steps = bytes((there - here) % VALUES for here, there in pairwise(octets))
    return any(len(set(row)) <= _few(len(row)) for row in (octets, steps))


@lru_cache
def _few(length: int) -> int:
    """The most different values that random octets have with a probability below CHANCE."""
    having = [1.0]  # by the number of different values
    for _ in range(length):
        stay = [p * k / VALUES for k, p in enumerate(having)]
        more = [p * (VALUES - k) / VALUES for k, p in enumerate(having)]
        having = [a + b for a, b in zip([*stay, 0.0], [0.0, *more], strict=True)]
    total, few = 0.0, -1
    while few + 1 < len(having) and total + having[few + 1] < CHANCE:
        few += 1
        total += having[few]
    return few if length else -1


def _ends_complaint(packet: bytes, layout: Layout) -> str:
    for at in (layout.source, layout.destination):
        if said := _address_complaint(packet[at]):
            return said
    if layout.kind is not Kind.PORTS:
        return ""
    ports = [int.from_bytes(packet[at], "big") for at in layout.ports]
    bad = [port for port in ports if not is_quiet(port)]
    if layout.protocol == UDP and bad == [DNS_PORT]:
        return ""
    return f"port {bad[0]}, which can not be a false one" if bad else ""


def _address_complaint(address: bytes) -> str:
    false = (in_s4 if len(address) == 4 else in_s6)(int.from_bytes(address, "big"))
    return "" if false else f"the address {address.hex()}, which can not be a false one"


def _checksum_complaint(packet: bytes, layout: Layout) -> str:
    segment = packet[layout.segment :]
    if layout.protocol == UDP and layout.version == 4 and not any(packet[layout.checksum]):
        return ""
    ends = packet[layout.source], packet[layout.destination]
    if layout.protocol == ICMP:
        left = checksum(segment)
    else:
        left = transport_checksum(*ends, layout.protocol, segment)
    return "a transport checksum that is wrong" if left else ""


def _payload_complaint(packet: bytes, layout: Layout) -> str:
    content = layout.content
    if content.is_dns:
        return ""
    shown = packet[content.payload : min(content.end, content.payload + COVERED)]
    return f"a payload in clear: {shown[:16].hex()}..." if looks_regular(shown) else ""
