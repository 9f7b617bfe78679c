# SPDX-License-Identifier: GPL-2.0-or-later
"""A headless Chromium, driven over a pipe by its DevTools protocol: nothing but the browser.

Messages are JSON texts ended by a NUL octet; Chromium reads them from descriptor 3 and writes to
descriptor 4 (--remote-debugging-pipe).
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from queue import Empty, Queue
from typing import Any

TIMEOUT = 60.0  # seconds for one answer; a loaded machine is slow, not dead
FLAGS = (
    "--headless=new",
    "--no-sandbox",  # the tests run as root
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--no-first-run",
    "--no-default-browser-check",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--password-store=basic",
)


class BrowserError(Exception):
    """Chromium could not be started, or refused a command; says which and why."""


class Browser:
    """A running Chromium. Give it to `with`, or close() it."""

    def __init__(self, log: Path) -> None:
        program = shutil.which("chromium")
        if program is None:
            raise BrowserError("chromium is not installed: apt-get install chromium")
        self._profile = tempfile.mkdtemp(prefix="pppshroud-chromium-")
        self._lock = threading.Lock()
        self._number = 0
        self._answers: dict[int, Queue[dict[str, Any]]] = {}
        self._listeners: dict[str, Callable[[str, dict[str, Any]], None]] = {}
        self._pid, self._to, self._from = self._start(program, log)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self, program: str, log: Path) -> tuple[int, int, int]:
        """Start the browser; return its number and our ends of the two pipes."""
        theirs_in, ours_out = _pipe()
        ours_in, theirs_out = _pipe()
        written = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        argv = [program, *FLAGS, f"--user-data-dir={self._profile}", "about:blank"]
        pid = os.posix_spawn(
            program,
            argv,
            {**os.environ, "HOME": self._profile},
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, str(log), written, 0o644),
                (os.POSIX_SPAWN_DUP2, 1, 2),
                (os.POSIX_SPAWN_DUP2, theirs_in, 3),
                (os.POSIX_SPAWN_DUP2, theirs_out, 4),
            ],
            setpgroup=0,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        return pid, ours_out, ours_in

    def close(self) -> None:
        """End the browser and all its processes; remove its profile."""
        os.close(self._to)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        self._reader.join(TIMEOUT)
        os.close(self._from)
        shutil.rmtree(self._profile, ignore_errors=True)

    def call(self, method: str, session: str = "", **params: object) -> dict[str, Any]:
        """Give a command and wait for its result. Raises BrowserError."""
        answer: Queue[dict[str, Any]] = Queue()
        with self._lock:
            self._number += 1
            number = self._number
            self._answers[number] = answer
            message: dict[str, object] = {"id": number, "method": method, "params": params}
            if session:
                message["sessionId"] = session
            _write_all(self._to, json.dumps(message).encode() + b"\0")
        try:
            told = answer.get(timeout=TIMEOUT)
        except Empty:
            raise BrowserError(f"{method}: no answer from Chromium in {TIMEOUT} s") from None
        if "error" in told:
            raise BrowserError(f"{method}: {told['error'].get('message')}")
        result: dict[str, Any] = told["result"]
        return result

    def listen(self, session: str, listener: Callable[[str, dict[str, Any]], None]) -> None:
        """Have every event of a session given to listener(method, params), in another thread."""
        self._listeners[session] = listener

    def _read(self) -> None:
        buffer = b""
        while part := _read_some(self._from):
            buffer += part
            *messages, buffer = buffer.split(b"\0")
            for message in messages:
                self._dispatch(json.loads(message))
        lost = {"error": {"message": "Chromium has ended"}}
        for answer in list(self._answers.values()):
            answer.put(lost)

    def _dispatch(self, told: dict[str, Any]) -> None:
        if "id" in told:
            answer = self._answers.pop(told["id"], None)
            if answer is not None:
                answer.put(told)
        elif listener := self._listeners.get(told.get("sessionId", "")):
            listener(told["method"], told["params"])


def _pipe() -> tuple[int, int]:
    """A pipe whose ends are out of the way of 3 and 4, and are not inherited by chance."""
    ends = os.pipe()
    high = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    return high[0], high[1]


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        try:
            data = data[os.write(descriptor, data) :]
        except OSError as error:
            raise BrowserError(f"Chromium has ended: {error}") from error


def _read_some(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 1 << 20)
    except OSError:
        return b""
