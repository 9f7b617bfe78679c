# SPDX-License-Identifier: GPL-2.0-or-later
"""Covered frames: the PPP protocol field and what follows it. Protocol sections 6.2 and 6.6."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pppshroud.cover import KeySet, cover_block, cover_whole, uncover_block, uncover_whole
from pppshroud.inner import NCPS, FrameError, Reject, pull_packet, push_packet
from pppshroud.wire import (
    BLOCK_LEN,
    PPP_COVER_BLOCK,
    PPP_COVER_WHOLE,
    WHOLE_MAX,
)


def cover_frame(keys: KeySet, protocol: int, packet: bytes, *, whole: bool) -> tuple[int, bytes]:
    """Return the protocol number on the wire and the covered packet.

    `packet` is the information field; PPP padding behind the packet is cut off. A longer
    NCP packet is covered whole whatever `whole` says, a packet of at most 64 or more than
    2048 octets never is. Raise FrameError for a packet that has to be discarded.
    """
    filled = push_packet(protocol, packet)
    if len(filled) > WHOLE_MAX and protocol in NCPS:
        raise FrameError(Reject.LONG)
    if BLOCK_LEN < len(filled) <= WHOLE_MAX and (whole or protocol in NCPS):
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
