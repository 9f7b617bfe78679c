# SPDX-License-Identifier: GPL-2.0-or-later
"""A process that was started in a guest and goes on running."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import TestbedTimeoutError

if TYPE_CHECKING:
    from .machine import Machine


@dataclass(frozen=True)
class Process:
    """One process in `machine`: `pid` is the guest's, `log` the guest's file of its output."""

    machine: Machine
    argv: tuple[str, ...]
    pid: int
    log: str

    def poll(self) -> int | None:
        """The exit code (negative: a signal), or None while it runs."""
        code = self.machine._call("poll", pid=self.pid)  # noqa: SLF001
        assert code is None or isinstance(code, int)
        return code

    @property
    def running(self) -> bool:
        return self.poll() is None

    def wait(self, timeout: float) -> int:
        """The exit code; TestbedTimeoutError when it still runs after `timeout` seconds."""
        seconds = timeout * self.machine.slowness
        code = self.machine._call("wait", timeout + 30, pid=self.pid, timeout=seconds)  # noqa: SLF001
        if code is None:
            raise TestbedTimeoutError(
                f"{self.argv[0]} still runs after {seconds:g} s\n{self.tail()}"
            )
        assert isinstance(code, int)
        return code

    def signal(self, number: signal.Signals, group: bool = False) -> None:
        """Send a signal to it, or to all of its session (its children included)."""
        self.machine.signal(self.pid, number, group)

    def kill(self) -> None:
        """kill -9, and wait for its end."""
        self.signal(signal.SIGKILL)
        self.wait(10)

    def stop(self, timeout: float = 10.0) -> int:
        """Ask it to end, wait, and return its exit code; kill -9 after `timeout` seconds."""
        if (code := self.poll()) is not None:
            return code
        self.signal(signal.SIGTERM)
        try:
            return self.wait(timeout)
        except TestbedTimeoutError:
            self.kill()
            raise

    def output(self) -> str:
        """All that it has written to stdout and stderr so far."""
        return self.machine.read_text(self.log)

    def tail(self, lines: int = 25) -> str:
        """The end of its output, for messages."""
        return "\n".join([f"end of {self.log}:", *self.output().splitlines()[-lines:]])
