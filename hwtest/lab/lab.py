# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab as a whole: laid around a board, with an LNS that can shroud and a server behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from hwtest.board.faults import RigFault
from tests.testbed import pppd, product, services
from tests.testbed.capture import Capture
from tests.testbed.errors import TestbedError
from tests.testbed.machine import Machine
from tests.testbed.topology import SERVER

from .network import Network

FOLDER = "/tmp/shroud"  # noqa: S108 - of the lab's machine
KEY_FILE = f"{FOLDER}/lns.key"
LNS_STATUS = f"{FOLDER}/lns"
IMPATIENT = ("lcp-echo-interval", "5", "lcp-echo-failure", "3")
"""pppd's options: a board whose power was cut must not keep its session for minutes."""


@contextmanager
def set_up(what: str) -> Iterator[None]:
    """What goes wrong in here is the rig's fault."""
    try:
        yield
    except TestbedError as error:
        raise RigFault("lab", f"the lab could not {what}: {error}", "setting up the lab") from error


@dataclass
class Lab:
    """LAN host, carrier, LNS and server in `machine`, whose devices `wan` and `lan` lead to the
    board. Nothing runs before lay() and serve()."""

    machine: Machine
    wan: str
    lan: str
    lns: pppd.PppoeServer | None = None
    key: product.KeyPair = field(default_factory=product.key_pair)

    def __post_init__(self) -> None:
        self.network = Network(self.machine, self.wan, self.lan)

    def lay(self, names: Sequence[str] = ()) -> None:
        """Lay the network and start the server: iperf3, and DNS that knows just `names`."""
        with set_up("be laid"):
            self.network.lay()
            pppd.write_secrets(self.machine)
            product.install(self.machine)
            self.machine.run(["mkdir", "-p", LNS_STATUS])
            self.machine.write(KEY_FILE, self.key.private + "\n", 0o600)
            services.iperf(self.machine)
            services.dns(self.machine, {name: [SERVER] for name in names})

    def serve(self, policy: str | None = "prefer") -> None:
        """Start the LNS anew, without the plugin if there is no policy; sessions of the one before
        it end."""
        words = list(IMPATIENT)
        if policy:
            words += ["plugin", product.plugin(), "shroud", policy]
            words += ["shroud-status", LNS_STATUS, "shroud-key-file", KEY_FILE]
        with set_up("start the LNS"):
            if self.lns:
                self.lns.stop()
            self.lns = pppd.PppoeServer(self.machine, "lns0", words)

    def sessions(self) -> int:
        """How many pppds the LNS has running."""
        return len(self.lns.pppds()) if self.lns else 0

    def tap(self, filters: str = "") -> Capture:
        """Record whole frames on the carrier's side of the board's line."""
        return Capture(self.machine, "carrier", self.wan, filters)

    def ask(self, name: str, server: str = SERVER) -> str:
        """Look a name up from the LAN host at the server; "" without an answer."""
        argv = ["dig", "+short", "+tries=2", "+time=3", f"@{server}", name]
        return self.machine.run(argv, "lan", timeout=15, check=False).stdout.strip()

    def await_reach(self, address: str = SERVER, size: int = 56, tries: int = 15) -> bool:
        """Whether the LAN host gets an answer to one of `tries` pings of `size` octets, which
        must arrive in one piece."""
        argv = ["ping", "-c", "1", "-W", "2", "-M", "do", "-s", str(size), address]
        return any(not self.machine.run(argv, "lan", check=False).code for _ in range(tries))

    def versions(self) -> dict[str, str]:
        """Versions of what stands at the other ends."""
        asked = {"lab kernel": "uname -r", "lab pppd": "pppd --version", "iperf3": "iperf3 -v"}
        return {
            name: self.machine.script(f"{command} 2>&1 | head -n 1").stdout.strip()
            for name, command in asked.items()
        }
