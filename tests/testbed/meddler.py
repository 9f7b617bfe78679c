# SPDX-License-Identifier: GPL-2.0-or-later
"""An active carrier: it alters what the CPE offers in INIT, on its way to the LNS."""

from __future__ import annotations

from pathlib import Path

from .process import Process
from .topology import Topology

PROGRAM = Path(__file__).parent / "guest/meddler.py"


class Meddler:
    """Takes the place of the carrier's bridge for as long as the machine is not reset."""

    def __init__(self, line: Topology, rules: list[str]) -> None:
        """rules: TYPE:OLD:NEW, see guest/meddler.py."""
        for device in ("car0", "car1"):
            line.ip(f"link set {device} nomaster", "carrier")
        machine = line.machine
        argv = ["python3", machine.put(PROGRAM), "car0", "car1", *rules]
        self.process: Process = machine.spawn(argv, "carrier")
        machine.wait_until(
            lambda: "ready" in self.process.output(), 20, "the meddler", self.process.tail
        )

    def altered(self) -> list[str]:
        """The rules applied so far, once for each INIT."""
        return self.process.output().splitlines()[1:]
