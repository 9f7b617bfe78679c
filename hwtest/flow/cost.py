# SPDX-License-Identifier: GPL-2.0-or-later
"""Instructions that the virtual board's kernel executes for each forwarded packet.

Packets of full size, one way, which the data path takes for bulk as it does almost all that
crosses a line. What the same board executes in as much idle time is subtracted: its clock, and the
programs that start and stop the count.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from hwtest.board.faults import RigFault
from hwtest.lab import stream
from hwtest.lab.lab import set_up
from hwtest.report.results import Count

from .modes import Mode
from .run import Run

HEADERS = 28
"""Octets of IPv4 and UDP."""
LEAST = 0.2
"""Of the packets, the share that must come out of the board. What is lost in it is paid for by
the others; the lab's WireGuard may lose many before they reach it."""


def count(run: Run, mode: Mode) -> list[Count]:
    """Both directions; nothing on a board whose instructions nobody counts."""
    if run.board.virtual is None:
        return []
    with (
        set_up("stream packets"),
        stream.opened(run.lab.machine, mode.server, mode.mtu - HEADERS) as flow,
    ):
        return [_direction(run, mode, flow, direction) for direction in ("up", "down")]


def _direction(run: Run, mode: Mode, flow: stream.Stream, direction: str) -> Count:
    wanted = run.plan.count_packets
    before, started = _arrived(run, direction), time.monotonic()
    busy = _kernel(run, lambda: flow.send(direction, wanted))
    elapsed = time.monotonic() - started
    packets = _arrived(run, direction) - before
    if packets < wanted * LEAST:
        what = f"only {packets} of {wanted} packets came out of the board"
        raise RigFault("lab", what, f"counting instructions in mode {mode.name}")
    idle = _kernel(run, lambda: time.sleep(elapsed))
    return Count(mode.name, direction, mode.mtu, "instructions", round((busy - idle) / packets, 1))


def _kernel(run: Run, meanwhile: Callable[[], object]) -> int:
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
