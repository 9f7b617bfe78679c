# SPDX-License-Identifier: GPL-2.0-or-later
"""The report as a whole, and report.json, as README.md beside this file describes it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from .frames import Frames
from .judge import Row
from .limit import Limit
from .traffic.case import UseCase

VERSION = 1


@dataclass(frozen=True)
class Report:
    """What was measured."""

    cases: Sequence[UseCase]
    rows: Sequence[Row]
    limits: Sequence[Limit]
    frames: Sequence[Frames]


def write_json(report: Report, path: Path) -> None:
    """Write report.json."""
    document = {
        "version": VERSION,
        "use_cases": {case.name: case.title for case in report.cases},
        "rows": [asdict(row) for row in report.rows],
        "limits": [asdict(limit) for limit in report.limits],
        "frames": [asdict(frames) for frames in report.frames],
    }
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
