# SPDX-License-Identifier: GPL-2.0-or-later
"""The subscriber's line in one machine: PPPoE or L2TP, plain or covered."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tests.testbed import pppd, product
from tests.testbed.l2tp import XlServer, dial_l2tp
from tests.testbed.machine import Machine
from tests.testbed.session import Concentrator, Session, addresses
from tests.testbed.topology import PPP_CPE, Topology

from .errors import DpiError

ENCAPSULATIONS = ("pppoe", "l2tp")
OFF, HEAD, DECOY = MODES = ("off", "head", "decoy")
KEY_FILE, STATUS = "/etc/ppp/shroud.key", "/run/shroud.json"
L2TP_MTU = ("mtu", "1400", "mru", "1400")
UP_TIMEOUT = 60.0


class Line:
    """A session that is up; the constructor returns when packets pass in both families."""

    def __init__(self, topology: Topology, encapsulation: str, mode: str) -> None:
        machine = topology.machine
        self.machine, self.mode = machine, mode
        topology.silence()
        pppd.write_secrets(machine)
        cpe, lns = ((), ()) if mode == OFF else _options(machine, mode)
        dial = _dial_l2tp if encapsulation == "l2tp" else _dial_pppoe
        self.lns, self.cpe = dial(machine, topology, cpe, lns)
        self.cpe.wait_up(UP_TIMEOUT)
        self.lns.wait_session()
        if self.cpe.local() != PPP_CPE:
            raise DpiError(f"the line got {self.cpe.local()}, not {PPP_CPE}")
        topology.route_to_lan6()
        self._await_mode()

    def link_locals(self) -> list[str]:
        """The IPv6 addresses that the session's two ends gave themselves."""
        ends = [addresses(self.machine, ns, "ppp0") for ns in ("cpe", "lns")]
        return [str(a["local"]) for end in ends for a in end if a["family"] == "inet6"]

    def _await_mode(self) -> None:
        if self.mode == OFF:
            return
        self.machine.wait_until(
            self._is_covered, UP_TIMEOUT, f"the line to be in mode {self.mode}", self.cpe.tail
        )

    def _is_covered(self) -> bool:
        status = json.loads(self.machine.read_text(STATUS))
        return bool(status.get("shrouded")) and status.get("mode") == self.mode


def _options(machine: Machine, mode: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Install the product, make the provider's key; return both pppds' options."""
    product.install(machine)
    keys = product.key_pair()
    machine.write(KEY_FILE, keys.private + "\n", 0o600)
    both = ("plugin", product.plugin(), "shroud", "require", "shroud-mode", mode)
    router = ("shroud-peer-key", keys.public, "shroud-status", STATUS)
    return (*both, *router), (*both, "shroud-key-file", KEY_FILE)


def _dial_pppoe(
    machine: Machine, topology: Topology, cpe: Sequence[str], lns: Sequence[str]
) -> tuple[Concentrator, Session]:
    server = pppd.PppoeServer(machine, topology.access_device, lns, sessions=1)
    return server, pppd.dial(machine, topology.wan_device, cpe)


def _dial_l2tp(
    machine: Machine, topology: Topology, cpe: Sequence[str], lns: Sequence[str]
) -> tuple[Concentrator, Session]:
    topology.plain_ip()
    server = XlServer(machine, [*lns, *L2TP_MTU])
    return server, dial_l2tp(machine, [*cpe, *L2TP_MTU])
