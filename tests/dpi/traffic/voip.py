# SPDX-License-Identifier: GPL-2.0-or-later
"""A call between peers: STUN (RFC 8489) finds the way, RTP (RFC 3550) carries the voice."""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence

from tests.testbed.internet import Host
from tests.testbed.machine import Machine

from . import udp
from .case import UseCase

PEER = Host("peer.example", 26)
PORT, PACKETS = 40100, 40
USER, SOFTWARE = "desk7-source:desk9-editor", "Whisperphone 2.1"
MAGIC_COOKIE = 0x2112A442
BINDING_REQUEST, USERNAME, SOFTWARE_ATTRIBUTE = 0x0001, 0x0006, 0x8022
SSRC, PCMU, SAMPLES = 0x0DDBA115, 0, 160


def push_binding() -> bytes:
    """Return a STUN binding request with a user name, as ICE's connectivity checks have it."""
    attributes = b"".join(
        struct.pack(">HH", kind, len(text)) + text.encode() + bytes(-len(text) % 4)
        for kind, text in ((SOFTWARE_ATTRIBUTE, SOFTWARE), (USERNAME, USER))
    )
    head = struct.pack(">HHI", BINDING_REQUEST, len(attributes), MAGIC_COOKIE)
    return head + random.Random(USER).randbytes(12) + attributes


def push_voice(number: int) -> bytes:
    """Return 20 ms of G.711 in RTP."""
    head = struct.pack(">BBHII", 0x80, PCMU, 1000 + number, 90_000 + SAMPLES * number, SSRC)
    return head + random.Random(number).randbytes(SAMPLES)


def start_callee(machine: Machine, hosts: Sequence[Host]) -> None:
    """Start the other party."""
    del hosts
    udp.start_peer(machine, PEER, PORT)


def _call(machine: Machine) -> None:
    udp.call(machine, PEER, PORT, [push_binding(), *map(push_voice, range(PACKETS))])


USE_CASE = UseCase(
    "p2p-voip", "calls between peers, by STUN and RTP", (PEER,), (start_callee,), _call,
    tokens=(USER, SOFTWARE), apps=frozenset({"stun", "rtp"}),
)  # fmt: skip
