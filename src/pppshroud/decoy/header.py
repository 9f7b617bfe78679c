# SPDX-License-Identifier: GPL-2.0-or-later
"""The IP header's flags and checksum: docs/decoy.md sections 5.1 and 5.3."""

from __future__ import annotations

from dataclasses import dataclass

from pppshroud.capture.checksum import checksum
from pppshroud.decoy.layout import Layout
from pppshroud.decoy.unfit import DecoyError, Unfit
from pppshroud.inner import IPV4_HEADER

TTL_SWAP = 160
TTL_SWAPPED = (range(65, 96), range(225, 256))
DSCP_SWAP = {1: 50, 50: 1, 45: 62, 62: 45}
PHASE = 0x80
NEVER = 0xFFFF  # what a header checksum is never written as


@dataclass(frozen=True)
class Flags:
    """What a decoy's header tells its receiver."""

    phase: int
    whole: bool


def push_flags(data: bytearray, layout: Layout, flags: Flags) -> None:
    """Put the flags in; raise DecoyError if the header has no place for them."""
    ttl, dscp = _swap_ttl(_pull_ttl(data, layout)), _pull_dscp(data, layout)
    dscp = DSCP_SWAP.get(dscp, dscp)
    if ttl >= PHASE:
        raise DecoyError(Unfit.TTL)
    if dscp % 2:
        raise DecoyError(Unfit.DSCP)
    _push(data, layout, ttl | PHASE * flags.phase, dscp | flags.whole)


def pull_flags(data: bytes | bytearray, layout: Layout) -> Flags:
    """Return the flags of a decoy."""
    return Flags(_pull_ttl(data, layout) // PHASE, _pull_dscp(data, layout) % 2 == 1)


def drop_flags(data: bytearray, layout: Layout) -> None:
    """Restore time-to-live and DSCP."""
    ttl, dscp = _pull_ttl(data, layout) % PHASE, _pull_dscp(data, layout) & ~1
    _push(data, layout, _swap_ttl(ttl), DSCP_SWAP.get(dscp, dscp))


def check_header(data: bytes, layout: Layout) -> None:
    """Raise DecoyError if the IPv4 header checksum is not what it has to be."""
    if layout.version == 4:
        header = data[:IPV4_HEADER]
        written = header[10:12]
        if written != checksum(header[:10] + bytes(2) + header[12:]).to_bytes(2, "big"):
            raise DecoyError(Unfit.HEADER_CHECKSUM)


def finish_header(data: bytearray, layout: Layout) -> None:
    """Compute the IPv4 header checksum anew."""
    if layout.version == 4:
        data[10:12] = bytes(2)
        data[10:12] = checksum(bytes(data[:IPV4_HEADER])).to_bytes(2, "big")


def _swap_ttl(ttl: int) -> int:
    return ttl ^ TTL_SWAP if any(ttl in swapped for swapped in TTL_SWAPPED) else ttl


def _pull_ttl(data: bytes | bytearray, layout: Layout) -> int:
    return data[8] if layout.version == 4 else data[7]


def _pull_dscp(data: bytes | bytearray, layout: Layout) -> int:
    if layout.version == 4:
        return data[1] >> 2
    return int.from_bytes(data[:2], "big") >> 6 & 0x3F


def _push(data: bytearray, layout: Layout, ttl: int, dscp: int) -> None:
    if layout.version == 4:
        data[8] = ttl
        data[1] = dscp << 2 | data[1] & 0x03
    else:
        data[7] = ttl
        word = int.from_bytes(data[:2], "big") & ~(0x3F << 6) | dscp << 6
        data[:2] = word.to_bytes(2, "big")
