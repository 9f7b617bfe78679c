# SPDX-License-Identifier: GPL-2.0-or-later
"""Tells on standard error how far a long capture has been read."""

from __future__ import annotations

import sys
import time

TERMINAL_INTERVAL = 0.5  # seconds
LOG_INTERVAL = 10.0


class Progress:
    """`total` is the file's length in bytes, 0 if it has none (a pipe)."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.terminal = sys.stderr.isatty()
        self.interval = TERMINAL_INTERVAL if self.terminal else LOG_INTERVAL
        self.next = time.monotonic() + self.interval
        self.shown = False

    def at(self, offset: int, packets: int) -> None:
        """Say so, unless it was said a moment ago."""
        now = time.monotonic()
        if now < self.next:
            return
        self.next = now + self.interval
        share = f"{offset * 100 // self.total} %, " if self.total else ""
        text = f"{share}{packets} packets"
        print(f"\r{text}  " if self.terminal else text, file=sys.stderr, end=self._end, flush=True)
        self.shown = True

    def finish(self) -> None:
        """Leave the terminal's line."""
        if self.shown and self.terminal:
            print(file=sys.stderr)

    @property
    def _end(self) -> str:
        return "" if self.terminal else "\n"
