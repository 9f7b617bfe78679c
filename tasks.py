# SPDX-License-Identifier: GPL-2.0-or-later
"""What ./inv can do. One verb each; the work is done by the modules that they call."""

import shutil
import subprocess
import sys

from invoke import Collection, Context, Exit, task

from tests.support import debian, lint, needs
from tests.support.sources import ROOT


@task(name="lint")
def lint_task(_: Context) -> None:
    """Check style, types and house rules of every source file."""
    _need("lint", needs.LINT)
    if not lint.run_all():
        raise Exit("inv: lint found faults (see above)", code=1)


@task(
    pre=[lint_task],
    help={"k": "only tests whose names match this pytest expression", "fast": "no slow tests"},
)
def test(_: Context, k: str = "", fast: bool = False) -> None:
    """Run every linter and every test."""
    _need("the tests", needs.OBSERVE + needs.TESTBED, needs.TESTBED_ARCHITECTURE)
    choice = (["-k", k] if k else []) + (["-m", "not slow"] if fast else [])
    _run_python("pytest", "-v", *choice)


@task
def clean(_: Context) -> None:
    """Remove everything that was built (build/)."""
    shutil.rmtree(ROOT / "build", ignore_errors=True)


def _need(purpose: str, packages: tuple[str, ...], architecture: str | None = None) -> None:
    try:
        debian.require(purpose, packages, architecture=architecture)
    except debian.MachineError as error:
        raise Exit(f"inv: {error}", code=1) from error


def _run_python(module: str, *arguments: str) -> None:
    """Run a module of ours or of .venv in a process of its own; end with its exit code."""
    done = subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT, check=False)
    if done.returncode:
        raise Exit(code=done.returncode)


namespace = Collection(lint_task, test, clean)
