# SPDX-License-Identifier: GPL-2.0-or-later
"""The npm packages that check the page (ESLint, axe-core), installed below build/."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from ..support.sources import ROOT
from ..testbed.errors import TestbedError

HERE = Path(__file__).parent
FOLDER = ROOT / "build/luci/npm"
TIMEOUT = 600.0  # seconds for npm, which may have much to fetch
LINTED = ("luci-app", "tests/luci/standin")


class NpmError(TestbedError):
    """The packages can not be had; says why."""


def installed() -> Path:
    """The folder node_modules with what package-lock.json names. Quick when it is there.

    Several processes may ask at a time. Raises NpmError.
    """
    FOLDER.parent.mkdir(parents=True, exist_ok=True)
    with FOLDER.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _installed()


def _installed() -> Path:
    wanted = _sum("package-lock.json")
    stamp = FOLDER / "stamp"
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, FOLDER)
        try:
            _run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], FOLDER)
        except (OSError, subprocess.SubprocessError) as error:
            told = getattr(error, "output", None) or error
            raise NpmError(f"npm can not install what checks the page: {told}") from error
        stamp.write_text(wanted)
    return FOLDER / "node_modules"


def lint() -> str:
    """What ESLint complains of, "" if of nothing."""
    program = installed() / ".bin/eslint"
    # A configuration finds its packages from where it lies.
    config = Path(shutil.copy(HERE / "eslint.config.mjs", FOLDER))
    command = [str(program), "--config", str(config), "--max-warnings", "0", *LINTED]
    try:
        _run(command, ROOT)
    except subprocess.CalledProcessError as error:
        return str(error.output)
    return ""


def _sum(name: str) -> str:
    return hashlib.sha256((HERE / name).read_bytes()).hexdigest()


def _run(command: list[str], folder: Path) -> None:
    """Run a program; subprocess.CalledProcessError, with what it printed, if it fails."""
    subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "NO_UPDATE_NOTIFIER": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT,
        check=True,
    )
