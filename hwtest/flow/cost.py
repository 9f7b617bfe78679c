# SPDX-License-Identifier: GPL-2.0-or-later
"""Instructions that the virtual board's kernel executes for each forwarded packet.

Packets of full size, one way: UDP to port 443, which the data path takes for bulk as it does
almost all that crosses a line, and which no acknowledgement comes back for. What the same board
executes in as much idle time is subtracted: its clock, and the programs that start and stop the
count.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from hwtest.board.faults import RigFault
from hwtest.lab import traffic
from hwtest.lab.traffic import Load
from hwtest.report.results import Count

from .modes import Mode
from .run import Run

HEADERS = 28
"""Octets of IPv4 and UDP."""
PORT = 443
LEAST = 500
"""Packets, so that what else passes a line in these seconds does not show."""


def count(run: Run, mode: Mode) -> list[Count]:
    """Both directions; nothing on a board whose instructions nobody counts."""
    if run.board.virtual is None:
        return []
    return [_direction(run, mode, direction) for direction in ("up", "down")]


def _direction(run: Run, mode: Mode, direction: str) -> Count:
    load = Load(direction, mode.mtu - HEADERS, megabits=run.plan.count_megabits, port=PORT)
    before = _arrived(run, direction)
    started = time.monotonic()
    busy = _kernel(run, lambda: _send(run, load, mode))
    elapsed = time.monotonic() - started
    packets = _arrived(run, direction) - before
    if packets < LEAST:
        what = f"only {packets} packets arrived, too few to count by"
        raise RigFault("lab", what, f"counting instructions in mode {mode.name}")
    idle = _kernel(run, lambda: time.sleep(elapsed))
    return Count(mode.name, direction, mode.mtu, "instructions", round((busy - idle) / packets, 1))


def _send(run: Run, load: Load, mode: Mode) -> None:
    traffic.drive(run.lab.machine, load, run.plan.traffic_seconds, mode.name, server=mode.server)


def _kernel(run: Run, meanwhile: Callable[[], None]) -> int:
    """Instructions of the kernel while `meanwhile` runs; nobody talks to the board then."""
    run.board.run("count-start")
    meanwhile()
    run.board.run("count-stop")
    kernel, _ = run.board.virtual.counts()[-1]
    return int(kernel)


def _arrived(run: Run, direction: str) -> int:
    """Frames that have come out of the board so far, in this direction."""
    network = run.lab.network
    device, ns = (network.wan, "carrier") if direction == "up" else (network.lan, "lan")
    received, _ = network.frames(device, ns)
    return received
