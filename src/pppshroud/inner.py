# SPDX-License-Identifier: GPL-2.0-or-later
"""The packet inside a covered frame: protocol sections 6.3 and 6.6, steps 2 to 4.

Only the first 64 octets and the length are looked at.
"""

from __future__ import annotations

import struct
from enum import StrEnum

from pppshroud.errors import ShroudError
from pppshroud.wire import (
    BLOCK_LEN,
    PPP_CHAP,
    PPP_EAP,
    PPP_IPCP,
    PPP_IPV4,
    PPP_IPV6,
    PPP_IPV6CP,
    PPP_LCP,
    PPP_LQR,
    PPP_PAP,
)

IPV4_HEADER = 20  # octets without options
IPV6_HEADER = 40
NCP_HEADER = 4  # after the protocol field: code, identifier, length (2)
NCP_CODES = range(1, 8)  # Configure-Request to Code-Reject
NCPS = (PPP_IPCP, PPP_IPV6CP)
CLEAR = (PPP_LCP, PPP_PAP, PPP_LQR, PPP_CHAP, PPP_EAP)  # section 6.1: never covered


class Reject(StrEnum):
    """Why a frame or packet is discarded."""

    SHORT = "shorter than 64 octets, or than 65 under whole-packet cover"
    LONG = "longer than 2048 octets under whole-packet cover"
    KIND = "the first four bits are not 4, 6 or 8"
    IPV4_HEADER = "IPv4 header length is below 20 or above the total length"
    IPV4_LENGTH = "IPv4 total length is not the packet's"
    IPV4_CHECKSUM = "IPv4 header checksum is wrong"
    IPV6_LENGTH = "IPv6 payload length is not the packet's"
    NCP_PROTOCOL = "the NCP is neither IPCP nor IPV6CP"
    NCP_CODE = "the NCP packet's code is not 1 to 7"
    NCP_LENGTH = "the NCP packet's length field is below 4 or not the packet's"
    FILL = "an octet behind the end of the packet is not zero"
    PLAIN = "not a covered frame"
    PROTOCOL = "a packet of this protocol number cannot be covered"


LENGTH_REJECTS = {
    PPP_IPV4: Reject.IPV4_LENGTH,
    PPP_IPV6: Reject.IPV6_LENGTH,
    PPP_IPCP: Reject.NCP_LENGTH,
    PPP_IPV6CP: Reject.NCP_LENGTH,
}


class FrameError(ShroudError, ValueError):
    """A packet that cannot be covered, or a frame that does not hold one."""

    def __init__(self, reason: Reject) -> None:
        super().__init__(reason.value)
        self.reason = reason


def push_packet(protocol: int, packet: bytes) -> bytes:
    """Return P for a packet, PPP padding and all; raise FrameError if it would not pass."""
    if protocol in NCPS:
        packet = protocol.to_bytes(2, "big") + packet
    elif protocol not in (PPP_IPV4, PPP_IPV6):
        raise FrameError(Reject.PROTOCOL)
    found, length = _measure(packet.ljust(BLOCK_LEN, b"\0"))
    if found != protocol:
        raise FrameError(Reject.KIND)
    if length > len(packet):
        raise FrameError(LENGTH_REJECTS[protocol])
    return packet[:length].ljust(BLOCK_LEN, b"\0")


def pull_packet(filled: bytes) -> tuple[int, bytes]:
    """Return the protocol number and the packet in P; raise FrameError if a check fails."""
    protocol, length = _measure(filled)
    if length != len(filled) and not (len(filled) == BLOCK_LEN and length < BLOCK_LEN):
        raise FrameError(LENGTH_REJECTS[protocol])
    if any(filled[length:]):
        raise FrameError(Reject.FILL)
    return protocol, filled[2 if protocol in NCPS else 0 : length]


def _measure(filled: bytes) -> tuple[int, int]:
    """Return the protocol number, and the length that the packet itself claims to have within P."""
    kind = filled[0] >> 4
    if kind == 4:
        return PPP_IPV4, _measure_ipv4(filled)
    if kind == 6:
        return PPP_IPV6, IPV6_HEADER + int.from_bytes(filled[4:6], "big")
    if kind == 8:
        return _measure_ncp(filled)
    raise FrameError(Reject.KIND)


def _measure_ipv4(filled: bytes) -> int:
    header = (filled[0] & 0x0F) * 4
    (length,) = struct.unpack_from("!H", filled, 2)
    if not IPV4_HEADER <= header <= length:
        raise FrameError(Reject.IPV4_HEADER)
    if sum(struct.unpack_from(f"!{header // 2}H", filled)) % 0xFFFF:
        raise FrameError(Reject.IPV4_CHECKSUM)
    return int(length)


def _measure_ncp(filled: bytes) -> tuple[int, int]:
    protocol, code, length = struct.unpack_from("!HBxH", filled)
    if protocol not in NCPS:
        raise FrameError(Reject.NCP_PROTOCOL)
    if code not in NCP_CODES:
        raise FrameError(Reject.NCP_CODE)
    if length < NCP_HEADER:
        raise FrameError(Reject.NCP_LENGTH)
    return protocol, int(length) + 2
