# SPDX-License-Identifier: GPL-2.0-or-later
"""Inputs to start fuzzing mode decoy from: five octets that choose, then a frame."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from .seeds import COVER, ENCIPHER, FIFTH, IN, PLAIN, SUMMED, WHOLE, own_frames, turned

VECTORS = Path(__file__).parents[2] / "docs/vectors/decoy.json"
ONE_KEY, TWO_KEYS, OTHER_KEY, PHASE, MEND, LCP, KNOWN = 1, 2, 8, 16, 32, 64, 128
FEW_CALLS = 3
REKEY = 0x40


def inputs() -> Iterator[bytes]:
    """Yield packets to be sent and decoys of docs/vectors, as sent and received."""
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    for row in vectors["frames"]:
        protocol, packet = int(row["protocol"], 16), bytes.fromhex(row["packet"])
        for number, frame in enumerate(own_frames(protocol, packet)):
            yield bytes([COVER, ONE_KEY | PHASE * (number % 2), 0, 0, FIFTH[number % 3]]) + frame
            received = turned(frame)
            keys = MEND | (TWO_KEYS, ONE_KEY, TWO_KEYS | OTHER_KEY)[number % 3]
            yield bytes([COVER | IN, keys, 0, 0, 0xFF]) + received
            yield bytes([COVER | IN | ENCIPHER | WHOLE, keys, 0, 0, 0xFF]) + received
            yield bytes([COVER, ONE_KEY | KNOWN, 0, 0, 0xFF]) + frame
            yield bytes([COVER | IN, keys | KNOWN, 0, 0, 0xFF]) + received
        yield bytes([COVER, ONE_KEY, 0, 0, FEW_CALLS]) + frame
        yield from (bytes([COVER, ONE_KEY, 0, 0, REKEY + left]) + frame for left in (32, 31, 30))
        yield bytes([COVER, ONE_KEY | LCP, 0, 0, 0xFF]) + frame
        yield bytes([PLAIN, ONE_KEY | LCP, 0, 0, 0xFF]) + frame
        # A decoy that lacks its last octet, on a device that has summed it up.
        yield bytes([COVER | IN | SUMMED, ONE_KEY, 0, 0, 0xFF]) + received[:-1]
    for row in vectors["receiver_drops"]:
        protocol, packet = int(row["wire_protocol"], 16), bytes.fromhex(row["frame"])
        for frame in own_frames(protocol, packet):
            yield bytes([COVER | IN, ONE_KEY, 0, 0, 0xFF]) + turned(frame)


def write(folder: Path) -> int:
    """Write one file a seed; return how many."""
    folder.mkdir(parents=True, exist_ok=True)
    seeds = list(inputs())
    for number, octets in enumerate(seeds):
        (folder / f"{number:04}").write_bytes(octets)
    return len(seeds)
