# SPDX-License-Identifier: GPL-2.0-or-later
"""The serial console's log: every byte that came, each line with the time of its first byte."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from pathlib import Path


class ConsoleLog:
    """A text file that can be read while it grows.

    A line is `2026-11-22T15:31:02.123Z   12.345 | text`: UTC, and seconds since the log began.
    The rig's own remarks have `>` in place of `|`. Bytes that are no printable UTF-8 text are
    shown as \\x escapes; of line ends only the line feed is kept.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._started = time.monotonic()
        self._lock = threading.Lock()
        self._file = path.open("w", encoding="utf-8", buffering=1)
        self._in_line = False

    def write(self, data: bytes) -> None:
        """Append what the board said."""
        with self._lock:
            if self._file.closed:
                return
            for line in data.replace(b"\r", b"").splitlines(keepends=True):
                self._begin("|")
                self._file.write(readable(line.removesuffix(b"\n")))
                if line.endswith(b"\n"):
                    self._end()
            self._file.flush()

    def note(self, text: str) -> None:
        """Append a remark of the rig's, in a line of its own."""
        with self._lock:
            if self._file.closed:
                return
            for line in text.splitlines() or [""]:
                if self._in_line:
                    self._end()
                self._begin(">")
                self._file.write(line)
                self._end()

    def close(self) -> None:
        """Close the file; what comes later is dropped."""
        with self._lock:
            self._file.close()

    def _begin(self, sign: str) -> None:
        if self._in_line:
            return
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
        self._file.write(f"{now}Z {time.monotonic() - self._started:8.3f} {sign} ")
        self._in_line = True

    def _end(self) -> None:
        self._file.write("\n")
        self._in_line = False


def readable(data: bytes) -> str:
    """Return bytes as text without control characters."""
    text = data.decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() or c == "\t" else f"\\x{ord(c):02x}" for c in text)
