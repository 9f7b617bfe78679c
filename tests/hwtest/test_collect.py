# SPDX-License-Identifier: GPL-2.0-or-later
"""A flow's tests become steps: each kind of end is told apart, in report.json and in JUnit."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from hwtest.board.faults import ProductFault, RigFault
from hwtest.report.collect import Collector, judge, plugins
from hwtest.report.results import Outcome, Report
from hwtest.report.storage import load

FLOW = """
import pytest
from hwtest.board.faults import ProductFault, RigFault

@pytest.fixture(scope="session")
def board(report):
    yield
    report.versions["powered"] = "off"

def test_flash(board, report):
    report.versions["image"] = "v1"

def test_below_target(board):
    raise ProductFault("target", "700 Mb/s, must be 800", "TCP up")

def test_assertion(board):
    assert 1 + 1 == 3, "uncovered packets"

def test_skipped(board):
    pytest.skip("no sensor")
{end}
def test_after(board):
    pass
"""
RIG_END = """
@pytest.fixture
def console():
    raise RigFault("tftp", "refused", "loading", "Start the server.")

def test_v2(board, console):
    pass
"""


def run(folder: Path, end: str) -> tuple[int, Report]:
    """Run the flow in this process, as the rig does; return pytest's exit code and the report."""
    (folder / "report.html").write_text("of an earlier run")
    test = folder / "test_flow.py"
    test.write_text(FLOW.format(end=end))
    report = Report("t", "b", "s", virtual=True, started="2026-11-22T15:00:00Z")
    options = ["-q", "--rootdir", str(folder), "-c", "/dev/null", "-p", "no:cacheprovider",
               "-p", "no:rerunfailures", "-p", "no:xdist", f"--junitxml={folder / 'junit.xml'}",
               "-o", "junit_family=xunit1"]  # fmt: skip
    known = set(sys.modules)
    code = pytest.main([*options, str(test)], plugins=plugins(report, folder))
    for name in set(sys.modules) - known:
        if name.startswith("test_flow"):
            del sys.modules[name]
    assert load(folder) == report
    assert "<html" in (folder / "report.html").read_text("utf-8")
    return int(code), report


def test_earlier_page_goes_when_a_run_begins(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("of an earlier run")
    report = Report("t", "b", "s", virtual=True, started="2026-11-22T15:00:00Z")
    Collector(report, tmp_path).pytest_collection_modifyitems([])
    assert [x.name for x in tmp_path.iterdir()] == ["report.json"]


def test_product_faults_do_not_end_the_run(tmp_path: Path) -> None:
    code, report = run(tmp_path, "")
    assert code == 1
    assert [(x.name, x.outcome.value, x.kind, x.message) for x in report.steps] == [
        ("test_flash", "passed", "", ""),
        ("test_below_target", "product-fault", "target", "700 Mb/s, must be 800 (while TCP up)"),
        ("test_assertion", "product-fault", "assertion", "uncovered packets"),
        ("test_skipped", "not-run", "skipped", "no sensor"),
        ("test_after", "passed", "", ""),
    ]
    assert report.outcome is Outcome.PRODUCT_FAULT
    assert report.versions == {"image": "v1", "powered": "off"}


def test_rig_fault_ends_the_run(tmp_path: Path) -> None:
    code, report = run(tmp_path, RIG_END)
    assert code != 0
    *_, fault, after = report.steps
    assert (fault.outcome, fault.kind) == (Outcome.RIG_FAULT, "tftp")
    assert fault.advice == "Start the server."
    assert (after.name, after.outcome) == ("test_after", Outcome.NOT_RUN)
    assert report.outcome is Outcome.RIG_FAULT
    assert report.versions["powered"] == "off"
    cases = ET.parse(tmp_path / "junit.xml").iter("testcase")  # noqa: S314 - made here
    properties = {
        case.attrib["name"]: {x.attrib["name"]: x.attrib["value"] for x in case.iter("property")}
        for case in cases
    }
    assert properties["test_flash"] == {"outcome": "passed"}
    assert properties["test_v2"] == {
        "outcome": "rig-fault", "kind": "tftp", "advice": "Start the server.",
    }  # fmt: skip
    assert "test_after" not in properties


@pytest.mark.parametrize(
    ("error", "outcome", "kind", "message"),
    [
        (RigFault("dhcp", "no answer"), Outcome.RIG_FAULT, "dhcp", "no answer"),
        (ProductFault("leak", "3", "x"), Outcome.PRODUCT_FAULT, "leak", "3 (while x)"),
        (AssertionError(), Outcome.PRODUCT_FAULT, "assertion", "AssertionError"),
        (OSError("gone"), Outcome.RIG_FAULT, "crash", "OSError: gone"),
        (pytest.fail.Exception("Timeout (>9.0s) from pytest-timeout."), Outcome.RIG_FAULT,
         "timeout", "Timeout (>9.0s) from pytest-timeout."),
        (KeyboardInterrupt(), Outcome.RIG_FAULT, "stopped", "the run was stopped by hand"),
    ],
)  # fmt: skip
def test_judge(error: BaseException, outcome: Outcome, kind: str, message: str) -> None:
    step = judge(error)
    assert (step.outcome, step.kind, step.message) == (outcome, kind, message)
