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
KEPT_VARIABLES = ("CI", "LANG", "LUCI_DIR", "PPPSHROUD_CACHE", "TERM")  # sudo drops them


def need(task: str, packages: Iterable[str]) -> None:
    """Have Debian packages installed for a task, or end it."""
    try:
        debian.require(task, packages, architecture=ARCHITECTURE)
    except debian.PackageError as error:
        raise Exit(f"inv: {error}", code=1) from error


def run(module: str, *arguments: str) -> None:
    """Run a Python module from the root folder; end with its exit code unless it is 0."""
    _end_unless_ok([sys.executable, "-m", module, *arguments])


def run_as_root(task: str, module: str, *arguments: str) -> None:
    """As run(), but as root: making and booting test images takes mounts and namespaces."""
    try:
        sudo = debian.root_prefix(task)
    except debian.PackageError as error:
        raise Exit(f"inv: {error}", code=1) from error
    if not sudo:
        run(module, *arguments)
        return
    kept = [f"{name}={value}" for name, value in os.environ.items() if _is_kept(name)]
    variables = ["PYTHONDONTWRITEBYTECODE=1", *kept]
    try:
        _end_unless_ok([*sudo, "env", *variables, sys.executable, "-m", module, *arguments])
    finally:
        _give_back(sudo)


def remove(folder: str) -> None:
    """Remove a folder of the project's and all that is in it, if it is there."""
    if (ROOT / folder).exists():
        shutil.rmtree(ROOT / folder)


def _is_kept(name: str) -> bool:
    """Whether a variable is one of ours, or of a target's YAML: those begin with LG_."""
    return name in KEPT_VARIABLES or name.startswith("LG_")


def _end_unless_ok(command: list[str]) -> None:
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    if code:
        raise Exit(code=code)


def _give_back(sudo: list[str]) -> None:
    """Make what root wrote into build/ the caller's again."""
    if (ROOT / "build").exists():
        owner = f"{os.getuid()}:{os.getgid()}"
        subprocess.run([*sudo, "chown", "-R", owner, "build"], cwd=ROOT, check=True, timeout=60)
