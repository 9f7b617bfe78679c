# SPDX-License-Identifier: GPL-2.0-or-later
"""Bulk transfers: enough packets for a router that exports one in a thousand."""

from __future__ import annotations

from collections.abc import Sequence

from tests.testbed import services
from tests.testbed.internet import Host
from tests.testbed.machine import Machine

from .case import UseCase, run
from .dnsserver import start_dns

SPEED = Host("speed.example", 25)
BYTES = "2M"


def start_iperf(machine: Machine, hosts: Sequence[Host]) -> None:
    """Start iperf3."""
    del hosts
    services.iperf(machine)


def _transfer(machine: Machine) -> None:
    for options in (("--version4",), ("--version6", "--reverse")):
        run(machine, "iperf3", "--client", SPEED.name, *options, "--bytes", BYTES,
            expect="receiver")  # fmt: skip


USE_CASE = UseCase(
    "sampling-1-in-1000", "with whom a subscriber exchanges much, by one packet in 1 000", (SPEED,),
    (start_dns, start_iperf), _transfer, tokens=(SPEED.name,),
)  # fmt: skip
