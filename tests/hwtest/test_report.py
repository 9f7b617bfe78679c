# SPDX-License-Identifier: GPL-2.0-or-later
"""The rig's report: what is written is read, wrong files are named, nothing is unescaped."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from hwtest.report.page import render_page, write_page
from hwtest.report.results import Check, Outcome, Report, Step
from hwtest.report.storage import ReportError, load, save

from .example import make_report

VOID = {"meta", "rect", "line", "circle", "polyline"}


class Nesting(HTMLParser):
    """Checks that what is opened is closed, and collects what a page would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("faulty", [False, True])
def test_report_survives_its_file(tmp_path: Path, faulty: bool) -> None:
    report = make_report(faulty=faulty)
    path = save(report, tmp_path / "new")
    assert load(path) == load(path.parent) == report
    document = json.loads(path.read_bytes())
    assert document["schema"] == 1
    assert document["outcome"] == ("rig-fault" if faulty else "passed")
    assert [x.name for x in path.parent.iterdir()] == ["report.json"]


def test_outcome_is_the_worst() -> None:
    report = make_report()
    outcomes = [report.outcome]
    report.steps.append(Step("line", Outcome.PRODUCT_FAULT, 1.0, "assertion"))
    outcomes.append(report.outcome)
    report.steps.insert(0, Step("flash", Outcome.RIG_FAULT, 1.0, "tftp"))
    outcomes.append(report.outcome)
    assert outcomes == [Outcome.PASSED, Outcome.PRODUCT_FAULT, Outcome.RIG_FAULT]
    assert [x.name for x in report.faults] == ["flash", "line"]


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [Step("flash", Outcome.NOT_RUN, 0.0)],
        [Step("flash", Outcome.NOT_RUN, 0.0, "skipped", "no sensor")],
        [Step("flash", Outcome.PASSED, 1.0), Step("boot", Outcome.NOT_RUN, 0.0)],
    ],
)
def test_outcome_of_what_did_not_end(steps: list[Step]) -> None:
    report = Report("t", "b", "s", virtual=False, started="now", steps=steps)
    assert report.outcome is Outcome.RIG_FAULT
    assert "The run did not come to its end" in render_page(report)


def test_outcome_with_a_step_left_out() -> None:
    report = make_report()
    report.steps.append(Step("heat", Outcome.NOT_RUN, 0.0, "skipped", "no sensor"))
    assert report.outcome is Outcome.PASSED


def test_outcome_with_a_limit_missed() -> None:
    assert make_report(factor=0.5).outcome is Outcome.PRODUCT_FAULT


@pytest.mark.parametrize(
    ("relation", "kept"), [("<=", [9, 10]), (">=", [10, 11]), ("==", [10])]
)  # fmt: skip
def test_check(relation: str, kept: list[int]) -> None:
    tried = [Check("x", "", value, 10, relation, "") for value in (9, 10, 11)]
    assert [x.value for x in tried if x.passed] == kept


def test_check_of_unknown_relation() -> None:
    with pytest.raises(ValueError, match=r"relation is '<', must be <=, >= or =="):
        Check("x", "", 1, 2, "<", "")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": 2}, r"schema is 2, this program reads 1"),
        ({"outcome": "product-fault"}, r"outcome is 'product-fault', its steps say passed"),
        ({"seconds": "long"}, r"report\.seconds is 'long', must be float"),
        ({"virtual": 1}, r"report\.virtual is 1, must be bool"),
        ({"versions": {"kernel": 6}}, r"report\.versions\.kernel is 6, must be str"),
        ({"samples": [{}]}, r"report\.samples\[0\]: field 'seconds' is missing"),
        ({"colour": "red"}, r"report: unknown field 'colour'"),
        ({"steps": [{"name": "x", "outcome": "fine", "seconds": 1, "kind": "", "message": "",
                     "advice": ""}]},
         r"report\.steps\[0\]\.outcome is 'fine', must be one of passed, product-fault, "),
        ({"checks": [{"name": "", "mode": "", "value": 1, "limit": 1, "relation": "~",
                      "unit": ""}]}, r"report\.checks\[0\]: relation is '~'"),
    ],
)  # fmt: skip
def test_wrong_field_is_named(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    path = save(make_report(), tmp_path)
    path.write_text(json.dumps(json.loads(path.read_bytes()) | change))
    with pytest.raises(ReportError, match=f"^{re.escape(str(path))}: {message}"):
        load(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", r"Expecting property name"),
        (b"[1]", r"this is no report of the rig: it has no field 'schema'"),
        (b"\xff", r"'utf-8' codec can't decode"),
    ],
)  # fmt: skip
def test_no_report(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(content)
    with pytest.raises(ReportError, match=f"^{re.escape(str(path))}: {message}"):
        load(path)


def test_missing_report(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"report\.json: cannot be read: No such file"):
        load(tmp_path)


def test_failed_write_keeps_the_old_report(tmp_path: Path) -> None:
    report = make_report()
    save(report, tmp_path)
    broken = make_report()
    broken.seconds = float("nan")
    with pytest.raises(ValueError, match=r"not JSON compliant"):
        save(broken, tmp_path)
    assert load(tmp_path) == report


@pytest.mark.parametrize("virtual", [False, True])
@pytest.mark.parametrize("faulty", [False, True])
def test_page(tmp_path: Path, virtual: bool, faulty: bool) -> None:
    page = write_page(make_report(virtual=virtual, faulty=faulty), tmp_path).read_text("utf-8")
    parser = Nesting()
    parser.feed(page)
    assert parser.open == []
    assert parser.links == ["console.log", "a%20log.txt"]
    assert "A &lt;board&gt; &amp; more" in page
    assert "<board>" not in page
    assert ("no &lt;file&gt;" in page) is ("Look there." in page) is faulty
    assert ("This board is virtual" in page) is virtual
    assert "target of head 800" in page
    assert "Temperature" not in page


def test_page_of_a_run_that_never_began() -> None:
    page = render_page(Report("t", "b", "s", virtual=False, started="now"))
    assert "Rig fault" in page
    assert "<h2>" not in page
