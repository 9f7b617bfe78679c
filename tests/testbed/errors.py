# SPDX-License-Identifier: GPL-2.0-or-later
"""What can go wrong in the testbed, each with a sentence that says what to do."""

from __future__ import annotations


class TestbedError(Exception):
    """The testbed itself failed (not the program under test)."""

    __test__ = False  # pytest would take the name for a test class


class ImageError(TestbedError):
    """An image could not be built."""


class MachineError(TestbedError):
    """A machine did not boot, died or does not answer."""


class GuestDiedError(MachineError):
    """A guest's kernel ended by itself, in the middle of something."""


class CommandError(TestbedError):
    """A command in a machine ended with a code that was not asked for."""


class TestbedTimeoutError(TestbedError):
    """What was awaited did not happen in time."""


class GuestSilentError(TestbedTimeoutError):
    """A guest's kernel hangs: its agent does not answer what takes no time."""
