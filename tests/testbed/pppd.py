# SPDX-License-Identifier: GPL-2.0-or-later
"""PPPoE: pppd at the CPE, and pppoe-server with its pppds at the LNS."""

from __future__ import annotations

import signal
from collections.abc import Sequence

from .machine import Machine
from .process import Process
from .session import (
    CPE_OPTIONS,
    LNS_OPTIONS,
    PASSWORD,
    USER,
    Concentrator,
    Session,
    new_log,
    write_options,
    write_secrets,
)
from .topology import PPP_CPE, PPP_LNS

__all__ = ["PASSWORD", "USER", "VERSIONS", "Pppd", "PppoeServer", "dial", "write_secrets"]

VERSIONS = ("2.5.2", "2.4.9")


def program(version: str) -> str:
    """The guest's path of pppd in this version."""
    if version not in VERSIONS:
        raise ValueError(f"pppd's version must be one of {', '.join(VERSIONS)}, not {version!r}")
    return "/usr/sbin/pppd" if version == "2.5.2" else "/usr/sbin/pppd-2.4.9"


class Pppd(Session):
    """The CPE's session, whose daemon is pppd itself."""

    def hang_up(self) -> None:
        """SIGHUP: end the session; with `persist`, dial again."""
        self.process.signal(signal.SIGHUP)


def dial(
    machine: Machine,
    device: str,
    options: Sequence[str] = (),
    version: str = "2.5.2",
    ns: str = "cpe",
    service: str = "",
    persist: bool = False,
) -> Pppd:
    """Start the CPE's pppd on the Ethernet device `device`; see Session.wait_up().

    options come after the testbed's own, so that they win. persist: dial again for ever,
    with one second between.
    """
    log = new_log(machine, ns)
    modern = version != "2.4.9"
    words = [
        "plugin",
        "pppoe.so" if modern else "rp-pppoe.so",
        f"nic-{device}",
        "nodetach",
        "user",
        USER,
        "password",
        PASSWORD,
        "logfile",
        log,
        *CPE_OPTIONS,
    ]
    if service:
        words += ["pppoe-service" if modern else "rp_pppoe_service", service]
    if persist:
        words += ["persist", "maxfail", "0", "holdoff", "1"]
    path = write_options(machine, ns, [*words, *options])
    return Pppd(machine, ns, machine.spawn([program(version), "file", path], ns), log)


class PppoeServer(Concentrator):
    """The LNS (or a BRAS) on the Ethernet device `device`: pppoe-server."""

    def __init__(
        self,
        machine: Machine,
        device: str,
        options: Sequence[str] = (),
        version: str = "2.5.2",
        ns: str = "lns",
        sessions: int = 20,
        service: str = "",
        first: str = PPP_CPE,
    ) -> None:
        """service: the one name that it answers to, for several servers on one device.

        first: the first of the peers' IPv4 addresses, one for each of the sessions. They are
        given out in turn, so those of two servers in one namespace must not overlap.
        """
        self.device, self.options, self.version = device, list(options), version
        self.sessions, self.first = sessions, first
        self.service = ["-S", service] if service else []
        name = program(version).rsplit("/", 1)[1]
        super().__init__(machine, ns, *self._start(machine, ns), name)

    def start(self) -> None:
        """Start it again after stop() or kill(), with a log of its own."""
        self.process, self.log = self._start(self.machine, self.ns)

    def _start(self, machine: Machine, ns: str) -> tuple[Process, str]:
        log = new_log(machine, ns)
        path = write_options(machine, ns, ["logfile", log, *LNS_OPTIONS, *self.options])
        process = machine.spawn(
            [
                "pppoe-server",
                "-F",
                "-k",
                "-I",
                self.device,
                "-C",
                "AC",
                "-L",
                PPP_LNS,
                "-R",
                self.first,
                "-N",
                str(self.sessions),
                *self.service,
                "-O",
                path,
                "-q",
                program(self.version),
                "-g",
                f"/usr/lib/pppd/{self.version}/rp-pppoe.so",
            ],
            ns,
        )
        process.await_socket("packet", 0x8863)
        return process, log
