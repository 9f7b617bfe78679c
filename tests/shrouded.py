# SPDX-License-Identifier: GPL-2.0-or-later
"""A line whose ends may have the plugin: what the tests of real lines share."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.testbed import leak, pppd, product, uncovered
from tests.testbed.capture import Capture
from tests.testbed.machine import Machine, Result
from tests.testbed.pppd import Pppd, PppoeServer
from tests.testbed.session import Concentrator, Session
from tests.testbed.topology import PPP_LNS, Topology
from tests.testbed.uncovered import Agreed

FOLDER = "/tmp/shroud"  # noqa: S108 - of the guest, which is gone after the test
KEY_FILE = f"{FOLDER}/lns.key"
KNOWN_KEYS = f"{FOLDER}/known-keys"
REDIAL = f"{FOLDER}/redial"
STATUS = {"cpe": f"{FOLDER}/cpe.json", "lns": f"{FOLDER}/lns"}
"""The LNS's is a folder: one file for each session."""
_watches: list[list[Capture]] = []
"""The captures of each watched() that is under way."""


@dataclass
class Shrouded:
    """A PPPoE line, its LNS's key, and the daemons started on it."""

    machine: Machine
    line: Topology
    key: product.KeyPair
    lns: Concentrator | None = None
    cpe: Session | None = None
    versions: dict[str, str] = field(default_factory=lambda: {"cpe": "2.5.2", "lns": "2.5.2"})
    both: Sequence[str] = ()
    """Options of the plugin at both ends."""

    def options(self, side: str, policy: str | None) -> list[str]:
        """pppd's options for this side; none without a policy."""
        if policy is None:
            return []
        words = ["plugin", product.plugin(self.versions[side]), "shroud", policy]
        words += ["shroud-status", STATUS[side], *self.both]
        if side == "cpe":
            return [*words, "shroud-known-keys", KNOWN_KEYS, "shroud-redial", REDIAL]
        return [*words, "shroud-key-file", KEY_FILE]

    def preload(self, side: str, device: str) -> Result:
        """Have a pppd load the programs onto a device, as at boot; its exit status tells if it did.

        On a slow machine the first dial would otherwise wait for that, and its peer with it.
        """
        version = self.versions[side]
        words = [*self.options(side, "require"), "shroud-preload", device]
        argv = [pppd.program(version), "notty", "nodetach", *words]
        return self.machine.run(argv, ns=side, timeout=60, check=False)

    def serve(self, policy: str | None, more: Sequence[str] = ()) -> PppoeServer:
        """Start the LNS, without the plugin if there is no policy."""
        options = [*self.options("lns", policy), *more]
        version = self.versions["lns"]
        lns = PppoeServer(self.machine, self.line.access_device, options, version)
        self.lns = lns
        return lns

    def dial(
        self,
        policy: str | None,
        more: Sequence[str] = (),
        persist: bool = False,
        service: str = "",
    ) -> Pppd:
        """Start the CPE's pppd, without the plugin if there is no policy."""
        options = [*self.options("cpe", policy), *more]
        version = self.versions["cpe"]
        device = self.line.wan_device
        cpe = pppd.dial(self.machine, device, options, version, service=service, persist=persist)
        self.cpe = cpe
        return cpe

    def status(self, side: str, interface: str = "ppp0") -> dict[str, Any]:
        """The status file; nothing while there is none."""
        path = STATUS[side] if side == "cpe" else f"{STATUS[side]}/{interface}.json"
        shown = self.machine.run(["cat", path], check=False)
        contents: dict[str, Any] = json.loads(shown.stdout) if not shown.code else {}
        return contents

    def await_status(self, side: str, timeout: float = 20.0, **wanted: object) -> dict[str, Any]:
        """Wait until the status file says this; return it."""

        def reached() -> bool:
            now = self.status(side)
            return all(now.get(name) == value for name, value in wanted.items())

        self.machine.wait_until(
            reached,
            timeout,
            f"the {side}'s status with {wanted}",
            lambda: f"{self.status(side)}\n{self.log(side)[-3000:]}",
        )
        return self.status(side)

    def ping(self, count: int = 3) -> None:
        """The LNS answers through the session; raises if it loses one packet.

        The first answer may take a while: the CPE's end is up before the LNS's.
        """
        self.machine.wait_until(
            lambda: " 0% packet loss" in self._ping(1), 15, "an answer from the LNS"
        )
        shown = self._ping(count)
        assert " 0% packet loss" in shown, shown

    def _ping(self, count: int) -> str:
        command = ["ping", "-c", str(count), "-i", "0.2", "-W", "2", PPP_LNS]
        return self.machine.run(command, ns="cpe", check=False).stdout

    def log(self, side: str) -> str:
        """What the pppd of this side has logged so far."""
        end = self.cpe if side == "cpe" else self.lns
        assert end is not None
        return self.machine.read_text(end.log)


@contextmanager
def watched(agreed: Agreed = uncovered.HEAD) -> Iterator[None]:
    """Tap the carrier of every line that is laid, and judge the captures at the end.

    Whatever happens to a line, no session that has got keys leaves anything in clear, nor in
    another mode than is agreed. Raises AssertionError with the packets that did.
    """
    taps: list[Capture] = []
    _watches.append(taps)
    try:
        yield
    finally:
        _watches.remove(taps)
        captures = [tap.stop() for tap in taps]
    assert captures, "the test laid no line"
    reports = [leak.find_leaks(path, agreed=agreed) for path in captures]
    found = [str(fault) for report in reports for fault in report.leaks]
    assert not found, found


def lay(machine: Machine, **topology: object) -> Shrouded:
    """Lay the line, install the plugin and write the LNS's key. Starts no daemon."""
    line = Topology(machine, **topology)  # type: ignore[arg-type]
    for taps in _watches:
        taps.append(Capture(machine, "carrier", "car0"))
    pppd.write_secrets(machine)
    for version in pppd.VERSIONS:
        product.install(machine, version)
    machine.run(["rm", "-rf", FOLDER])
    machine.run(["mkdir", "-p", STATUS["lns"]])
    key = product.key_pair()
    machine.write(KEY_FILE, key.private + "\n", 0o600)
    return Shrouded(machine, line, key)
