# SPDX-License-Identifier: GPL-2.0-or-later
"""Why a packet is not representable as a decoy, or a frame is none."""

from __future__ import annotations

from enum import StrEnum

from pppshroud.errors import ShroudError


class Unfit(StrEnum):
    """What docs/decoy.md, sections 4 to 9, does not represent."""

    VERSION = "it is not of the frame's IP version"
    LENGTH = "its length fields do not fit its length"
    OPTIONS = "it has IPv4 options"
    FRAGMENT = "it is a fragment"
    HEADER_CHECKSUM = "its IPv4 header checksum is wrong, or 0xffff"
    PROTOCOL = "it is not TCP, UDP or ICMP, or has IPv6 extension headers"
    ADDRESS = "an address has no false one"
    PORT = "a port has no false one"
    TTL = "its time-to-live has no place for the phase"
    DSCP = "its DSCP has no place for the whole flag"
    CHECKSUM = "its transport checksum is not written as this protocol writes it"
    TCP_OFFSET = "its TCP data offset is impossible"
    TCP_OPTIONS = "it has TCP options that may tell more than they should"
    ICMP = "it is an ICMP message other than echo and the common errors"
    QUOTE = "the packet that it quotes is not complete, or not representable"
    DNS = "its DNS message is not of the strict form"
    WHOLE = "its whole flag does not fit its payload"
    PHASE = "there are no keys of its phase"
    NOTICEABLE = "its decoy would look broken"


class DecoyError(ShroudError, ValueError):
    """A packet that is not representable, or a frame that is no decoy."""

    def __init__(self, reason: Unfit) -> None:
        super().__init__(reason.value)
        self.reason = reason
