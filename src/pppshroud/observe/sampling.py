# SPDX-License-Identifier: GPL-2.0-or-later
"""The engine that sees one packet in a thousand, as a router's flow export with sampling does."""

from __future__ import annotations

from pathlib import Path

from pppshroud.capture.file import CaptureWriter
from pppshroud.capture.packet import Packet
from pppshroud.capture.ppp import PPP_IPV4, PPP_IPV6, PppFrame
from pppshroud.observe import tshark
from pppshroud.observe.engine import Result
from pppshroud.observe.rewrap import Rewrapper

RATE = 1000
FIRST = RATE // 2
"""Which packet of the first thousand is taken: the middle one, as good as any."""
NOTE = f"one PPP packet of IP in {RATE:,}, in a plain PPPoE frame, was given to tshark"


class Sampler:
    """Writes every RATE-th packet of IP, whatever it has become under a cover."""

    def __init__(self, writer: CaptureWriter) -> None:
        self.rewrapper = Rewrapper(writer)
        self.number = 0

    def take(self, packet: Packet, frame: PppFrame | None, ip: bytes | None) -> None:
        """Count one packet, and write it if it is its turn."""
        if ip is None and (frame is None or frame.protocol not in (PPP_IPV4, PPP_IPV6)):
            return
        if self.number % RATE == FIRST:
            self.rewrapper.take(packet, frame, ip)
        self.number += 1


def run(sample: Path, timeout: float) -> Result:
    """Return what tshark makes of a Sampler's file."""
    result = tshark.run(sample, 0, timeout)
    result.engine, result.note = "sampling", NOTE
    for record in result.records:
        record.engine = result.engine
    return result
