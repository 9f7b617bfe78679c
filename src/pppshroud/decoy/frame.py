# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames of mode decoy: decoys and noise. docs/decoy.md section 2."""

from __future__ import annotations

from collections.abc import Sequence

from pppshroud.decoy.keys import SideKeys
from pppshroud.decoy.packet import pull_decoy, pull_phase, push_decoy
from pppshroud.decoy.unfit import DecoyError, Unfit
from pppshroud.frame import cover_frame, uncover_frame
from pppshroud.inner import NCPS, FrameError, Reject, pull_packet, push_packet
from pppshroud.wire import (
    PPP_COVER_BLOCK,
    PPP_COVER_WHOLE,
    PPP_IPV4,
    PPP_IPV6,
    PPP_NOISE_BLOCK,
    PPP_NOISE_WHOLE,
)

NOISE = {PPP_COVER_BLOCK: PPP_NOISE_BLOCK, PPP_COVER_WHOLE: PPP_NOISE_WHOLE}
UNDER_NOISE = {noise: cover for cover, noise in NOISE.items()}
VERSIONS = {PPP_IPV4: 4, PPP_IPV6: 6}


def cover_decoy_frame(
    keys: SideKeys, protocol: int, packet: bytes, *, whole: bool
) -> tuple[int, bytes]:
    """Return the protocol number on the wire and the information field.

    A packet that has no decoy goes as noise. `packet` may have PPP padding behind it; `whole`
    is the wish of the sender's rule. Raise FrameError for a packet that has to be discarded.
    """
    if protocol not in NCPS:
        bare = pull_packet(push_packet(protocol, packet))[1]
        try:
            return protocol, push_decoy(keys, bare, whole=whole)
        except DecoyError:
            pass
    wire, covered = cover_frame(keys.noise, protocol, packet, whole=whole)
    return NOISE[wire], covered


def uncover_decoy_frame(
    receivers: Sequence[SideKeys], protocol: int, covered: bytes
) -> tuple[int, bytes, int]:
    """Return protocol number, packet, and the place (from 0) of the keys that fit.

    Raise DecoyError for a frame of an IP protocol that is no decoy, FrameError for noise that
    is none.
    """
    if protocol in UNDER_NOISE:
        return uncover_frame([keys.noise for keys in receivers], UNDER_NOISE[protocol], covered)
    if protocol not in VERSIONS:
        raise FrameError(Reject.PLAIN)
    if not covered or covered[0] >> 4 != VERSIONS[protocol]:
        raise DecoyError(Unfit.VERSION)
    phase = pull_phase(covered)
    for place, keys in enumerate(receivers):
        if keys.phase == phase:
            return protocol, pull_decoy(keys, covered), place
    raise DecoyError(Unfit.PHASE)


def is_noise(protocol: int) -> bool:
    """Return whether a frame on the wire is noise."""
    return protocol in UNDER_NOISE
