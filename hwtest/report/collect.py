# SPDX-License-Identifier: GPL-2.0-or-later
"""The pytest plugin that turns the flow's tests into the steps of a report, in report.json,
report.html and pytest's own JUnit XML."""

from __future__ import annotations

import time
from collections.abc import Generator
from pathlib import Path
from types import ModuleType

import pytest

from hwtest.board.faults import ProductFault, RigFault
from hwtest.report import page
from hwtest.report.results import Outcome, Report, Step
from hwtest.report.storage import save

TIMEOUT_ADVICE = "The end of console.log has what the board was doing."
CRASH_ADVICE = "This is a fault of the rig's own program: junit.xml has where it happened."


def plugins(report: Report, folder: Path) -> list[object]:
    """For pytest.main(): what makes the report, and gives tests the fixture `report`.

    `folder` gets report.json after each test, and report.html at the end.
    """

    def giver() -> Report:
        """The report of this run, for tests to put their figures in."""
        return report

    fixtures = ModuleType("report")  # pytest takes fixtures of a whole run from modules only
    vars(fixtures)["report"] = pytest.fixture(scope="session", name="report")(giver)
    return [Collector(report, folder), fixtures]


class Collector:
    """The plugin itself. It ends the run after the first rig fault."""

    def __init__(self, report: Report, folder: Path) -> None:
        self._report = report
        self._folder = folder
        self._begun = time.monotonic()
        self._steps: dict[str, Step] = {}  # by pytest's name of the test

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Enter every test as not run, so that the report has the whole flow in its order."""
        for item in items:
            step = Step(item.name, Outcome.NOT_RUN, 0.0)
            self._steps[item.nodeid] = step
            self._report.steps.append(step)
        # An earlier run's page beside this one's figures would lie, should this one be killed.
        (self._folder / page.NAME).unlink(missing_ok=True)
        save(self._report, self._folder)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Enter what one phase of a test came to."""
        result = yield
        step = self._steps[item.nodeid]
        step.seconds = round(step.seconds + call.duration, 1)
        if call.excinfo is not None:
            _enter(step, judge(call.excinfo.value))
            if step.outcome is Outcome.RIG_FAULT:
                item.session.shouldstop = f"rig fault: {step.message}"
        elif call.when == "call" and step.outcome is Outcome.NOT_RUN:
            step.outcome = Outcome.PASSED
        item.user_properties[:] = _properties(step)
        result.user_properties = list(item.user_properties)
        return result

    def pytest_runtest_logfinish(self) -> None:
        """Keep what there is so far: whatever ends this program leaves a report."""
        self._report.seconds = round(time.monotonic() - self._begun, 1)
        save(self._report, self._folder)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Write the last state, and the page."""
        self.pytest_runtest_logfinish()
        page.write_page(self._report, self._folder)


def judge(error: BaseException) -> Step:
    """Return a step without name or time: whose fault an exception is."""
    if isinstance(error, RigFault | ProductFault):
        outcome = Outcome.RIG_FAULT if isinstance(error, RigFault) else Outcome.PRODUCT_FAULT
        message = f"{error.what} (while {error.where})" if error.where else error.what
        return Step("", outcome, 0.0, error.kind, message, error.advice)
    text = str(error).strip() or type(error).__name__
    if isinstance(error, AssertionError):
        return Step("", Outcome.PRODUCT_FAULT, 0.0, "assertion", text.splitlines()[0])
    if isinstance(error, pytest.skip.Exception):
        return Step("", Outcome.NOT_RUN, 0.0, "skipped", text)
    if isinstance(error, pytest.fail.Exception) and text.startswith("Timeout"):
        return Step("", Outcome.RIG_FAULT, 0.0, "timeout", text.splitlines()[0], TIMEOUT_ADVICE)
    if isinstance(error, KeyboardInterrupt):
        return Step("", Outcome.RIG_FAULT, 0.0, "stopped", "the run was stopped by hand")
    text = f"{type(error).__name__}: {text}"
    return Step("", Outcome.RIG_FAULT, 0.0, "crash", text, CRASH_ADVICE)


def _enter(step: Step, found: Step) -> None:
    """Take over a finding, unless the step already has a fault: the first one counts."""
    if step.kind:
        return
    step.outcome, step.kind = found.outcome, found.kind
    step.message, step.advice = found.message, found.advice


def _properties(step: Step) -> list[tuple[str, object]]:
    """What JUnit's readers get to know besides passed and failed."""
    pairs = {"outcome": step.outcome.value, "kind": step.kind, "advice": step.advice}
    return [(name, text) for name, text in pairs.items() if text]
