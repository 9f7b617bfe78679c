# SPDX-License-Identifier: GPL-2.0-or-later
"""A process in a guest that answers lines with lines."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from .errors import TestbedError
from .process import Process

INLINE = 1500
"""Characters that are sent along; more go through the shared folder, which takes them faster."""


@dataclass(frozen=True)
class Dialogue(Process):
    """One process whose standard input and output are ours; its log has what it complains of."""

    def ask(self, text: str = "", answers: int = 1, timeout: float = 60.0) -> list[str]:
        """Write `text` to it and return the next `answers` lines, without their ends.

        TestbedError when it ends before; TestbedTimeoutError after `timeout` seconds.
        """
        given = {"text": text} if len(text) <= INLINE else {"path": self._shared(text)}
        said = self.machine._call("ask", timeout, pid=self.pid, lines=answers, **given)
        assert isinstance(said, list)
        if len(said) < answers:
            raise TestbedError(f"{self.argv[0]} ended with {self.wait(10)}\n{self.tail()}")
        return said

    def close(self, timeout: float = 30.0) -> int:
        """End its input, and return its exit code when it has ended."""
        self.machine._call("hang_up", pid=self.pid)
        return self.wait(timeout)

    def _shared(self, text: str) -> str:
        """The guest's path of a new file with this text, which the agent removes."""
        name = f"dialogue-{uuid.uuid4().hex}"
        (self.machine.share / name).write_text(text)
        return f"/shared/{name}"
