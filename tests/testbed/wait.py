# SPDX-License-Identifier: GPL-2.0-or-later
"""Deadlines, and waiting for a state instead of sleeping."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from .errors import TestbedTimeoutError

T = TypeVar("T")


@dataclass
class Deadline:
    """A point on the monotonic clock, `seconds` from now."""

    seconds: float
    start: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> float:
        """Seconds that are left, 0 when it has passed."""
        return max(0.0, self.start + self.seconds - time.monotonic())

    @property
    def passed(self) -> bool:
        return self.left == 0


def wait_until(
    predicate: Callable[[], T],
    timeout: float,
    what: str,
    interval: float = 0.05,
    detail: Callable[[], str] | None = None,
) -> T:
    """Call `predicate` until it returns something true, and return that.

    Raises TestbedTimeoutError after `timeout` seconds, naming `what` was awaited and
    adding what `detail` returns (a log's tail, say).
    """
    deadline = Deadline(timeout)
    while not (value := predicate()):
        if deadline.passed:
            more = f"\n{detail()}" if detail else ""
            raise TestbedTimeoutError(f"waited {timeout:g} s for {what}, in vain{more}")
        time.sleep(interval)
    return value
