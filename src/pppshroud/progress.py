# SPDX-License-Identifier: GPL-2.0-or-later
"""Tells on stderr how far a long job is: often on a terminal, seldom in a log."""

from __future__ import annotations

import sys
import time
from typing import TextIO

TERMINAL_INTERVAL = 0.2  # seconds between updates
LOG_INTERVAL = 15.0


class Progress:
    """Call `update` as often as you like; short jobs print nothing."""

    def __init__(self, label: str, total: int, stream: TextIO | None = None) -> None:
        self.label = label
        self.total = total
        self.stream = sys.stderr if stream is None else stream
        self.terminal = self.stream.isatty()
        self.interval = TERMINAL_INTERVAL if self.terminal else LOG_INTERVAL
        self.due = time.monotonic() + self.interval
        self.shown = False

    def update(self, done: int) -> None:
        """Say that `done` of `total` units are done, if it is time to."""
        if time.monotonic() < self.due:
            return
        self.due = time.monotonic() + self.interval
        self.shown = True
        percent = min(100, 100 * done // max(1, self.total))
        start, end = ("\r", "\x1b[K") if self.terminal else ("", "\n")
        print(f"{start}{self.label}: {percent} %", end=end, file=self.stream, flush=True)

    def finish(self) -> None:
        """Clear the line on a terminal."""
        if self.shown and self.terminal:
            print("\r\x1b[K", end="", file=self.stream, flush=True)
