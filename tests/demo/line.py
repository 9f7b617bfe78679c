# SPDX-License-Identifier: GPL-2.0-or-later
"""The subscriber's line: a PPPoE session between two pppds, dialled as often as it is asked for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.testbed import pppd
from tests.testbed.machine import Machine
from tests.testbed.session import addresses
from tests.testbed.topology import PPP_CPE, Topology

from .errors import DemoError

UP_TIMEOUT = 30.0
FAMILIES = ("4", "6")
CLOCK = ("date", "+%s%N")
STAMP = "/run/demo/up-"
UP_SCRIPT = "/run/demo/up"
"""pppd starts it when an NCP has reached Opened; it notes when that was."""


@dataclass(frozen=True)
class Ends:
    """Options of pppd, beyond those of a plain line, for the CPE and the LNS."""

    cpe: tuple[str, ...] = ()
    lns: tuple[str, ...] = ()
    status: str = ""
    """The guest's file in which the CPE's plugin tells its state (docs/status.md)."""


class Line:
    """A line in `topology`, whose LNS waits from now on."""

    def __init__(self, machine: Machine, topology: Topology, ends: Ends) -> None:
        self.machine, self.topology, self.ends = machine, topology, ends
        self._session: pppd.Pppd | None = None
        topology.silence()
        pppd.write_secrets(machine)
        for family in FAMILIES:
            script = f"#!/bin/sh\n{' '.join(CLOCK)} >{STAMP}{family}.new\n"
            script += f"mv {STAMP}{family}.new {STAMP}{family}\n"
            machine.write(f"{UP_SCRIPT}{family}", script, 0o755)
        # One session: the pool then has one address, and each dial gets it.
        self.lns = pppd.PppoeServer(machine, topology.access_device, ends.lns, sessions=1)

    def dial(self) -> float:
        """Bring the session up; return the milliseconds from pppd's start to both NCPs Opened."""
        self.machine.script(f"rm -f {STAMP}*")
        start = int(self.machine.run(CLOCK).stdout)
        scripts = ("ip-up-script", f"{UP_SCRIPT}4", "ipv6-up-script", f"{UP_SCRIPT}6")
        self._session = pppd.dial(
            self.machine, self.topology.wan_device, (*scripts, *self.ends.cpe)
        )
        self._session.wait_up(UP_TIMEOUT)
        ups = self.machine.wait_until(
            self._stamps, UP_TIMEOUT, "pppd to say that the line is up", self._session.tail
        )
        if self._session.local() != PPP_CPE:
            raise DemoError(
                f"the line got {self._session.local()}, not {PPP_CPE}: a session is left"
            )
        self.lns.wait_session()
        self.topology.route_to_lan6()
        return (max(ups) - start) / 1e6

    def hang_up(self) -> None:
        """End the session, if there is one, and wait until the LNS has ended it too."""
        if self._session is not None:
            self._session.stop()
            self._session = None
        self.machine.wait_until(
            lambda: not self.lns.pppds(), UP_TIMEOUT, "the LNS to end the session", self.lns.logged
        )

    def mtu(self) -> int:
        """Of the session's device at the CPE, bytes."""
        shown = self.machine.run(["ip", "-json", "link", "show", "dev", "ppp0"], "cpe").stdout
        return int(json.loads(shown)[0]["mtu"])

    def link_locals(self) -> list[str]:
        """The IPv6 addresses that the session's two ends gave themselves."""
        ends = [addresses(self.machine, ns, "ppp0") for ns in ("cpe", "lns")]
        return [str(a["local"]) for end in ends for a in end if a["family"] == "inet6"]

    def status(self) -> dict[str, Any]:
        """What the CPE's plugin says; nothing on a plain line."""
        text = self.machine.read_text(self.ends.status) if self.ends.status else "{}"
        status: dict[str, Any] = json.loads(text)
        return status

    def _stamps(self) -> list[int]:
        """When each NCP came up, in nanoseconds since 1970; empty until all have."""
        found = self.machine.run(["cat", *(STAMP + f for f in FAMILIES)], check=False)
        return [] if found.code else [int(word) for word in found.stdout.split()]
