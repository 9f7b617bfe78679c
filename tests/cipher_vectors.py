# SPDX-License-Identifier: GPL-2.0-or-later
"""The published and the project's test vectors, as commands to the C cipher and its answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ZERO_TWEAK = "00" * 16
BLOCK_WIRE = "0021"


def cases(folder: Path) -> list[tuple[str, str]]:
    """Return all of them, from the files in `folder`."""
    return [*threefish(folder), *whole(folder), *frames(folder)]


def load(folder: Path, name: str) -> Any:
    """Return the content of one file of vectors."""
    return json.loads((folder / name).read_text(encoding="utf-8"))


def threefish(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield commands and answers from the vectors of the block cipher; ours has no tweak."""
    for row in load(folder, "threefish512.json")["vectors"]:
        if row["tweak"] == ZERO_TWEAK:
            yield f"encrypt {row['key']} {row['plain']}", row["cipher"]
            yield f"decrypt {row['key']} {row['cipher']}", row["plain"]


def whole(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield them from the vectors of whole-packet cover."""
    for row in load(folder, "whole.json")["vectors"]:
        yield f"whole {row['key_set']} {row['plain']}", row["cover"]
        yield f"unwhole {row['key_set']} {row['cover']}", row["plain"]


def frames(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield them from the frames: what is covered, as it was before."""
    vectors = load(folder, "frames.json")
    for row in vectors["good"]:
        key = vectors["key_sets"][row["key_set"]]
        octets = len(row["covered"]) // 2
        prefix = row["protocol"] if row["protocol"].startswith("8") else ""
        plain = (prefix + row["packet"])[: 2 * octets]
        told = told_length(plain, row["protocol"])
        plain = plain[: 2 * told].ljust(2 * octets, "0")
        way = "block" if row["wire_protocol"] == BLOCK_WIRE else "whole"
        if octets <= 2048:
            yield f"{way} {key} {plain}", row["covered"]
            yield f"un{way} {key} {row['covered']}", plain


def told_length(packet: str, protocol: str) -> int:
    """Return the length that a packet in hex tells of itself, without PPP padding."""
    if protocol == "0021":
        return int(packet[4:8], 16)
    return int(packet[8:12], 16) + (40 if protocol == "0057" else 2)
