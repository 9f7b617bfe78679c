# SPDX-License-Identifier: GPL-2.0-or-later
"""The carrier's tap on the board's WAN cable, for as long as a step wants it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hwtest.board.faults import RigFault
from hwtest.lab.lab import Lab
from tests.testbed.capture import Capture
from tests.testbed.errors import TestbedError


@contextmanager
def recorded(lab: Lab) -> Iterator[Capture]:
    """Record the carrier's wire; whole, or a RigFault, when the block is left in good order."""
    try:
        with lab.tap() as capture:
            yield capture
    except TestbedError as error:
        raise RigFault("lab", f"the tap is not whole: {error}", "recording the WAN") from error
