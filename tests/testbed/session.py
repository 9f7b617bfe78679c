# SPDX-License-Identifier: GPL-2.0-or-later
"""A PPP session as its ends show it, whichever daemon made it."""

from __future__ import annotations

import itertools
import json
import signal
from dataclasses import dataclass
from typing import Any

from .errors import TestbedError
from .machine import SHARED, Machine
from .process import Process

USER, PASSWORD = "subscriber@example", "a-secret-of-the-line"
CPE_OPTIONS = (
    "noauth",
    "debug",
    "noipdefault",
    "noccp",
    "+ipv6",
    "defaultroute",
    "lcp-echo-interval",
    "20",
    "lcp-restart",
    "1",
    "lcp-max-configure",
    "60",
)
"""The CPE asks every second, for a minute: an LNS that first loads its programs is silent."""
LNS_OPTIONS = (
    "require-chap",
    "name",
    "lns",
    "debug",
    "lcp-echo-interval",
    "20",
    "lcp-echo-failure",
    "5",
    "noproxyarp",
    "nobsdcomp",
    "nodeflate",
    "noccp",
    "+ipv6",
)
_numbers = itertools.count(1)


def write_secrets(machine: Machine) -> None:
    """The one subscriber, known to both ends."""
    for name in ("chap-secrets", "pap-secrets"):
        machine.write(f"/etc/ppp/{name}", f'"{USER}" * "{PASSWORD}" *\n', 0o600)


def new_log(machine: Machine, ns: str) -> str:
    """An empty file of the guest for pppd's log."""
    path = str(SHARED / f"log/{next(_numbers):03}-pppd-{ns}.log")
    machine.write(path, "")
    return path


def write_options(machine: Machine, ns: str, words: list[str]) -> str:
    """A file for pppd's `file`: each word quoted, so that none is taken apart."""
    path = f"/tmp/pppd/{next(_numbers):03}-{ns}.options"  # noqa: S108
    quoted = ('"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"' for word in words)
    machine.write(path, "\n".join(quoted) + "\n", 0o600)
    return path


def addresses(machine: Machine, ns: str, device: str) -> list[dict[str, Any]]:
    """What `ip -json address` says of a device, less what is tentative; nothing when there is
    no such device."""
    shown = machine.run(["ip", "-json", "address", "show", "dev", device], ns, check=False)
    found = json.loads(shown.stdout) if not shown.code else []
    return [a for one in found for a in one.get("addr_info", []) if not a.get("tentative")]


def families(ipv6: bool) -> set[str]:
    """Those of the addresses that a session has when it is up."""
    return {"inet", "inet6"} if ipv6 else {"inet"}


@dataclass
class Session:
    """The dialling end of a session. `process` is its daemon, `log` pppd's debug log."""

    machine: Machine
    ns: str
    process: Process
    log: str
    device: str = "ppp0"

    def logged(self) -> str:
        return self.machine.read_text(self.log)

    def tail(self) -> str:
        lines = self.logged().splitlines()[-40:]
        return "\n".join([f"end of {self.log}:", *lines, self.process.tail(10)])

    def local(self, family: str = "inet") -> str | None:
        """The session's own address: "inet" for IPv4, "inet6" for IPv6; None without."""
        for address in addresses(self.machine, self.ns, self.device):
            if address["family"] == family:
                return str(address["local"])
        return None

    def wait_up(self, timeout: float = 20.0, ipv6: bool = True) -> None:
        """Wait until the session has its IPv4 and (when `ipv6`) its IPv6 address.

        TestbedError when its daemon ends before.
        """

        def up() -> bool:
            if not self.process.running:
                raise TestbedError(
                    f"{self.process.argv[0]} ended with {self.process.poll()}\n{self.tail()}"
                )
            found = {a["family"] for a in addresses(self.machine, self.ns, self.device)}
            return found >= families(ipv6)

        self.machine.wait_until(up, timeout, f"the session in {self.ns} to come up", self.tail)

    def wait_down(self, timeout: float = 20.0) -> None:
        """Wait until the session has no IPv4 address (whether or not its daemon goes on)."""
        self.machine.wait_until(
            lambda: not self.local(), timeout, "the session to go down", self.tail
        )

    def kill(self) -> None:
        """kill -9 of its daemon."""
        self.process.kill()

    def stop(self) -> int:
        return self.process.stop()


@dataclass
class Concentrator:
    """The end that sessions are dialled to: a daemon that starts a pppd for each."""

    machine: Machine
    ns: str
    process: Process
    log: str
    program: str = "pppd"

    def pppds(self) -> list[int]:
        """The ids of the pppds of its sessions."""
        shown = self.machine.run(
            ["pgrep", "-x", "-P", str(self.process.pid), self.program], check=False
        )
        return [int(word) for word in shown.stdout.split()]

    def logged(self) -> str:
        """The debug log of all its pppds."""
        return self.machine.read_text(self.log)

    def wait_session(self, device: str = "ppp0", timeout: float = 20.0, ipv6: bool = True) -> None:
        """Wait until this end of a session has its IPv4 and (when `ipv6`) its IPv6 address."""
        wanted = families(ipv6)
        self.machine.wait_until(
            lambda: wanted <= {a["family"] for a in addresses(self.machine, self.ns, device)},
            timeout,
            f"a session on {device} in {self.ns}",
            lambda: self.logged()[-4000:],
        )

    def kill(self) -> None:
        """kill -9 of the daemon and all its sessions' pppds."""
        pids = self.pppds()
        self.process.kill()
        for pid in pids:
            self.machine.signal(pid, signal.SIGKILL)
        self._await_end(pids)

    def stop(self) -> None:
        """End the daemon and its sessions in an orderly way."""
        pids = self.pppds()
        self.process.stop()
        for pid in pids:
            self.machine.signal(pid, signal.SIGTERM)
        self._await_end(pids)

    def _await_end(self, pids: list[int]) -> None:
        self.machine.wait_until(
            lambda: not any(self.alive(pid) for pid in pids),
            10,
            "pppd to end",
            lambda: self.logged()[-4000:],
        )

    def alive(self, pid: int) -> bool:
        """Whether process `pid` lives (a zombie does not)."""
        shown = self.machine.run(["ps", "-o", "stat=", "-p", str(pid)], check=False).stdout
        return bool(shown.strip()) and not shown.startswith("Z")
