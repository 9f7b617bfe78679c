# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the engines, which are programs of their own: found, timed, their complaints kept."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO

from pppshroud.errors import ShroudError


class EngineError(ShroudError):
    """An engine that is missing, failed or took too long."""


def find_program(name: str, package: str) -> str:
    """Return a program's path; raise EngineError that names its Debian package."""
    path = shutil.which(name)
    if path is None:
        raise EngineError(
            f"{name} is not installed. Install it with: apt-get install {package}, "
            "or choose other engines with --engine"
        )
    return path


def program_version(command: Sequence[str]) -> str:
    """Return the first x.y or x.y.z that a program prints, or "unknown"; each is asked once."""
    return _ask_version(tuple(command))


@cache
def _ask_version(command: tuple[str, ...]) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, errors="replace", timeout=30, check=False
    )
    found = re.search(r"\d+\.\d+(\.\d+)?", done.stdout)
    return found[0] if found else "unknown"


@contextmanager
def run_program(
    command: Sequence[str], timeout: float, folder: Path | None = None
) -> Iterator[IO[str]]:
    """Run a program, in `folder` if given, and yield its standard output.

    Raise EngineError unless it exits with 0.

    It is killed after `timeout` seconds, and when the block is left early.
    """
    name = command[0].rsplit("/", 1)[-1]
    with tempfile.TemporaryFile("w+", errors="replace") as complaints:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            errors="replace",
            cwd=folder,
        )
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            process.kill()

        timer = threading.Timer(timeout, expire)
        timer.start()
        try:
            with process:
                assert process.stdout is not None
                yield process.stdout
                process.stdout.read()
        finally:
            timer.cancel()
            process.kill()
        if expired.is_set():
            raise EngineError(f"{name} took more than {timeout:.0f} s, see --timeout")
        if process.returncode:
            complaints.seek(0)
            raise EngineError(
                f"{name} ended with status {process.returncode}: "
                f"{complaints.read()[-500:].strip() or 'it gave no reason'}"
            )
