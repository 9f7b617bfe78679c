# SPDX-License-Identifier: GPL-2.0-or-later
"""A bench with the virtual board, as its YAML has it but for what a test changes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from labgrid.util.yaml import dump, load

from hwtest.board.board import Board
from hwtest.targets import target

PTY, TCP = "qemu-arm64", "qemu-arm64-tcp"


def variant(folder: Path, changes: Mapping[str, Any], name: str = PTY) -> target.Target:
    """A copy of a target's YAML in which values are changed: {"path/to/field": value}."""
    with (target.FOLDER / f"{name}.yaml").open(encoding="utf-8") as file:
        data = load(file)
    drivers = data["targets"]["main"]["drivers"]
    drivers["VirtualBoardDriver"]["counter"] = False
    for path, value in changes.items():
        *parents, last = path.split("/")
        at = data
        for key in parents:
            at = at[int(key) if isinstance(at, list) else key]
        at[last] = value
    copy = folder / f"{name}.yaml"
    copy.write_text(dump(data), encoding="utf-8")
    return target.load(str(copy))


def bench(folder: Path, name: str = PTY, changes: Mapping[str, Any] | None = None) -> Board:
    """A board to be entered, whose images are in `folder`."""
    return Board(variant(folder, changes or {}, name), folder / "out", folder)
