# SPDX-License-Identifier: GPL-2.0-or-later
"""Puts IP packets on a PPP line: builds PPPoE and L2TP frames from nothing."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from pppshroud.capture.checksum import checksum
from pppshroud.capture.link import ETHERTYPE_IPV4, ETHERTYPE_PPPOE_SESSION
from pppshroud.capture.ppp import L2TP_PORT, PPP_ADDRESS_CONTROL
from pppshroud.errors import DecodeError


@dataclass(frozen=True, slots=True)
class Line:
    """One direction of a PPP line. The addresses default to documentation ones."""

    source_mac: bytes = bytes.fromhex("00005e005301")  # RFC 7042 section 2.1.1
    destination_mac: bytes = bytes.fromhex("00005e005302")
    session: int = 1
    tunnel: int = 1  # L2TP only
    source_ip: bytes = bytes((192, 0, 2, 1))  # L2TP only, RFC 5737
    destination_ip: bytes = bytes((192, 0, 2, 2))

    def push_pppoe(self, protocol: int, information: bytes) -> bytes:
        """Return an Ethernet frame with a PPPoE session packet, unpadded and without FCS."""
        ppp = protocol.to_bytes(2, "big") + information
        head = struct.pack(">HBBHH", ETHERTYPE_PPPOE_SESSION, 0x11, 0, self.session, _fit(ppp))
        return self.destination_mac + self.source_mac + head + ppp

    def push_l2tp(self, protocol: int, information: bytes) -> bytes:
        """Return an Ethernet frame with an L2TPv2 data message; no UDP checksum."""
        ppp = PPP_ADDRESS_CONTROL + protocol.to_bytes(2, "big") + information
        message = struct.pack(">HHH", 0x0002, self.tunnel, self.session) + ppp
        udp = struct.pack(">HHHH", L2TP_PORT, L2TP_PORT, 8 + len(message), 0) + message
        head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + _fit(udp), 0, 0, 64, 17, 0)
        addresses = self.source_ip + self.destination_ip
        head = head[:10] + checksum(head + addresses).to_bytes(2, "big")
        ethernet = self.destination_mac + self.source_mac + ETHERTYPE_IPV4.to_bytes(2, "big")
        return ethernet + head + addresses + udp


def _fit(data: bytes) -> int:
    """Return the length of `data` if the headers' 16-bit fields can hold it and 28 bytes more."""
    if len(data) > 0xFFFF - 28:
        raise DecodeError(f"{len(data)} bytes are too long for one frame, at most 65507 fit")
    return len(data)
