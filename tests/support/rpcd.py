# SPDX-License-Identifier: GPL-2.0-or-later
"""rpcd's part for the agent's tests: a call as it makes it; answers as docs/agent.md has them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

from tests.luci.router import EXECUTABLES, HERE, Router
from tests.support.agent import Interpreter
from tests.support.sources import ROOT

TIMEOUT = 60.0  # seconds for one call


class Agent:
    """A router, and rpcd's part."""

    def __init__(self, root: Path, interpreter: Interpreter) -> None:
        self.router = Router(root, interpreter)
        self.interpreter = interpreter
        path = f"{HERE / 'programs'}:{os.environ['PATH']}"
        self.env = {"ROUTER": str(root), "PATH": path}

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start the plugin as rpcd does, with pipes for all three."""
        launch = [str(HERE / "launch.py"), str(self.router.root)]
        return self.interpreter.start(
            *launch, str(EXECUTABLES / "shroud.rpcd"), *words, env=self.env
        )

    def call(self, method: str, data: bytes) -> dict[str, Any]:
        """Call a method with these octets; check that the answer is one JSON object."""
        with self.start("call", method) as process:
            out, err = process.communicate(data, timeout=TIMEOUT)
        assert (process.returncode, err) == (0, b"")
        answer = json.loads(out)
        assert isinstance(answer, dict)
        return answer

    def ask(self, method: str, **arguments: object) -> dict[str, Any]:
        return self.call(method, json.dumps(arguments).encode())

    def refusal(self, method: str, data: bytes) -> tuple[str, str]:
        """Code and message of an error."""
        answer = self.call(method, data)
        assert list(answer) == ["error"]
        return answer["error"]["code"], answer["error"]["message"]

    def kill_pppd(self, line: str) -> None:
        """Kill what serves a line, and wait until it is dead."""
        report = self.router.root / f"var/run/shroud/lines/{line}.json"
        pid = json.loads(report.read_text())["pid"]
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)

    def log(self) -> str:
        """The system log."""
        path = self.router.root / "log"
        return path.read_text() if path.exists() else ""


def documented(heading: str) -> dict[str, Any]:
    """The first JSON example below a heading of docs/agent.md."""
    text = (ROOT / "docs/agent.md").read_text(encoding="utf-8")
    section = text.split(f"### {heading}\n", 1)[1]
    block = re.search(r"\n\n(    \{(?:.*\n    )*.*\n)", section)
    assert block
    found: dict[str, Any] = json.loads(block[1])
    return found


def shape(value: object) -> object:
    """Names and types; what may be null has none."""
    if isinstance(value, dict):
        return {name: shape(member) for name, member in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value and isinstance(value[0], dict) else []
    return None if value is None else type(value).__name__


def assert_same_shape(found: object, example: object, where: str = "") -> None:
    """Every member that the example has, and no other, each of the same type or null."""
    if isinstance(example, dict) and isinstance(found, dict):
        if where.endswith("counters"):
            assert found
            return
        assert sorted(found) == sorted(example), where
        for name in example:
            assert_same_shape(found[name], example[name], f"{where}.{name}")
    elif isinstance(example, list) and isinstance(found, list):
        for item in found if example else []:
            assert_same_shape(item, example[0], f"{where}[]")
    elif found is not None and example is not None:
        assert found == example, where
