# SPDX-License-Identifier: GPL-2.0-or-later
"""rpcd's exec plugins, after its plugin.c and exec.c.

At start each executable in /usr/libexec/rpcd is asked `list`: a JSON object of methods, each
with its arguments by example. A call runs `PLUGIN call METHOD` with the arguments as JSON on
stdin; a JSON object on stdout is the answer, nothing is "No response", anything else "Invalid
argument". The exit code and stderr count for nothing; after 30 s the plugin is killed. Over
HTTP the session's id comes with the arguments: `session` adds it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from typing import Any

from .bus import INVALID_ARGUMENT, NO_DATA, OK, TIMED_OUT, Bus, Method, Reply
from .loop import Loop, Output

FOLDER = "/usr/libexec/rpcd"
TIMEOUT = 30.0


class Rpcd:
    """Registers the plugins' objects. What a plugin wrongly writes to `list` leaves it out."""

    def __init__(self, loop: Loop, bus: Bus) -> None:
        self.loop, self.bus = loop, bus
        self.names: list[str] = []

    def start(self) -> None:
        """Ask all plugins anew, as a restart of rpcd does."""
        for name in self.names:
            del self.bus.objects[name]
        present = sorted(os.listdir(FOLDER)) if os.path.isdir(FOLDER) else []
        self.names = [n for n in present if os.access(f"{FOLDER}/{n}", os.X_OK)]
        for name in self.names:
            methods = self._listed(f"{FOLDER}/{name}")
            self.bus.objects[name] = {m: self._method(name, m) for m in methods}

    def _listed(self, path: str) -> list[str]:
        done = subprocess.run([path, "list"], capture_output=True, timeout=TIMEOUT, check=False)
        try:
            return [m for m, arguments in json.loads(done.stdout).items() if arguments is not None]
        except (ValueError, AttributeError):
            return []

    def _method(self, name: str, method: str) -> Method:
        return lambda asked, reply: self._call(f"{FOLDER}/{name}", method, asked, reply)

    def _call(self, path: str, method: str, asked: dict[str, Any], reply: Reply) -> None:
        output = Output(self.loop)
        reader, writer = os.pipe2(os.O_CLOEXEC)
        late = False

        def ended(_: int) -> None:
            timer.cancel()
            said = output.finish()
            reply(*((TIMED_OUT,) if late else self._answer(said)))

        def kill() -> None:
            nonlocal late
            late = True
            os.kill(pid, signal.SIGKILL)

        timer = self.loop.after(TIMEOUT, kill)
        files = {0: reader, 1: output.writer}
        pid = self.loop.spawn([path, "call", method], ended, files=files)
        output.started()
        os.close(reader)
        self._feed(writer, json.dumps(asked).encode())

    @staticmethod
    def _feed(writer: int, data: bytes) -> None:
        """Beside the loop: a plugin need not read its input, and a pipe holds only so much."""
        if not os.fork():
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
            with open(writer, "wb") as file:
                file.write(data)
            os._exit(0)
        os.close(writer)

    @staticmethod
    def _answer(said: bytes) -> tuple[int, dict[str, Any] | None]:
        if not said.strip():
            return NO_DATA, None
        try:
            answer = json.loads(said)
        except ValueError:
            return INVALID_ARGUMENT, None
        return (OK, answer) if isinstance(answer, dict) else (INVALID_ARGUMENT, None)
