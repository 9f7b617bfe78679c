# SPDX-License-Identifier: GPL-2.0-or-later
"""Covered frames: the PPP protocol field and what follows it. Protocol sections 6.2 and 6.6."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pppshroud.cover import KeySet, cover_block, cover_whole, uncover_block, uncover_whole
from pppshroud.inner import FrameError, Reject, pull_packet, push_packet
from pppshroud.wire import (
    BLOCK_LEN,
    PPP_COVER_BLOCK,
    PPP_COVER_WHOLE,
    PPP_NCP_FIRST,
    WHOLE_MAX,
)


def cover_frame(keys: KeySet, protocol: int, packet: bytes, *, whole: bool) -> tuple[int, bytes]:
    """Return the protocol number on the wire and the covered packet.

    `packet` is the information field without PPP padding. An NCP packet of more than 64
    octets has whole-packet cover whatever `whole` says, one of 64 octets never has.
    Raise FrameError for a packet that has to be discarded.
    """
    filled = push_packet(protocol, packet)
    if len(filled) > BLOCK_LEN and (whole or protocol >= PPP_NCP_FIRST):
        if len(filled) > WHOLE_MAX:
            raise FrameError(Reject.LONG)
        return PPP_COVER_WHOLE, cover_whole(keys, filled)
    return PPP_COVER_BLOCK, cover_block(keys, filled)


def uncover_frame(
    key_sets: Iterable[KeySet], protocol: int, covered: bytes
) -> tuple[int, bytes, int]:
    """Return protocol number, packet, and the place (from 0) of the key set that fits.

    Raise FrameError, with the reason of the first key set, if none fits.
    """
    uncover = _choose(protocol, len(covered))
    first_error = None
    for place, keys in enumerate(key_sets):
        try:
            return *pull_packet(uncover(keys, covered)), place
        except FrameError as error:
            first_error = first_error or error
    raise first_error or FrameError(Reject.PLAIN)


def _choose(protocol: int, length: int) -> Callable[[KeySet, bytes], bytes]:
    if protocol == PPP_COVER_BLOCK:
        if length < BLOCK_LEN:
            raise FrameError(Reject.SHORT)
        return uncover_block
    if protocol == PPP_COVER_WHOLE:
        if length <= BLOCK_LEN:
            raise FrameError(Reject.SHORT)
        if length > WHOLE_MAX:
            raise FrameError(Reject.LONG)
        return uncover_whole
    raise FrameError(Reject.PLAIN)
