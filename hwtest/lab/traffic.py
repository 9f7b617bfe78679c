# SPDX-License-Identifier: GPL-2.0-or-later
"""Traffic through the board: iperf3 between the LAN host and the server."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hwtest.board.faults import ProductFault, RigFault
from hwtest.report.results import Throughput
from tests.testbed.machine import Machine
from tests.testbed.process import Process
from tests.testbed.topology import SERVER

DIRECTIONS = {"up": (), "down": ("--reverse",), "both": ("--bidir",)}
"""From the LAN host's view, as options of iperf3."""
CONNECT = 10.0
"""Seconds within which a connection must come about."""
PATIENCE = 30.0
"""Seconds beyond its duration that a loaded machine may need to end a run."""


@dataclass(frozen=True)
class Load:
    """One kind of traffic. size: octets of UDP payload, None for TCP; megabits: per second at
    most (of each direction), None for as much as goes."""

    direction: str
    size: int | None = None
    flows: int = 1
    megabits: float | None = None

    @property
    def protocol(self) -> str:
        return "tcp" if self.size is None else "udp"

    def __str__(self) -> str:
        size = "" if self.size is None else f" of {self.size} bytes"
        return f"{self.protocol.upper()}{size} {self.direction}, {self.flows} flow(s)"

    def argv(self, seconds: float, server: str) -> list[str]:
        words = ["iperf3", "-J", "-c", server, "-t", f"{seconds:g}"]
        words += ["-P", str(self.flows), "--connect-timeout", f"{CONNECT * 1000:.0f}"]
        words += DIRECTIONS[self.direction]
        if self.size is not None:
            words += ["-u", "-l", str(self.size)]
        if self.size is not None or self.megabits is not None:
            rate = (self.megabits or 0) / self.flows
            words += ["-b", f"{rate * 1e6:.0f}"]
        return words


def drive(
    machine: Machine,
    load: Load,
    seconds: float,
    mode: str,
    meanwhile: Callable[[Process], None] | None = None,
    server: str = SERVER,
) -> Throughput:
    """Run `load` to its end, and return what arrived. `meanwhile` is called once it runs.

    ProductFault if the line carries no such traffic, RigFault if iperf3 hangs or says nonsense.
    """
    process = machine.spawn(load.argv(seconds, server), "lan")
    try:
        if meanwhile:
            meanwhile(process)
        process.wait(seconds + CONNECT + PATIENCE)
    finally:
        if process.running:
            process.kill()
    return read(process.output(), load, seconds, mode)


def read(text: str, load: Load, seconds: float, mode: str) -> Throughput:
    """What iperf3's JSON says of a run of `load`."""
    try:
        said: dict[str, Any] = json.loads(text[max(text.find("{"), 0) :])  # warnings come first
    except ValueError as error:
        what = f"iperf3 ended without a result: {error}: {text[-500:]!r}"
        raise RigFault("lab", what, f"sending {load}") from error
    if "error" in said:
        raise ProductFault(
            "traffic",
            f"the line carries no {load} in mode {mode}: {said['error']}",
            "sending it from the LAN host to the server",
            "Look at the console log and the LNS's log of that moment.",
        )
    end = said["end"]
    arrived = end["sum_received"]["bits_per_second"]
    if load.direction == "both":
        arrived += end["sum_received_bidir_reverse"]["bits_per_second"]
    tcp = load.size is None
    return Throughput(
        mode=mode,
        direction=load.direction,
        protocol=load.protocol,
        size=load.size,
        flows=load.flows,
        megabits=arrived / 1e6,
        seconds=seconds,
        lost_percent=None if tcp else end["sum_received"]["lost_percent"],
        retransmits=end["sum_sent"].get("retransmits", 0) if tcp else None,
    )
