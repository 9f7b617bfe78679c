# SPDX-License-Identifier: GPL-2.0-or-later
"""tests.dpi on a few use cases, and that its verdict fails when it must."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.dpi.__main__ import run
from tests.dpi.judge import Row, faults, mark_void

CASES = ("dns", "http-host", "tls13-sni")
ENGINES = ("tshark", "ndpi", "nfstream")
ROW = Row("dns", "ndpi", "pppoe", "off", "line", 2, true_hits=3, signs=("www.example.org",))
GOOD = [
    ROW,
    replace(ROW, mode="head", true_hits=0, signs=()),
    replace(ROW, mode="decoy", true_hits=0, signs=(), false_records=2),
]


@pytest.mark.testbed
def test_dpi_small(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["--cases", *CASES, "--engines", *ENGINES, "--encapsulations", "pppoe"]
    assert run([*argv, "--output", str(tmp_path)]) == 0, capsys.readouterr().err
    report = json.loads((tmp_path / "report.json").read_text())
    modes: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in report["rows"]:
        modes[row["mode"]].append(row)
    assert {mode: len(rows) for mode, rows in modes.items()} == dict.fromkeys(
        ("off", "head", "decoy"), len(CASES) * (len(ENGINES) + 1)
    )
    assert all(row["true_hits"] and row["bytes_exposed"] for row in modes["off"])
    assert {row["covered_by"] for row in report["rows"]} == {"line"}
    assert all(line["decoys"] for line in report["frames"])
    for name in ("report.md", "report.html"):
        text = (tmp_path / name).read_text()
        assert all(case in text for case in CASES)


def test_faults_none() -> None:
    assert not faults(mark_void(GOOD))


@pytest.mark.parametrize(
    ("number", "change", "fault"),
    [
        (1, {"true_hits": 1}, "1 true hits"),
        (1, {"bytes_exposed": 8}, "8 octets exposed"),
        (1, {"false_records": 1}, "1 false records"),
        (2, {"true_hits": 1}, "1 true hits"),
        (2, {"false_records": 1}, "1 flows without a false record"),
        (2, {"complaints": 4}, "4 packets malformed"),
    ],
)
def test_faults_told(number: int, change: dict[str, int], fault: str) -> None:
    rows = list(GOOD)
    rows[number] = replace(rows[number], **change)  # type: ignore[arg-type]
    assert [fault in text for text in faults(mark_void(rows))] == [True]


def test_faults_void_case() -> None:
    blind = replace(ROW, engine="strings", true_hits=0, signs=())
    rows = mark_void([blind, *(replace(row, signs=()) for row in GOOD)])
    assert all(row.void for row in rows)
    assert "no engine detects it in clear" in faults(rows)[0]
