# SPDX-License-Identifier: GPL-2.0-or-later
"""What the flow is given to work with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hwtest.board.board import Board
from hwtest.targets.target import Target


@dataclass(frozen=True)
class Rig:
    """folder: of the run's artefacts; packages: folder of what is to be installed;
    soak_minutes: None for what the target says."""

    target: Target
    board: Board
    folder: Path
    packages: Path
    soak_minutes: float | None = None
