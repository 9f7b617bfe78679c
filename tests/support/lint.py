# SPDX-License-Identifier: GPL-2.0-or-later
"""Run every linter over the project's own files, and say which found faults."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.luci import npm
from tests.support import house, lint_c
from tests.support.sources import ROOT, shell_scripts
from tests.testbed.errors import TestbedError

TIMEOUT = 600.0  # seconds for one linter over all files


def run_all() -> bool:
    """Run the linters one after the other; print one line each, and what each complains about."""
    results = [_run(name, check) for name, check in _checks()]
    return all(results)


def _checks() -> Iterator[tuple[str, Callable[[], str]]]:
    """Names and checks; a check returns its complaints, "" when there are none."""
    yield "house rules", house.complaints
    yield "ruff", _program(sys.executable, "-m", "ruff", "check", "--quiet")
    yield "ruff format", _program(sys.executable, "-m", "ruff", "format", "--check", "--quiet")
    yield "mypy", _program(sys.executable, "-m", "mypy", "--no-error-summary")
    yield "shellcheck", _program("shellcheck", "--external-sources", files=shell_scripts())
    yield "eslint", npm.lint
    yield "clang-format", lint_c.format_complaints
    yield "clang-tidy", lint_c.tidy_complaints


def _program(*command: str, files: list[Path] | None = None) -> Callable[[], str]:
    """A check that runs a program over files, or over what its own configuration names."""

    def check() -> str:
        if files == []:
            return ""
        done = subprocess.run(
            [*command, *map(str, files or [])],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        return (done.stdout or f"exit status {done.returncode}") if done.returncode else ""

    return check


def _run(name: str, check: Callable[[], str]) -> bool:
    started = time.monotonic()
    try:
        complaints = check()
    except TestbedError as error:
        complaints = str(error)
    took = time.monotonic() - started
    print(f"{name:<14} {'FAULTS' if complaints else 'ok':<7} {took:5.1f} s", flush=True)
    if complaints:
        print(complaints.rstrip(), flush=True)
    return not complaints


if __name__ == "__main__":
    sys.exit(not run_all())
