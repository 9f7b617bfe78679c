# SPDX-License-Identifier: GPL-2.0-or-later
"""The Internet checksum (RFC 1071), big-endian 16-bit ones' complement."""

from __future__ import annotations


def ones_sum(data: bytes) -> int:
    """Return the folded ones' complement sum of `data`, an odd byte padded with zero."""
    # 2^16 leaves 1 modulo 2^16 - 1, so the whole string as one number has the same remainder.
    total = int.from_bytes(data + bytes(len(data) % 2), "big")
    return (total % 0xFFFF or 0xFFFF) if total else 0


def checksum(data: bytes) -> int:
    """Return the value for a checksum field; the field itself must be zero in `data`."""
    return 0xFFFF - ones_sum(data)


def udp_checksum(source: bytes, destination: bytes, segment: bytes) -> int:
    """Return a UDP checksum over IPv4 or IPv6 (RFC 768, RFC 8200 section 8.1).

    `segment` is header and payload with a zero checksum field. Never 0, which means none.
    """
    return transport_checksum(source, destination, 17, segment) or 0xFFFF


def transport_checksum(source: bytes, destination: bytes, protocol: int, segment: bytes) -> int:
    """Return the checksum over pseudo-header and segment, for TCP, UDP and ICMPv6."""
    # Length before protocol as in IPv6; IPv4 orders them otherwise, which the sum cannot tell.
    pseudo = source + destination + len(segment).to_bytes(4, "big") + protocol.to_bytes(4, "big")
    return checksum(pseudo + segment)
