# SPDX-License-Identifier: GPL-2.0-or-later
"""The tools that guard the project: lock file, house rules, and no silent skips."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support import debian, house
from tests.support.sources import ROOT, shell_scripts, tracked

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def test_lock_holds_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    locked = set(re.findall(r"^([a-z0-9-]+)==", LOCK, re.MULTILINE))
    names = {re.split(r"[<>=~! ]", entry)[0].lower().replace("_", "-") for entry in wanted}
    assert names <= locked


def test_lock_names_no_index() -> None:
    assert "://" not in LOCK
    assert not re.search(r"^-|file:|index-url|find-links", LOCK, re.MULTILINE)


def test_shell_scripts_found_by_first_line() -> None:
    assert {Path("inv"), Path(".ci/run")} <= set(shell_scripts())


def test_tracked_leaves_out_what_git_ignores() -> None:
    assert not [path for path in tracked() if path.parts[0] in {".venv", "build"}]


@pytest.mark.parametrize(
    ("path", "lines", "faults"),
    [
        ("src/a.py", ["# SPDX-License-Identifier: GPL-2.0-or-later"], 0),
        ("src/a.sh", ["#!/bin/sh", "# SPDX-License-Identifier: GPL-2.0-or-later"], 0),
        ("src/a.py", ["", "# SPDX-License-Identifier: GPL-2.0-or-later"], 1),
        ("src/a.py", ["# SPDX-License-Identifier: Apache-2.0"], 1),
        ("luci-app/a.js", ["// SPDX-License-Identifier: Apache-2.0"], 0),
        ("src/a.py", [], 1),
    ],
)
def test_licence_line(path: str, lines: list[str], faults: int) -> None:
    assert len(house.licence_complaints(Path(path), lines)) == faults


@pytest.mark.parametrize(
    ("path", "length", "faults"),
    [("a.c", 300, 0), ("a.c", 301, 1), ("test_vectors.py", 700, 0), ("test_vectors.py", 701, 1)],
)
def test_file_length(path: str, length: int, faults: int) -> None:
    assert len(house.length_complaints(Path(path), length)) == faults


def test_no_skips_is_on(pytestconfig: pytest.Config) -> None:
    assert pytestconfig.pluginmanager.has_plugin("tests.support.no_skips")


def test_debian_installed_package_needs_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    debian.require("this test", ["dpkg", "libc6"])
    assert capfd.readouterr() == ("", "")


def test_debian_wrong_architecture() -> None:
    with pytest.raises(debian.PackageError, match=r"^the test bed runs on sparc machines only; "):
        debian.require("the test bed", [], architecture="sparc")


@pytest.mark.parametrize(
    "body",
    [
        "def test_x(): pytest.skip('no kernel')",
        "@pytest.mark.skip(reason='no kernel')\ndef test_x(): pass",
        "pytest.skip('no kernel', allow_module_level=True)",
    ],
)
@pytest.mark.parametrize("ci", ["", "true"])
def test_skip_fails_in_ci_only(tmp_path: Path, body: str, ci: str) -> None:
    (tmp_path / "test_x.py").write_text(f"import pytest\n{body}\n", encoding="utf-8")
    pytest_command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.support.no_skips",
        "-p",
        "no:hypothesispytest",
    ]
    done = subprocess.run(
        [*pytest_command, "--rootdir", str(tmp_path), str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "CI": ci},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ("nothing may be skipped in CI" in done.stdout) == bool(ci)
    assert (done.returncode not in {0, 5}) == bool(ci)
    assert "no kernel" in done.stdout or not ci
