# SPDX-License-Identifier: GPL-2.0-or-later
"""One machine for many tests, clean for each; a new one when its kernel has died or hangs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import TracebackType

from .errors import TestbedError
from .machine import Machine


class Lender:
    """Boots the machine when it is first asked for. A context manager: leaving ends it.

    A guest's own kernel fails now and then, User-Mode Linux above all. That must not fail
    every test that comes after; it is said on standard error, for nobody to overlook.
    """

    def __init__(self, boot: Callable[[], Machine]) -> None:
        """boot: makes a machine that is still to be entered."""
        self._boot = boot
        self._machine: Machine | None = None

    def __enter__(self) -> Lender:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def lend(self) -> Machine:
        """A machine with no process and no namespace in it."""
        if self._machine is not None:
            self.take_back()
        if self._machine is None:
            self._machine = self._boot().__enter__()
        return self._machine

    def take_back(self) -> None:
        """Clean the machine that was lent; end it if it does not answer."""
        if self._machine is None:
            return
        try:
            self._machine.reset()
        except TestbedError as error:
            print(f"testbed: the machine is lost, booting another: {error}", file=sys.stderr)
            self._end()

    def _end(self) -> None:
        machine, self._machine = self._machine, None
        if machine is not None:
            machine.__exit__(None, None, None)
