# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tasks have in common: have packages installed, run a module, give up in clear words."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable

from invoke import Exit

from tests.support import debian
from tests.support.sources import ROOT

ARCHITECTURE = "amd64"  # of User-Mode Linux, which runs on nothing else
KEPT_VARIABLES = ("CI", "LANG", "PPPSHROUD_CACHE", "TERM")  # sudo drops them


def need(task: str, packages: Iterable[str]) -> None:
    """Have Debian packages installed for a task, or end it."""
    try:
        debian.require(task, packages, architecture=ARCHITECTURE)
    except debian.PackageError as error:
        raise Exit(f"inv: {error}", code=1) from error


def run_as_root(task: str, module: str, *arguments: str) -> None:
    """Run a Python module from the root folder as root; end with its exit code unless it is 0.

    Root, because making and booting test images takes mounts and namespaces.
    """
    try:
        sudo = debian.root_prefix(task)
    except debian.PackageError as error:
        raise Exit(f"inv: {error}", code=1) from error
    command = [sys.executable, "-m", module, *arguments]
    if sudo:
        kept = [f"{name}={os.environ[name]}" for name in KEPT_VARIABLES if name in os.environ]
        command = [*sudo, "env", "PYTHONDONTWRITEBYTECODE=1", *kept, *command]
    try:
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
    finally:
        if sudo and (ROOT / "build").exists():
            _give_back([*sudo, "chown", "-R", f"{os.getuid()}:{os.getgid()}", "build"])
    if code:
        raise Exit(code=code)


def remove(folder: str) -> None:
    """Remove a folder of the project's and all that is in it, if it is there."""
    if (ROOT / folder).exists():
        shutil.rmtree(ROOT / folder)


def _give_back(command: list[str]) -> None:
    """Make what root wrote the caller's again."""
    subprocess.run(command, cwd=ROOT, check=True, timeout=60)
