# SPDX-License-Identifier: GPL-2.0-or-later
"""A pytest plugin: how workers (pytest -n auto) share the tests, and what they show of it.

A file of tests is one worker's, in its order, because what a file builds and boots is for all its
tests. The files that take longest come first, so that no worker ends long after the others.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Generator, Sequence

import pytest

from . import workers

SECONDS = {"slow": 40.0, "testbed": 3.0}
"""What a test that has this mark takes, about; the first counts."""
OTHERS = 0.3
Status = tuple[str, str, object]
"""Category, letter and word of an outcome."""


def pytest_xdist_auto_num_workers() -> int:
    """Answer `-n auto`. No second process where that would run one worker only."""
    number = workers.count()
    return number if number > 1 else 0


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the files that take longest first, where workers share them."""
    if not hasattr(config, "workerinput"):
        return
    seconds: dict[str, float] = defaultdict(float)
    for item in items:
        seconds[_file(item.nodeid)] += _seconds(item)
    items.sort(key=lambda item: -seconds[_file(item.nodeid)])


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Show the workers' progress, unless the caller wants pytest's own line for each test."""
    if config.getoption("numprocesses") and config.get_verbosity() == 0:
        config.pluginmanager.register(Progress(config), "progress")


class Progress:
    """A line for each file when its last test has ended, and at once for each test that failed."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._left: Counter[str] = Counter()
        self._outcomes: dict[str, Counter[str]] = defaultdict(Counter)
        self._seconds: dict[str, float] = defaultdict(float)
        self._all = 0
        self._started = time.monotonic()

    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """Take what one worker has collected: they all collect the same."""
        self._left = Counter(map(_file, ids))
        self._all = len(ids)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_report_teststatus(self) -> Generator[None, Status | None, Status | None]:
        """Leave to pytest what counts as what, but have it show no letters."""
        status = yield
        return (status[0], "", status[2]) if status else None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test, or a part of one that did not pass."""
        file = _file(report.nodeid)
        self._seconds[file] += report.duration
        if report.outcome != "passed":
            self._say(f"{report.outcome.upper()} {report.nodeid}")
        part = isinstance(report, pytest.SubtestReport)
        if report.outcome != "passed" or (report.when == "call" and not part):
            self._outcomes[file][report.outcome] += 1

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Say how a file ended, if that was its last test."""
        file = _file(nodeid)
        self._left[file] -= 1
        if self._left[file]:
            return
        done = 1 - self._left.total() / self._all
        minutes, seconds = divmod(int(time.monotonic() - self._started), 60)
        outcomes = ", ".join(f"{n} {outcome}" for outcome, n in self._outcomes[file].items())
        self._say(
            f"{minutes:3}:{seconds:02} {done:4.0%}  {file}: "
            f"{outcomes} in {self._seconds[file]:.1f} s"
        )

    def _say(self, line: str) -> None:
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        assert terminal is not None
        terminal.write_line(line)


def _file(nodeid: str) -> str:
    return nodeid.partition("::")[0]


def _seconds(item: pytest.Item) -> float:
    return next((SECONDS[name] for name in SECONDS if item.get_closest_marker(name)), OTHERS)
