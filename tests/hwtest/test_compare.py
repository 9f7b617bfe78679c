# SPDX-License-Identifier: GPL-2.0-or-later
"""Two reports side by side."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hwtest.report.compare import as_page, as_text, compare, main, notes
from hwtest.report.storage import save

from .example import make_report


def test_changes_are_judged() -> None:
    verdicts = {row.name: row.verdict for row in compare(make_report(), make_report(factor=0.9))}
    assert verdicts == {
        "off tcp up": "same",
        "off tcp down, 32 flows": "same",
        "off udp up, 512 bytes": "same",
        "head tcp up": "worse",
        "head tcp down, 32 flows": "worse",
        "head udp up, 512 bytes": "worse",
        "off per packet up": "same",
        "head per packet up": "worse",
        "time of test_flash": "unjudged",
    }


def test_better_is_seen_too() -> None:
    rows = {row.name: row for row in compare(make_report(), make_report(factor=1.1))}
    assert rows["head tcp up"].verdict == rows["head per packet up"].verdict == "better"
    assert rows["head tcp up"].change == pytest.approx(10)


def test_megabits_of_virtual_boards_are_not_judged() -> None:
    first, second = make_report(virtual=True), make_report(virtual=True, factor=0.5)
    rows = {row.name: row for row in compare(first, second)}
    assert rows["head tcp up"].verdict == "unjudged"
    assert rows["head per packet up"].verdict == "worse"


def test_missing_figures_are_shown() -> None:
    second = make_report()
    second.throughput = [x for x in second.throughput if x.mode != "head"]
    rows = {row.name: row for row in compare(make_report(), second)}
    assert rows["head tcp up"].verdict == "missing"
    lines = [line.split() for line in as_text(make_report(), second).splitlines()]
    assert ["head", "tcp", "up", "Mb/s", "900", "-", "-", "missing"] in lines


def test_notes() -> None:
    second = make_report(faulty=True)
    second.target = "other"
    second.versions = {"kernel": "6.18", "pppd": "2.5.2", "image": "v1", "U-Boot": "2025.01"}
    assert notes(make_report(), second) == [
        "different boards: a-board and other",
        "U-Boot: none became 2025.01",
        "kernel: 6.12.57 became 6.18",
        "second run: rig-fault in test_line: no <file>",
    ]
    assert "no &lt;file&gt;" in as_page(make_report(), second)


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(make_report(), tmp_path / "a")
    save(make_report(factor=0.9), tmp_path / "b")
    out = tmp_path / "a folder" / "out"
    code = main([str(tmp_path / "a"), str(tmp_path / "b/report.json"), "--output", str(out)])
    assert code == 0
    assert "-10.0 %  worse" in capsys.readouterr().out
    figures = json.loads((out / "comparison.json").read_bytes())["figures"]
    (row,) = (x for x in figures if x["name"] == "head tcp up")
    assert (row["first"], row["second"], row["change_percent"]) == (900.0, 810.0, -10.0)
    assert (out / "comparison.html").stat().st_size > 1000


def test_command_without_a_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(make_report(), tmp_path)
    assert main([str(tmp_path), str(tmp_path / "none")]) == 3
    assert "none: cannot be read" in capsys.readouterr().err
