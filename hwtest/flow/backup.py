# SPDX-License-Identifier: GPL-2.0-or-later
"""The board's configuration as it was found, by OpenWrt's own sysupgrade."""

from __future__ import annotations

from pathlib import Path

from hwtest.board.board import Board
from hwtest.board.faults import RigFault

ARCHIVE, SUMS = "backup.tar.gz", "backup.sums"
REMOTE = "/tmp/rig-backup.tar.gz"  # noqa: S108 - of the board
LIST_SUMS = "cd /etc/config && md5sum *"
PATIENCE = 60.0


def save(board: Board, folder: Path) -> None:
    """Write archive and checksums into `folder`, for root alone: there are passwords in them."""
    board.run(f"umask 077; sysupgrade -b {REMOTE}", timeout=PATIENCE)
    for name, content in (
        (ARCHIVE, board.read(REMOTE)),
        (SUMS, board.run(LIST_SUMS).output.encode()),
    ):
        path = folder / name
        path.touch()
        path.chmod(0o600)
        path.write_bytes(content)
    board.run(f"rm {REMOTE}")


def restore(board: Board, folder: Path) -> None:
    """Put it back and boot with it; RigFault when a file is not what it was."""
    board.put(folder / ARCHIVE, REMOTE)
    board.run(f"sysupgrade -r {REMOTE}", timeout=PATIENCE)
    board.reset()
    if board.run(LIST_SUMS).output.encode() != (folder / SUMS).read_bytes():
        what = f"/etc/config is not what it was; the archive is {folder / ARCHIVE}"
        raise RigFault("image", what, "restoring the configuration that was found")
