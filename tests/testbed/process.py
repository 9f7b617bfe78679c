# SPDX-License-Identifier: GPL-2.0-or-later
"""A process that was started in a guest and goes on running."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import TestbedError, TestbedTimeoutError

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
        code = self.machine._call("poll", pid=self.pid)
        assert code is None or isinstance(code, int)
        return code

    @property
    def running(self) -> bool:
        return self.poll() is None

    def wait(self, timeout: float) -> int:
        """The exit code; TestbedTimeoutError when it still runs after `timeout` seconds."""
        seconds = timeout * self.machine.slowness
        code = self.machine._call("wait", timeout + 30, pid=self.pid, timeout=seconds)
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

    def await_socket(self, kind: str, number: int, timeout: float = 15.0) -> None:
        """Wait until its namespace has a "tcp" or "udp" socket on port `number`, or a "packet"
        socket for EtherType `number`. TestbedError when it ends before."""

        def ready() -> bool:
            if not self.running:
                raise TestbedError(f"{self.argv[0]} ended with {self.poll()}\n{self.tail()}")
            return f"{number:04X}" in self._sockets(kind)

        self.machine.wait_until(
            ready, timeout, f"{self.argv[0]} to open its {kind} socket {number}", self.tail
        )

    def _sockets(self, kind: str) -> set[str]:
        """Ports that are listened on (or EtherTypes), in hexadecimal, as the kernel tells."""
        found = set()
        for name in (kind, f"{kind}6") if kind != "packet" else (kind,):
            text = self.machine.read_text(f"/proc/{self.pid}/net/{name}")
            for fields in (line.split() for line in text.splitlines()[1:]):
                if kind == "packet":
                    found.add(fields[3].upper())
                elif kind == "udp" or fields[3] == "0A":  # TCP_LISTEN
                    found.add(fields[1].split(":")[1])
        return found
