# SPDX-License-Identifier: GPL-2.0-or-later
"""What many tests share in a guest, made anew when its machine is lost.

pytest would hand out what it has kept: to the rerun of the test in which the guest's kernel died,
and to every later test of the file.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import Generic, TypeVar

from tests.testbed.errors import TestbedError
from tests.testbed.lender import Lender
from tests.testbed.machine import Machine

from .world import Guest, install

T = TypeVar("T")


def answers(machine: Machine) -> bool:
    """Whether a machine is of use still."""
    try:
        machine.uptime()
    except TestbedError:
        return False
    return True


class Guests:
    """A lender's machine with the programs under test in it; another one when it is lost."""

    def __init__(self, lender: Lender) -> None:
        self._lender = lender
        self._guest: Guest | None = None

    def present(self) -> Guest:
        """The guest that answers."""
        if self._guest is None or not answers(self._guest.machine):
            self._guest = install(self._lender.lend())
        return self._guest


class Kept(Generic[T]):
    """A context that is entered once in each guest. A context manager: leaving leaves it, too."""

    def __init__(self, enter: Callable[[Guest], AbstractContextManager[T]]) -> None:
        self._enter = enter
        self._stack = ExitStack()
        self._entered: tuple[Guest, T] | None = None

    def __enter__(self) -> Kept[T]:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._leave()

    def on(self, guest: Guest) -> T:
        """What the context gives in this guest."""
        if self._entered is None or self._entered[0] is not guest:
            self._leave()
            self._entered = guest, self._stack.enter_context(self._enter(guest))
        return self._entered[1]

    def _leave(self) -> None:
        entered, self._entered = self._entered, None
        try:
            self._stack.close()
        except TestbedError:
            if entered is None or answers(entered[0].machine):
                raise
