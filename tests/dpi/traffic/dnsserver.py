# SPDX-License-Identifier: GPL-2.0-or-later
"""dnsmasq, which knows the hosts of all use cases."""

from __future__ import annotations

from collections.abc import Sequence

from tests.testbed import services
from tests.testbed.internet import Host
from tests.testbed.machine import Machine

RESOLVER = Host("resolver.example", 53)


def start_dns(machine: Machine, hosts: Sequence[Host]) -> None:
    """Start it, and let every program of the guest ask it."""
    machine.write("/etc/resolv.conf", f"nameserver {RESOLVER.address}\n")
    services.dns(machine, {host.name: [host.address, host.address6] for host in hosts})
