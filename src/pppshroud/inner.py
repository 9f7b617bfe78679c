# SPDX-License-Identifier: GPL-2.0-or-later
"""The packet inside a covered frame: protocol sections 6.3 and 6.6, steps 2 to 4.

Only the first 64 octets and the length are looked at.
"""

from __future__ import annotations

import struct
from enum import StrEnum

from pppshroud.errors import ShroudError
from pppshroud.wire import BLOCK_LEN, PPP_IPV4, PPP_IPV6, PPP_LINK_FIRST, PPP_NCP_FIRST

IPV4_HEADER = 20  # octets without options
IPV6_HEADER = 40
NCP_LENGTH_AT = 4  # protocol (2), code, identifier, then the length (2)
NCP_HEADER = 4


class Reject(StrEnum):
    """Why a frame or packet is discarded."""

    SHORT = "shorter than 64 octets, or than 65 under whole-packet cover"
    LONG = "longer than 2048 octets under whole-packet cover"
    KIND = "the first four bits are not 4, 6 or binary 10xx"
    IPV4_HEADER = "IPv4 header length is below 20 or above the total length"
    IPV4_LENGTH = "IPv4 total length is not the packet's"
    IPV4_CHECKSUM = "IPv4 header checksum is wrong"
    IPV6_LENGTH = "IPv6 payload length is not the packet's"
    NCP_PROTOCOL = "the NCP's protocol number is not even, then odd"
    NCP_LENGTH = "the NCP packet's length field is below 4 or not the packet's"
    FILL = "an octet behind the end of the packet is not zero"
    PLAIN = "not a covered frame"
    PROTOCOL = "a packet of this protocol number cannot be covered"


LENGTH_REJECTS = {PPP_IPV4: Reject.IPV4_LENGTH, PPP_IPV6: Reject.IPV6_LENGTH}


class FrameError(ShroudError, ValueError):
    """A packet that cannot be covered, or a frame that does not hold one."""

    def __init__(self, reason: Reject) -> None:
        super().__init__(reason.value)
        self.reason = reason


def push_packet(protocol: int, packet: bytes) -> bytes:
    """Return P for a packet without PPP padding; raise FrameError if it would not pass."""
    if PPP_NCP_FIRST <= protocol < PPP_LINK_FIRST:
        packet = protocol.to_bytes(2, "big") + packet
    elif protocol not in (PPP_IPV4, PPP_IPV6):
        raise FrameError(Reject.PROTOCOL)
    filled = packet.ljust(BLOCK_LEN, b"\0")
    found, length = measure(filled)
    if found != protocol:
        raise FrameError(Reject.KIND)
    # A packet shorter than its own length field says would be filled up unnoticed.
    if length != len(packet):
        raise FrameError(LENGTH_REJECTS.get(protocol, Reject.NCP_LENGTH))
    return filled


def pull_packet(filled: bytes) -> tuple[int, bytes]:
    """Return the protocol number and the packet in P; raise FrameError if a check fails."""
    protocol, length = measure(filled)
    start = 2 if protocol >= PPP_NCP_FIRST else 0
    return protocol, filled[start:length]


def measure(filled: bytes) -> tuple[int, int]:
    """Return the protocol number and the length within P, an NCP's protocol field included."""
    kind = filled[0] >> 4
    if kind == 4:
        protocol, length = PPP_IPV4, _measure_ipv4(filled)
    elif kind == 6:
        protocol, length = PPP_IPV6, _measure_ipv6(filled)
    elif kind >> 2 == 0b10:
        protocol, length = _measure_ncp(filled)
    else:
        raise FrameError(Reject.KIND)
    if any(filled[length:BLOCK_LEN]):
        raise FrameError(Reject.FILL)
    return protocol, length


def _measure_ipv4(filled: bytes) -> int:
    header = (filled[0] & 0x0F) * 4
    (length,) = struct.unpack_from("!H", filled, 2)
    if not IPV4_HEADER <= header <= length:
        raise FrameError(Reject.IPV4_HEADER)
    _check_length(length, filled, Reject.IPV4_LENGTH)
    if sum(struct.unpack_from(f"!{header // 2}H", filled)) % 0xFFFF:
        raise FrameError(Reject.IPV4_CHECKSUM)
    return int(length)


def _measure_ipv6(filled: bytes) -> int:
    (payload,) = struct.unpack_from("!H", filled, 4)
    _check_length(IPV6_HEADER + payload, filled, Reject.IPV6_LENGTH)
    return IPV6_HEADER + int(payload)


def _measure_ncp(filled: bytes) -> tuple[int, int]:
    protocol, length = struct.unpack_from("!H2xH", filled)
    if protocol & 0x0101 != 0x0001:
        raise FrameError(Reject.NCP_PROTOCOL)
    if length < NCP_HEADER:
        raise FrameError(Reject.NCP_LENGTH)
    _check_length(length + 2, filled, Reject.NCP_LENGTH)
    return protocol, length + 2


def _check_length(length: int, filled: bytes, reason: Reject) -> None:
    """Only a packet that was filled up to 64 octets may be shorter than P."""
    if length != len(filled) and not (len(filled) == BLOCK_LEN and length < BLOCK_LEN):
        raise FrameError(reason)
