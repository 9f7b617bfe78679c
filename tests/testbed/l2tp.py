# SPDX-License-Identifier: GPL-2.0-or-later
"""L2TP: xl2tpd as LNS and as CPE, and go-l2tp's kpppoed as the LAC between PPPoE and L2TP."""

from __future__ import annotations

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
)
from .topology import CPE_L2TP, LNS_L2TP, PPP_LNS

PORT = 1701
POOL = "10.0.0.2-10.0.0.20"


class XlServer(Concentrator):
    """xl2tpd as LNS, in kernel mode, on LNS_L2TP; pppd 2.5.2."""

    def __init__(self, machine: Machine, options: Sequence[str] = (), ns: str = "lns") -> None:
        self.options = list(options)
        super().__init__(machine, ns, *self._start(machine, ns))

    def start(self) -> None:
        """Start it again after stop() or kill(), with a log of its own."""
        self.process, self.log = self._start(self.machine, self.ns)

    def _start(self, machine: Machine, ns: str) -> tuple[Process, str]:
        log = new_log(machine, ns)
        path = write_options(machine, ns, ["logfile", log, *LNS_OPTIONS, *self.options])
        return _xl2tpd(
            machine,
            ns,
            LNS_L2TP,
            [
                "[lns default]",
                f"ip range = {POOL}",
                f"local ip = {PPP_LNS}",
                "require authentication = yes",
                "name = lns",
                "ppp debug = yes",
                f"pppoptfile = {path}",
                "length bit = yes",
            ],
        ), log


def dial_l2tp(machine: Machine, options: Sequence[str] = (), ns: str = "cpe") -> Session:
    """Start xl2tpd as a CPE that dials LNS_L2TP over IP; pppd 2.5.2. See Session.wait_up()."""
    log = new_log(machine, ns)
    path = write_options(
        machine, ns, ["user", USER, "password", PASSWORD, "logfile", log, *CPE_OPTIONS, *options]
    )
    process = _xl2tpd(
        machine,
        ns,
        CPE_L2TP,
        [
            "[lac isp]",
            f"lns = {LNS_L2TP}",
            f"pppoptfile = {path}",
            "length bit = yes",
            "autodial = yes",
            "redial = yes",
            "redial timeout = 1",
        ],
    )
    return Session(machine, ns, process, log)


def _xl2tpd(machine: Machine, ns: str, address: str, section: list[str]) -> Process:
    configuration = ["[global]", f"port = {PORT}", f"listen-addr = {address}", *section, ""]
    base = f"/run/xl2tpd/{ns}"
    machine.write(f"{base}.conf", "\n".join(configuration))
    machine.write(f"{base}.secrets", "")
    process = machine.spawn(
        [
            "xl2tpd",
            "-D",
            "-c",
            f"{base}.conf",
            "-s",
            f"{base}.secrets",
            "-p",
            f"{base}.pid",
            "-C",
            f"{base}.control",
        ],
        ns,
    )
    process.await_socket("udp", PORT)
    return process


class Lac:
    """kpppoed: takes PPPoE sessions on `device` and carries each through L2TP to LNS_L2TP.

    It needs l2tp_netlink and so a QEMU machine.
    """

    def __init__(
        self,
        machine: Machine,
        device: str = "lac0",
        ns: str = "lac",
        service: str = "internet",
    ) -> None:
        self.service = service
        machine.write(
            "/run/kpppoed.toml",
            "\n".join(
                [
                    'ac_name = "LAC"',
                    f'interface_name = "{device}"',
                    f'services = [ "{service}" ]',
                    f'lns_ipaddr = "{LNS_L2TP}:{PORT}"',
                    "",
                ]
            ),
        )
        self.process = machine.spawn(["kpppoed", "-verbose", "-config", "/run/kpppoed.toml"], ns)
        self.process.await_socket("packet", 0x8863)

    def kill(self) -> None:
        """kill -9 of it and of its kl2tpds."""
        self.process.kill()
        self.process.machine.run(["pkill", "-9", "-x", "kl2tpd"], check=False)

    def stop(self) -> int:
        return self.process.stop()
