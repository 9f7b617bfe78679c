# SPDX-License-Identifier: GPL-2.0-or-later
"""What ./inv can do. One verb each; the work is done by the modules that they call."""

import shutil

from invoke import Collection, Context, Exit, task

from tests.support import debian, lint
from tests.support.sources import ROOT


def _need(purpose: str, packages: tuple[str, ...], architecture: str | None = None) -> None:
    try:
        debian.require(purpose, packages, architecture=architecture)
    except debian.PackageError as error:
        raise Exit(f"inv: {error}", code=1) from error


@task(name="lint")
def lint_task(_: Context) -> None:
    """Check style, types and house rules of every source file."""
    _need("lint", lint.PACKAGES)
    if not lint.run_all():
        raise Exit("inv: lint found faults (see above)", code=1)


@task
def clean(_: Context) -> None:
    """Remove everything that was built (build/)."""
    shutil.rmtree(ROOT / "build", ignore_errors=True)


namespace = Collection(lint_task, clean)
