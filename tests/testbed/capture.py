# SPDX-License-Identifier: GPL-2.0-or-later
"""Recording what passes a device, as whoever taps the carrier would."""

from __future__ import annotations

import itertools
import re
import signal
from pathlib import Path
from types import TracebackType
from typing import Self

from .machine import SHARED, Machine

COUNTS = re.compile(r"(\d+) packets? captured, (\d+) packets? received by filter, (\d+) packets? dr")
_numbers = itertools.count(1)


class Capture:
    """tcpdump on one device; a context manager. `path` is on the host, whole after stop()."""

    def __init__(
        self, machine: Machine, ns: str, device: str, filters: str = "", snaplen: int = 0,
    ) -> None:
        """filters: a pcap filter; snaplen: bytes kept of each packet, 0 for all."""
        self._machine = machine
        self._file = str(SHARED / f"capture/{next(_numbers):03}-{ns}-{device}.pcap")
        folder = machine.share / "capture"
        folder.mkdir(exist_ok=True)
        self.path = folder / Path(self._file).name
        self._process = machine.spawn(
            ["tcpdump", "-Z", "root", "-U", "-n", "-B", "16384", "-s", str(snaplen), "-i", device,
             "--immediate-mode", "-w", self._file, *filters.split()], ns)
        self._stopped = False
        machine.wait_until(self._listening, 10, f"tcpdump on {device}", self._process.tail)

    def _listening(self) -> bool:
        return "listening on" in self._process.output()

    def stop(self) -> Path:
        """End it, with every packet that was sent before in the file; return the file's path.

        Raises RuntimeError when the kernel dropped packets, for then some are missing.
        """
        if not self._stopped:
            self._stopped = True
            self._drain()
            self._process.signal(signal.SIGINT)
            self._process.wait(20)
            self._machine.fetch(self._file)
            said = self._process.output()
            if "\n0 packets dropped by kernel" not in said:
                raise RuntimeError(f"the capture {self.path} is not whole:\n{said}")
        return self.path

    def _drain(self) -> None:
        """Wait until tcpdump has read all that its device saw before now.

        At SIGINT it would leave what is still in the kernel's ring.
        """
        _, received, _ = self._counts()
        self._machine.wait_until(
            lambda: self._taken() >= received, 20, "tcpdump to read all packets",
            self._process.tail)

    def _taken(self) -> int:
        captured, _, dropped = self._counts()
        return captured + dropped

    def _counts(self) -> tuple[int, int, int]:
        """Packets captured, received by the filter and dropped by now, asked of tcpdump."""
        before = len(COUNTS.findall(self._process.output()))
        self._process.signal(signal.SIGUSR1)
        found = self._machine.wait_until(
            lambda: COUNTS.findall(self._process.output())[before:], 10,
            "tcpdump to tell its counts", self._process.tail)
        captured, received, dropped = map(int, found[0])
        return captured, received, dropped

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.stop()
        elif not self._stopped and self._machine.alive:
            self._process.kill()
