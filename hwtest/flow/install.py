# SPDX-License-Identifier: GPL-2.0-or-later
"""Puts the built packages on the board, by the board's own package manager."""

from __future__ import annotations

import shlex
from pathlib import Path

from hwtest.board.board import Board
from hwtest.board.faults import ProductFault, RigFault

FOLDER = "/tmp/packages"  # noqa: S108 - of the board
KINDS = {".apk": "apk add --allow-untrusted", ".ipk": "opkg install"}
PATIENCE = 180.0
"""Seconds that unpacking, and the scripts of both packages, take on a slow board."""


def install(board: Board, packages: Path) -> None:
    """Install every package in the folder `packages`; ProductFault if the board refuses one."""
    kind, command = manager(board)
    files = sorted(packages.glob(f"*{kind}"))
    if not files:
        raise RigFault("image", f"no *{kind} packages in {packages}", "installing", "Build them.")
    board.run(f"mkdir -p {FOLDER}")
    remote = [f"{FOLDER}/{path.name}" for path in files]
    for path, name in zip(files, remote, strict=True):
        board.put(path, name)
    ran = board.run(f"{command} {shlex.join(remote)}", timeout=PATIENCE, check=False)
    if ran.code:
        said = f"{command} ended with {ran.code}: {ran.output[-1500:]}"
        raise ProductFault("install", said, f"installing {', '.join(p.name for p in files)}")
    board.run(f"rm -r {FOLDER}")


def manager(board: Board) -> tuple[str, str]:
    """The kind of package that the board takes, and the command that installs files of it."""
    for kind, command in KINDS.items():
        if not board.run(f"command -v {command.split()[0]}", check=False).code:
            return kind, command
    raise RigFault("image", "the image has neither apk nor opkg", "looking for a package manager")
