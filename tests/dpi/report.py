# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes report.json."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from .judge import Row

VERSION = 1


def write_json(path: Path, rows: Sequence[Row]) -> None:
    """Write all rows, as README.md beside this file describes them."""
    document = {"version": VERSION, "rows": [asdict(row) for row in rows]}
    path.write_text(json.dumps(document, indent=1) + "\n")
