# SPDX-License-Identifier: GPL-2.0-or-later
"""How much of a line in mode decoy are decoys, and how much is noise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pppshroud.capture.file import open_capture
from pppshroud.capture.ppp import find_ppp
from pppshroud.wire import PPP_IPV4, PPP_IPV6, PPP_NOISE_BLOCK, PPP_NOISE_WHOLE

from .line import DECOY
from .play import Play


@dataclass
class Frames:
    """Of one use case over one line."""

    use_case: str
    encapsulation: str
    decoys: int = 0
    noise: int = 0
    """What no decoy can represent, as a frame of mode head."""


def count_frames(plays: Iterable[Play]) -> list[Frames]:
    """Count those of all lines in mode decoy."""
    return [_count(play) for play in plays if play.mode == DECOY]


def _count(play: Play) -> Frames:
    frames = Frames(play.case.name, play.encapsulation)
    with open_capture(play.capture) as reader:
        for packet in reader:
            frame = find_ppp(packet.link_type, packet.data)
            protocol = None if frame is None else frame.protocol
            frames.decoys += protocol in (PPP_IPV4, PPP_IPV6)
            frames.noise += protocol in (PPP_NOISE_BLOCK, PPP_NOISE_WHOLE)
    return frames
