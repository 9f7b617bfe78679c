# SPDX-License-Identifier: GPL-2.0-or-later
"""The two interpreters that run the agent: CPython, and the real MicroPython of the test image.

MicroPython is started with the image's own loader and libraries, so it sees the machine's files
and programs as any process does, and ends with its parent's signals; no root is needed.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.support.sources import ROOT
from tests.testbed import images

AGENT = ROOT / "src/agent"
TESTS = ROOT / "tests/agent"
RUNNER = TESTS / "runner"
TIMEOUT = 60.0  # seconds


class Interpreter:
    """How to run Python code that imports the agent's package `shroud`."""

    def __init__(self, name: str, command: list[str], env: dict[str, str]) -> None:
        """`command` is what stands before -c or a file's name."""
        self.name = name
        self.command = command
        self.env = env

    def run(
        self,
        *arguments: str,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        timeout: float = TIMEOUT,
        check: bool = True,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run it with arguments, such as "-c", CODE; its output is bytes.

        Raises AssertionError with all output if `check` and the code is not 0.
        """
        done = subprocess.run(
            [*self.command, *arguments],
            input=stdin,
            capture_output=True,
            env=self.environment(env),
            timeout=timeout,
            check=False,
        )
        if check and done.returncode:
            told = (done.stdout + done.stderr).decode(errors="replace")
            raise AssertionError(f"{self.name} ended with code {done.returncode}:\n{told}")
        return done

    def start(
        self, *arguments: str, env: Mapping[str, str] | None = None
    ) -> "subprocess.Popen[bytes]":
        """Start it, with pipes for all three; the caller ends it."""
        return subprocess.Popen(
            [*self.command, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.environment(env),
        )

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """The variables that the agent's process has."""
        kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
        return {**kept, "LC_ALL": "C.UTF-8", **self.env, **(more or {})}


def cpython() -> Interpreter:
    """The interpreter that runs this."""
    path = f"{AGENT}:{ROOT}"
    variables = {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}
    return Interpreter("cpython", [sys.executable], variables)


def micropython() -> Interpreter:
    """MicroPython as the test image has it; builds the image if it is not there."""
    root = images.guest_root()
    command = [
        str(root / "usr/lib64/ld-linux-x86-64.so.2"),
        "--library-path",
        str(root / "usr/lib/x86_64-linux-gnu"),
        str(root / "usr/bin/micropython"),
    ]
    return Interpreter("micropython", command, {"MICROPYPATH": f"{RUNNER}:{AGENT}:{ROOT}:.frozen"})


def modules() -> list[Path]:
    """The agent's test files that run under both interpreters."""
    return sorted(TESTS.glob("test_*.py"))
