# SPDX-License-Identifier: GPL-2.0-or-later
"""`python -m pppshroud.vectors DIRECTORY` writes every vector file into the directory."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pppshroud.vectors.ciphers import threefish_vectors, whole_vectors
from pppshroud.vectors.decoy import decoy_vectors
from pppshroud.vectors.decoyparts import part_vectors, port_lists
from pppshroud.vectors.frames import frame_vectors
from pppshroud.vectors.handshake import handshake_vectors
from pppshroud.vectors.messages import message_vectors

FILES: dict[str, Callable[[], dict[str, Any]]] = {
    "threefish512.json": threefish_vectors,
    "whole.json": whole_vectors,
    "frames.json": frame_vectors,
    "handshake.json": handshake_vectors,
    "messages.json": message_vectors,
    "decoy.json": decoy_vectors,
    "decoy-parts.json": part_vectors,
    "decoy-ports.json": port_lists,
}


def render(name: str) -> str:
    """Return the text of one vector file."""
    return json.dumps(FILES[name](), indent=1, ensure_ascii=False) + "\n"


def main(argv: list[str]) -> int:
    """Write the files; return the exit code."""
    if len(argv) != 1:
        print("usage: python -m pppshroud.vectors DIRECTORY", file=sys.stderr)
        return 2
    directory = Path(argv[0])
    directory.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        (directory / name).write_text(render(name), encoding="utf-8")
        print(directory / name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
