# SPDX-License-Identifier: GPL-2.0-or-later
"""pppd at the CPE, and pppoe-server with its pppds at the LNS."""

from __future__ import annotations

import itertools
import json
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field

from .errors import TestbedError
from .machine import SHARED, Machine
from .process import Process
from .topology import PPP_CPE, PPP_LNS

VERSIONS = ("2.5.2", "2.4.9")
USER, PASSWORD = "subscriber@example", "a-secret-of-the-line"  # noqa: S105
CPE_OPTIONS = (
    "noauth", "nodetach", "debug", "noipdefault", "noccp", "+ipv6", "defaultroute",
    "lcp-echo-interval", "20", "lcp-restart", "1",
)
LNS_OPTIONS = (
    "require-chap", "name", "lns", "debug", "lcp-echo-interval", "20", "lcp-echo-failure", "5",
    "noproxyarp", "nobsdcomp", "nodeflate", "noccp", "+ipv6",
)
_numbers = itertools.count(1)


def program(version: str) -> str:
    """The guest's path of pppd in this version."""
    if version not in VERSIONS:
        raise ValueError(f"pppd's version must be one of {', '.join(VERSIONS)}, not {version!r}")
    return "/usr/sbin/pppd" if version == "2.5.2" else "/usr/sbin/pppd-2.4.9"


def write_secrets(machine: Machine) -> None:
    """The one subscriber, known to both ends."""
    for name in ("chap-secrets", "pap-secrets"):
        machine.write(f"/etc/ppp/{name}", f'"{USER}" * "{PASSWORD}" *\n', 0o600)


def options_file(path: str, options: Sequence[str]) -> str:
    """Text for pppd's `file`: each word quoted, so that none is taken apart."""
    quoted = ['"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"' for word in options]
    return f"# {path}\n" + "\n".join(quoted) + "\n"


def addresses(machine: Machine, ns: str, device: str) -> list[dict[str, str]]:
    """What `ip address` says of a device (keys family, local, scope, address for the peer's);
    nothing when there is no such device."""
    shown = machine.run(["ip", "-json", "address", "show", "dev", device], ns, check=False)
    if shown.code:
        return []
    (found,) = [x for x in json.loads(shown.stdout) if x]
    return [a for a in found["addr_info"] if not a.get("tentative")]


@dataclass
class Pppd:
    """One pppd started by us. `log` is the guest's file of its debug log."""

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
                return address["local"]
        return None

    def wait_up(self, timeout: float = 20.0, ipv6: bool = True) -> None:
        """Wait until the session has its IPv4 and (when `ipv6`) its IPv6 address."""
        self.machine.wait_until(
            lambda: self._ended() or (self.local() and (not ipv6 or self.local("inet6"))),
            timeout, f"the session of {self.process.argv[0]} in {self.ns} to come up", self.tail)
        if self._ended():
            raise TestbedError(f"pppd ended with {self.process.poll()}\n{self.tail()}")

    def wait_down(self, timeout: float = 20.0) -> None:
        """Wait until the session has no address (whether or not pppd goes on)."""
        self.machine.wait_until(lambda: not self.local(), timeout, "the session to go down",
                                self.tail)

    def _ended(self) -> bool:
        return not self.process.running

    def hang_up(self) -> None:
        """SIGHUP: end the session; with `persist`, dial again."""
        self.process.signal(signal.SIGHUP)

    def kill(self) -> None:
        self.process.kill()

    def stop(self) -> int:
        return self.process.stop()


def dial(
    machine: Machine, device: str, options: Sequence[str] = (), version: str = "2.5.2",
    ns: str = "cpe", service: str = "", persist: bool = False,
) -> Pppd:
    """Start the CPE's pppd on the Ethernet device `device`; see Pppd.wait_up().

    options come after the testbed's own, so that they win. persist: dial again for ever,
    with one second between.
    """
    log = str(SHARED / f"log/{next(_numbers):03}-pppd-{ns}.log")
    machine.write(log, "")
    plugin = "pppoe.so" if version == "2.5.2" else "rp-pppoe.so"
    words = [
        "plugin", plugin, f"nic-{device}", "user", USER, "password", PASSWORD,
        "logfile", log, *CPE_OPTIONS,
        *(["pppoe-service" if version == "2.5.2" else "rp_pppoe_service", service]
          if service else []),
        *(["persist", "maxfail", "0", "holdoff", "1"] if persist else []), *options,
    ]
    path = f"/tmp/pppd/{ns}-{next(_numbers)}.options"  # noqa: S108
    machine.write(path, options_file(path, words), 0o600)
    return Pppd(machine, ns, machine.spawn([program(version), "file", path], ns), log)


@dataclass
class PppoeServer:
    """The LNS (or a BRAS): pppoe-server, which starts a pppd for each session."""

    machine: Machine
    device: str
    options: Sequence[str] = ()
    version: str = "2.5.2"
    ns: str = "lns"
    sessions: int = 20
    log: str = field(init=False)
    process: Process = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Start it (again), with a log of its own."""
        number = next(_numbers)
        self.log = str(SHARED / f"log/{number:03}-pppd-{self.ns}.log")
        self.machine.write(self.log, "")
        path = f"/tmp/pppd/{self.ns}-{number}.options"  # noqa: S108
        self.machine.write(
            path, options_file(path, ["logfile", self.log, *LNS_OPTIONS, *self.options]))
        self.process = self.machine.spawn(
            ["pppoe-server", "-F", "-k", "-I", self.device, "-C", "AC", "-L", PPP_LNS,
             "-R", PPP_CPE, "-N", str(self.sessions), "-O", path, "-q", program(self.version),
             "-g", f"/usr/lib/pppd/{self.version}/rp-pppoe.so"], self.ns)
        self.machine.wait_until(self._listening, 10, "pppoe-server", self.process.tail)

    def _listening(self) -> bool:
        """Whether it has its socket for discovery: 8863 in the kernel's list of packet sockets."""
        shown = self.machine.read_text(f"/proc/{self.process.pid}/net/packet")
        return any(line.split()[3] == "8863" for line in shown.splitlines()[1:])

    def pppds(self) -> list[int]:
        """The ids of the pppds of its sessions."""
        name = program(self.version).rsplit("/", 1)[1]
        shown = self.machine.run(["pgrep", "-x", "-P", str(self.process.pid), name], check=False)
        return [int(word) for word in shown.stdout.split()]

    def logged(self) -> str:
        """The debug log of all its pppds."""
        return self.machine.read_text(self.log)

    def wait_session(self, device: str = "ppp0", timeout: float = 20.0) -> None:
        """Wait until the LNS's end of a session has its IPv4 address."""
        self.machine.wait_until(
            lambda: addresses(self.machine, self.ns, device), timeout,
            f"a session at the LNS on {device}", lambda: self.logged()[-4000:])

    def kill(self) -> None:
        """kill -9 of the server and all its sessions' pppds."""
        for pid in self.pppds():
            self.machine.signal(pid, signal.SIGKILL)
        self.process.kill()

    def stop(self) -> None:
        """End the server and its sessions in an orderly way."""
        pids = self.pppds()
        self.process.stop()
        for pid in pids:
            self.machine.signal(pid, signal.SIGTERM)
        self.machine.wait_until(
            lambda: not any(self.alive(pid) for pid in pids), 10, "the LNS's pppds to end")

    def alive(self, pid: int) -> bool:
        """Whether process `pid` lives (a zombie does not)."""
        shown = self.machine.run(["ps", "-o", "stat=", "-p", str(pid)], check=False).stdout
        return bool(shown.strip()) and not shown.startswith("Z")
