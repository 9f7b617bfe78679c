# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/rig.md and hwtest/README.md speak of what there is: faults, boards, fields."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from hwtest.board.faults import ADVICE
from hwtest.report import results
from hwtest.report.storage import DERIVED
from hwtest.targets import target

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs/rig.md").read_text(encoding="utf-8")
README = (ROOT / "hwtest/README.md").read_text(encoding="utf-8")
KIND = re.compile(r'\b(?:RigFault|ProductFault)\(\s*"([a-z-]+)"')
ROW = re.compile(r"^\| `([a-z-]+)` \|", re.MULTILINE)
TABLE = re.compile(r"^\| (?:OpenWrt|GL|BPI|Rasp|MR)[^\n]*\| (\d+) \|$", re.MULTILINE)


def raised() -> set[str]:
    """The kinds of fault that the rig's sources name."""
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "hwtest").rglob("*.py"))
    return {kind for source in sources for kind in KIND.findall(source)} | set(ADVICE)


def test_every_fault_is_explained() -> None:
    assert len(raised()) > 10
    assert raised() - set(ROW.findall(GUIDE)) == set()


@pytest.mark.parametrize("name", target.names())
def test_every_board_is_listed(name: str) -> None:
    assert f"| `{name}` |" in GUIDE


def test_targets_are_those_of_the_table() -> None:
    yamls = [path.read_text(encoding="utf-8") for path in target.FOLDER.glob("*.yaml")]
    found = [
        value for text in yamls for value in re.findall(r"^      megabits: (\d+)$", text, re.M)
    ]
    assert sorted(TABLE.findall(GUIDE)) == sorted(found)
    assert len(found) == 6


@pytest.mark.parametrize(
    "kind",
    [results.Report, results.Target, results.Step, results.Throughput, results.Count,
     results.Check, results.Sample, results.Event],
)  # fmt: skip
def test_every_field_is_described(kind: type) -> None:
    assert [x.name for x in fields(kind) if f"`{x.name}`" not in README] == []


def test_derived_fields_are_described() -> None:
    assert all(f"| `{name}` |" in README for name in DERIVED)
