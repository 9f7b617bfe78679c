# SPDX-License-Identifier: GPL-2.0-or-later
"""A packet to its decoy and back: docs/decoy.md section 10."""

from __future__ import annotations

from pppshroud.decoy.address import turn_address
from pppshroud.decoy.dns import turn_message
from pppshroud.decoy.header import (
    Flags,
    check_header,
    drop_flags,
    finish_header,
    pull_flags,
    push_flags,
)
from pppshroud.decoy.keys import CommonKeys, SideKeys
from pppshroud.decoy.layout import DNS_PORT, TCP, UDP, Kind, Layout, read_layout
from pppshroud.decoy.notice import looks_broken
from pppshroud.decoy.options import check_options
from pppshroud.decoy.payload import WHOLE, turn_payload
from pppshroud.decoy.port import turn_port
from pppshroud.decoy.residue import (
    check_checksum,
    check_quoted_header,
    update_checksum,
    update_quoted_header,
)
from pppshroud.decoy.unfit import DecoyError, Unfit

TAG_LEN = 4
RESPONSE = 0x80  # of a DNS header's third octet


def push_decoy(keys: SideKeys, packet: bytes, *, whole: bool) -> bytes:
    """Return the decoy of an IP packet without PPP padding; raise DecoyError if it has none.

    `whole` asks for whole cover of the payload, which it gets if it has 65 to 2048 octets
    and is not DNS.
    """
    layout = read_layout(packet)
    check_header(packet, layout)
    _check_written(packet, layout)
    for part in _parts(layout):
        if part.protocol == TCP:
            check_options(packet[part.segment + 20 : part.payload])
    flags = Flags(keys.phase, whole and _may_be_whole(layout))
    data = bytearray(packet)
    for part in _parts(layout):
        _hide_ends(keys.common, data, part)
    push_flags(data, layout, flags)
    _turn_content(keys, data, layout.content, flags.whole, inverse=False)
    if layout.protocol == UDP and not layout.is_dns and looks_broken(data[layout.payload :]):
        raise DecoyError(Unfit.NOTICEABLE)
    _finish(data, packet, layout)
    return bytes(data)


def pull_phase(decoy: bytes) -> int:
    """Return the phase of the keys that a decoy was made with; raise DecoyError if it is none."""
    return pull_flags(decoy, read_layout(decoy)).phase


def pull_decoy(keys: SideKeys, decoy: bytes) -> bytes:
    """Return the packet that a decoy was made of; raise DecoyError if it is none."""
    layout = read_layout(decoy)
    check_header(decoy, layout)
    _check_written(decoy, layout)
    flags = pull_flags(decoy, layout)
    if flags.whole and not _may_be_whole(layout):
        raise DecoyError(Unfit.WHOLE)
    data = bytearray(decoy)
    _turn_content(keys, data, layout.content, flags.whole, inverse=True)
    for part in _parts(layout):
        _show_ends(keys.common, data, part)
    drop_flags(data, layout)
    _finish(data, decoy, layout)
    return bytes(data)


def _parts(layout: Layout) -> tuple[Layout, ...]:
    """The packet, and the one that it quotes."""
    return (layout, layout.quote) if layout.quote else (layout,)


def _check_written(data: bytes, layout: Layout) -> None:
    for part in _parts(layout):
        check_checksum(data, part)
    if layout.quote:
        check_quoted_header(data, layout.quote)


def _may_be_whole(layout: Layout) -> bool:
    content = layout.content
    return content.end - content.payload in WHOLE and not content.is_dns


def _hide_ends(keys: CommonKeys, data: bytearray, layout: Layout) -> None:
    """Addresses first: ports are permuted under the false ones."""
    for at in (layout.source, layout.destination):
        data[at] = turn_address(keys, bytes(data[at]))
    _turn_ports(keys, data, layout, inverse=False)


def _show_ends(keys: CommonKeys, data: bytearray, layout: Layout) -> None:
    _turn_ports(keys, data, layout, inverse=True)
    for at in (layout.source, layout.destination):
        data[at] = turn_address(keys, bytes(data[at]), inverse=True)


def _turn_ports(keys: CommonKeys, data: bytearray, layout: Layout, *, inverse: bool) -> None:
    if layout.kind is not Kind.PORTS:
        return
    for at, address in zip(layout.ports, (layout.source, layout.destination), strict=True):
        port = int.from_bytes(data[at], "big")
        if layout.protocol != UDP or port != DNS_PORT:
            tag = bytes(data[address][-TAG_LEN:])
            data[at] = turn_port(keys, port, tag, inverse=inverse).to_bytes(2, "big")


def _turn_content(
    keys: SideKeys, data: bytearray, layout: Layout, whole: bool, *, inverse: bool
) -> None:
    """Turn the payload; all before it is as in the decoy."""
    at = slice(layout.payload, layout.end)
    payload = bytes(data[at])
    if layout.is_dns:
        data[at] = turn_message(keys.common, _dns_ends(data, layout), payload, inverse=inverse)
    else:
        tweak = _tweak(data, layout)
        data[at] = turn_payload(keys, tweak, payload, whole=whole, inverse=inverse)


def _tags(data: bytearray, layout: Layout) -> tuple[bytes, bytes]:
    return bytes(data[layout.source][-TAG_LEN:]), bytes(data[layout.destination][-TAG_LEN:])


def _tweak(data: bytearray, layout: Layout) -> bytes:
    """T of section 7."""
    first = bytes(data[layout.segment : layout.segment + 4])
    last = bytes(data[layout.segment + 4 : layout.segment + 8])
    if layout.kind is Kind.ECHO:
        first = first[:2] + bytes(2)
    elif layout.protocol == UDP:
        last = bytes(4)
        if layout.version == 4:
            last = bytes(2) + bytes(data[layout.start + 4 : layout.start + 6])
    return b"".join(_tags(data, layout)) + first + last


def _dns_ends(data: bytearray, layout: Layout) -> bytes:
    """The first 10 octets of D of section 8: client, server, the client's port."""
    source, destination = _tags(data, layout)
    ports = [bytes(data[at]) for at in layout.ports]
    if layout.end - layout.payload > 2 and data[layout.payload + 2] & RESPONSE:
        return destination + source + ports[1]
    return source + destination + ports[0]


def _finish(data: bytearray, before: bytes, layout: Layout) -> None:
    """All checksums, the quoted packet's first: the others count them."""
    if layout.quote:
        update_quoted_header(data, before, layout.quote)
        update_checksum(data, before, layout.quote)
    update_checksum(data, before, layout)
    finish_header(data, layout)
