# SPDX-License-Identifier: GPL-2.0-or-later
"""Rewrites a capture so that an engine without L2TP and VLAN stacks can read it."""

from __future__ import annotations

from dataclasses import replace

from pppshroud.capture.encap import Line
from pppshroud.capture.file import CaptureWriter
from pppshroud.capture.link import ETHERTYPE_IPV4, ETHERTYPE_IPV6
from pppshroud.capture.packet import LINKTYPE_ETHERNET, Packet
from pppshroud.capture.ppp import PppFrame

LINE = Line()


class Rewrapper:
    """Writes PPP packets in plain PPPoE frames and bare IP packets in Ethernet frames."""

    def __init__(self, writer: CaptureWriter) -> None:
        self.writer = writer

    def take(self, packet: Packet, frame: PppFrame | None, ip: bytes | None) -> None:
        """Write the packet; frames with neither PPP nor IP in them are left out."""
        if frame is not None:
            data = LINE.push_pppoe(frame.protocol, frame.information)
        elif ip is not None:
            ethertype = ETHERTYPE_IPV6 if ip[0] >> 4 == 6 else ETHERTYPE_IPV4
            data = LINE.destination_mac + LINE.source_mac + ethertype.to_bytes(2, "big") + ip
        else:
            return
        self.writer.write(
            replace(packet, link_type=LINKTYPE_ETHERNET, data=data, original_length=len(data))
        )
