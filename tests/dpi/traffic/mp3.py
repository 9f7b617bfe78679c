# SPDX-License-Identifier: GPL-2.0-or-later
"""MP3 audio with a watermark: a private frame of its ID3 tag, ahead of the sound."""

from __future__ import annotations

import hashlib
import random
import struct
from collections.abc import Sequence

from tests.testbed.internet import Host
from tests.testbed.machine import Machine

from .case import UseCase
from .dnsserver import start_dns
from .files import fetch
from .webserver import FILES, start_web

STATION = Host("station.example", 28)
NAME = "anthem.mp3"
OWNER = "watermark@station.example"
WATERMARK = hashlib.sha256(OWNER.encode()).digest()
FRAMES, FRAME_OCTETS = 400, 417
FRAME_HEADER = bytes.fromhex("fffb9000")
"""MPEG-1 layer III, 128 kbit/s, 44.1 kHz: frames of 417 octets."""


def _song() -> bytes:
    """Return an ID3v2.3 tag with a PRIV frame, and frames of noise."""
    body = OWNER.encode() + b"\0" + WATERMARK
    frame = b"PRIV" + struct.pack(">IH", len(body), 0) + body
    size = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    noise = random.Random(NAME)
    sound = (FRAME_HEADER + noise.randbytes(FRAME_OCTETS - 4) for _ in range(FRAMES))
    return b"ID3\x03\x00\x00" + size + frame + b"".join(sound)


SONG = _song()


def start_song(machine: Machine, hosts: Sequence[Host]) -> None:
    """Put the file where nginx serves it."""
    del hosts
    machine.write(f"{FILES}/{NAME}", SONG)


USE_CASE = UseCase(
    "mp3-watermark", "MP3 audio with a watermark", (STATION,), (start_dns, start_web, start_song),
    lambda machine: fetch(machine, f"http://{STATION.name}/files/{NAME}", SONG),
    tokens=(OWNER, STATION.name), patterns=(WATERMARK,),
)  # fmt: skip
