# SPDX-License-Identifier: GPL-2.0-or-later
"""Checksums updated as residues modulo 65535: docs/decoy.md section 5.4."""

from __future__ import annotations

from pppshroud.decoy.layout import ICMP, UDP, Layout
from pppshroud.decoy.unfit import DecoyError, Unfit

MODULUS = 0xFFFF
NONE = bytes(2)  # of UDP over IPv4


def check_checksum(data: bytes, layout: Layout) -> None:
    """Raise DecoyError for the other way to write the residue 0."""
    value = int.from_bytes(data[layout.checksum], "big")
    never = 0 if layout.protocol == UDP else MODULUS
    if value == never and not (layout.protocol == UDP and layout.version == 4):
        raise DecoyError(Unfit.CHECKSUM)


def update_checksum(data: bytearray, before: bytes, layout: Layout) -> None:
    """Bring the transport checksum in line with what has changed since `before`."""
    old = before[layout.checksum]
    if layout.protocol == UDP and old == NONE:
        return
    value = int.from_bytes(old, "big") + _sum(before, layout) - _sum(data, layout)
    zero = MODULUS if layout.protocol == UDP else 0
    data[layout.checksum] = (value % MODULUS or zero).to_bytes(2, "big")


def update_quoted_header(data: bytearray, before: bytes, quote: Layout) -> None:
    """The same for the IPv4 header of a quoted packet."""
    if quote.version == 4:
        at = slice(quote.start + 10, quote.start + 12)
        addresses = slice(quote.start + 12, quote.start + 20)
        value = int.from_bytes(before[at], "big")
        value += _words(before[addresses]) - _words(data[addresses])
        data[at] = (value % MODULUS).to_bytes(2, "big")


def check_quoted_header(data: bytes, quote: Layout) -> None:
    """Raise DecoyError for a header checksum that could not be restored."""
    if quote.version == 4 and data[quote.start + 10 : quote.start + 12] == b"\xff\xff":
        raise DecoyError(Unfit.QUOTE)


def _sum(data: bytes | bytearray, layout: Layout) -> int:
    """All that the checksum counts and that may change, without the checksum itself."""
    at = layout.checksum
    total = _words(data[layout.segment : at.start]) + _words(data[at.stop : layout.end])
    if layout.protocol != ICMP:  # which has no pseudo-header
        total += _words(data[layout.source]) + _words(data[layout.destination])
    return total


def _words(data: bytes | bytearray) -> int:
    """The sum of words modulo 65535, as 2^16 leaves 1."""
    return int.from_bytes(data + bytes(len(data) % 2), "big") % MODULUS
