# SPDX-License-Identifier: GPL-2.0-or-later
"""Keys and packets of mode decoy to run through the data path: docs/vectors/decoy.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pppshroud.decoy.frame import cover_decoy_frame, uncover_decoy_frame
from pppshroud.decoy.keys import DecoyKeys, SideKeys
from pppshroud.wire import CHAIN_LEN, DECOY_OKM_LEN, SIDE_LEN

VECTORS = json.loads(
    (Path(__file__).parents[2] / "docs/vectors/decoy.json").read_text(encoding="utf-8")
)
OKM = tuple(map(bytes.fromhex, VECTORS["okm"]))
KEYS = tuple(DecoyKeys.split(okm, phase) for phase, okm in enumerate(OKM))
"""By phase, for the reference."""


def key(phase: int, direction: str = "up") -> bytes:
    """Return the keys of a direction as shroud-testrun takes them."""
    return run_key(OKM[phase], phase, direction)


def run_key(okm: bytes, phase: int, direction: str = "up") -> bytes:
    """Return the keys of a direction, of a handshake's, as shroud-testrun takes them."""
    assert len(okm) == DECOY_OKM_LEN
    start = 0 if direction == "up" else SIDE_LEN
    return bytes([phase]) + okm[start : start + SIDE_LEN] + okm[2 * SIDE_LEN : -CHAIN_LEN]


def row_key(row: dict[str, Any], phase: int) -> bytes:
    """Return the keys of a vector's direction."""
    return key(phase, row.get("direction", "up"))


def content(frame: bytes) -> bytes:
    """Return PPP protocol and packet of an untagged PPPoE frame, as long as it tells."""
    return frame[20 : 20 + int.from_bytes(frame[18:20], "big")]


def is_whole(field: bytes) -> bool:
    """Whether protocol and packet are covered whole: the number of noise, or a decoy's flag."""
    if field[1] in (0x53, 0x55):
        return field[1] == 0x55
    return bool(field[3] & 4 if field[1] == 0x21 else field[3] & 0x40)


def _side(row: dict[str, Any]) -> SideKeys:
    keys: DecoyKeys = KEYS[row["phase"]]
    return keys.up if row.get("direction", "up") == "up" else keys.down


def uncovered(row: dict[str, Any], field: bytes) -> bytes:
    """Return protocol and packet that the reference makes of a frame under a vector's keys."""
    wire = int.from_bytes(field[:2], "big")
    protocol, packet, _ = uncover_decoy_frame([_side(row)], wire, field[2:])
    return protocol.to_bytes(2, "big") + packet


def reference(row: dict[str, Any], *, whole: bool) -> bytes:
    """Return protocol and frame that the reference makes of a vector's packet."""
    protocol, packet = int(row["protocol"], 16), bytes.fromhex(row["packet"])
    wire, covered = cover_decoy_frame(_side(row), protocol, packet, whole=whole)
    return wire.to_bytes(2, "big") + covered
