# SPDX-License-Identifier: GPL-2.0-or-later
"""How workers share the tests: whole files, the slowest first; and what fails is not lost."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import sharing, workers
from tests.support.sources import ROOT

FILES = {
    "test_a.py": "def test_one(): pass\ndef test_two(): pass\n",
    "test_b.py": "def test_wrong(): assert 1 == 2\n",
    "test_c.py": "import pytest\n@pytest.mark.slow\ndef test_last(): pass\n",
    "test_d.py": "import pytest\ndef test_skipped(): pytest.skip('no kernel')\n",
}


def shared(folder: Path, number: int, ci: str = "") -> subprocess.CompletedProcess[str]:
    """FILES, run by so many workers as ./inv test runs the project's."""
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = slow\n", encoding="utf-8")
    environment = {**os.environ, "CI": ci}
    environment.pop("PYTEST_XDIST_WORKER", None)  # these workers are not children of this one
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "tests.support.no_skips"),
            *("-p", "tests.support.sharing", "-p", "no:hypothesispytest", "-p", "no:labgrid"),
            *("-n", str(number), "--dist=loadfile", "--no-loadscope-reorder"),
            *("--rootdir", str(folder), str(folder)),
        ],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_a_line_for_each_file(tmp_path: Path) -> None:
    done = shared(tmp_path, 2)
    assert done.returncode == 1
    ends = dict(re.findall(r"^ +0:\d\d +\d+%  (test_.\.py): (.+) in [\d.]+ s$", done.stdout, re.M))
    assert ends == {
        "test_a.py": "2 passed", "test_b.py": "1 failed", "test_c.py": "1 passed",
        "test_d.py": "1 skipped",
    }  # fmt: skip
    assert re.search(r"^FAILED test_b\.py::test_wrong$", done.stdout, re.MULTILINE)
    assert "assert 1 == 2" in done.stdout
    assert "1 failed, 3 passed, 1 skipped" in done.stdout


def test_slow_files_come_first(tmp_path: Path) -> None:
    lines = shared(tmp_path, 1).stdout.splitlines()
    order = [match[1] for line in lines if (match := re.search(r"%  (test_.)\.py:", line))]
    assert order == ["test_c", "test_a", "test_b", "test_d"]


def test_skip_fails_in_ci_only(tmp_path: Path) -> None:
    assert "nothing may be skipped in CI" not in shared(tmp_path, 2).stdout
    done = shared(tmp_path, 2, ci="true")
    assert "nothing may be skipped in CI: " in done.stdout
    assert "2 failed, 3 passed" in done.stdout


def test_one_worker_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2})
    assert sharing.pytest_xdist_auto_num_workers() == workers.count() > 1
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {5})
    assert (sharing.pytest_xdist_auto_num_workers(), workers.count()) == (0, 1)


def test_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)))
    monkeypatch.setattr(os, "sysconf", lambda name: {"SC_PAGE_SIZE": 4096}.get(name, 3 << 18))
    assert workers.count() == 3


def test_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    assert workers.own("build/feed") == "build/feed"
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw1")
    assert workers.own("build/feed") == "build/feed-gw1"
