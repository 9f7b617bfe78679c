# SPDX-License-Identifier: GPL-2.0-or-later
"""LCP Vendor-Specific messages: protocol section 3.1. No state, no keys."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import StrEnum

from pppshroud.errors import DecodeError
from pppshroud.wire import (
    HEADER_LEN,
    LCP_CODE_VENDOR,
    OFF_KIND,
    OUI_BYTES,
    PROLOGUE,
    VERSION,
    Kind,
    Suite,
)

HEADER = struct.Struct("!BBHI3sBBBHI")
LCP_HEADER = 4


class Fault(StrEnum):
    """Why a packet is not a message."""

    FOREIGN = "another vendor's or not a Vendor-Specific packet: as if pppshroud did not exist"
    SHORT = "shorter than its header or its Length: discard"
    KIND = "unknown Kind: discard"


class MessageError(DecodeError):
    """An LCP packet that is no message of this protocol."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class Message:
    """One message; the handshake id is a number of 32 bits."""

    kind: Kind
    handshake_id: int
    body: bytes = b""
    version: int = VERSION
    suite: int = Suite.NOISE_NX

    @property
    def is_ours(self) -> bool:
        """Whether version and suite are the ones that are implemented here."""
        return (self.version, self.suite) == (VERSION, Suite.NOISE_NX)

    @property
    def prologue(self) -> bytes:
        """The 15 octets that the Noise handshake starts from: section 4.1."""
        return PROLOGUE + struct.pack("!BBI", self.version, self.suite, self.handshake_id)


@dataclass(frozen=True)
class Received:
    """A message as it arrived."""

    message: Message
    magic: int
    repeat: bytes  # its octets from Kind on, by which a repetition is known


def push_message(message: Message, identifier: int, magic: int) -> bytes:
    """Return the LCP packet, from Code on. `magic` is the sender's own number, or 0."""
    length = HEADER_LEN + len(message.body)
    header = HEADER.pack(
        LCP_CODE_VENDOR, identifier, length, magic, OUI_BYTES,
        message.kind, message.version, message.suite, 0, message.handshake_id,
    )  # fmt: skip
    return header + message.body


def pull_message(packet: bytes) -> Received:
    """Take an LCP packet from Code on, PPP padding and all; raise MessageError if it is none."""
    length = _pull_length(packet)
    if len(packet) < HEADER_LEN or length < HEADER_LEN:
        raise MessageError(Fault.SHORT)
    _, _, _, magic, _, kind, version, suite, _, handshake_id = HEADER.unpack_from(packet)
    if kind not in set(Kind):
        raise MessageError(Fault.KIND)
    message = Message(Kind(kind), handshake_id, packet[HEADER_LEN:length], version, suite)
    return Received(message, magic, packet[OFF_KIND:length])


def _pull_length(packet: bytes) -> int:
    """Return Length, after making sure that the packet is ours as far as it goes."""
    if len(packet) < LCP_HEADER:
        raise MessageError(Fault.FOREIGN)
    length = int.from_bytes(packet[2:4], "big")
    if packet[0] != LCP_CODE_VENDOR or packet[8:OFF_KIND] != OUI_BYTES or length < OFF_KIND:
        raise MessageError(Fault.FOREIGN)
    if length > len(packet):
        raise MessageError(Fault.SHORT)
    return length
