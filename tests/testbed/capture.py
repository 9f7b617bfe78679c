# SPDX-License-Identifier: GPL-2.0-or-later
"""Recording what passes a device, as whoever taps the carrier would."""

from __future__ import annotations

import itertools
import re
import signal
import struct
from pathlib import Path
from types import TracebackType
from typing import Self

from .errors import TestbedError
from .machine import SHARED, Machine

LONGEST = 2048
"""Bytes; on a line no frame is longer than 1526 (two VLAN tags)."""
RING = 32768
"""KiB that the kernel holds for tcpdump."""
PRIORITY = ("nice", "-n", "-20")
"""On the guest's only processor the traffic would overrun it; so it slows the traffic down."""
TCPDUMP = ("tcpdump", "-Z", "root", "-n", "-B", str(RING), "--immediate-mode")
COUNTS = re.compile(
    r"(\d+) packets? captured, (\d+) packets? received by filter, (\d+) packets? dr"
)
QUIET = 5
"""Answers in a row without a packet more, after which nothing can be left to read."""
_numbers = itertools.count(1)


class Capture:
    """tcpdump on one device; a context manager. `path` is on the host, whole after stop()."""

    def __init__(
        self,
        machine: Machine,
        ns: str,
        device: str,
        filters: str = "",
        snaplen: int | None = None,
    ) -> None:
        """filters: a pcap filter; snaplen: bytes kept of each frame.

        Without snaplen all frames are kept whole, and one longer than LONGEST is an error in
        stop(): each takes a slot of the ring, and room for 64 KiB in every slot would leave
        so few of them that a burst overruns it.
        """
        self._cut = snaplen is not None
        self._machine = machine
        self._file = str(SHARED / f"capture/{next(_numbers):03}-{ns}-{device}.pcap")
        folder = machine.share / "capture"
        folder.mkdir(exist_ok=True)
        self.path = folder / Path(self._file).name
        self._process = machine.spawn(
            [
                *PRIORITY,
                *TCPDUMP,
                "-s",
                f"{snaplen or LONGEST}",
                "-i",
                device,
                "-w",
                self._file,
                *filters.split(),
            ],
            ns,
        )
        self._stopped = False
        machine.wait_until(self._listening, 10, f"tcpdump on {device}", self._process.tail)

    def _listening(self) -> bool:
        return "listening on" in self._process.output()

    def stop(self) -> Path:
        """End it, with every packet that was sent before in the file; return the file's path.

        Raises TestbedError when the kernel dropped packets or a frame is not there in full.
        """
        if not self._stopped:
            self._stopped = True
            self._drain()
            self._process.signal(signal.SIGINT)
            self._process.wait(20)
            self._machine.fetch(self._file)
            said = self._process.output()
            if "\n0 packets dropped by kernel" not in said:
                raise TestbedError(f"the capture {self.path} is not whole:\n{said}")
            if not self._cut and (longer := _longest(self.path.read_bytes())) > LONGEST:
                raise TestbedError(
                    f"the capture {self.path} lacks the end of a frame of {longer} bytes: "
                    "give a snaplen to capture where segmentation is offloaded"
                )
        return self.path

    def _drain(self) -> None:
        """Wait until tcpdump has read all that its device saw before now.

        At SIGINT it would leave what is still in the kernel's ring. Once in some thousand captures
        the kernel counts one packet more than there is to read: so answers without news do too.
        """
        _, received, _ = self._counts()
        taken: list[int] = []

        def drained() -> bool:
            taken.append(self._taken())
            return taken[-1] >= received or taken[-QUIET:] == [taken[-1]] * QUIET

        self._machine.wait_until(drained, 20, "tcpdump to read all packets", self._process.tail)

    def _taken(self) -> int:
        captured, _, dropped = self._counts()
        return captured + dropped

    def _counts(self) -> tuple[int, int, int]:
        """Packets captured, received by the filter and dropped by now, asked of tcpdump."""
        before = len(COUNTS.findall(self._process.output()))
        self._process.signal(signal.SIGUSR1)
        found = self._machine.wait_until(
            lambda: COUNTS.findall(self._process.output())[before:],
            10,
            "tcpdump to tell its counts",
            self._process.tail,
        )
        captured, received, dropped = map(int, found[0])
        return captured, received, dropped

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.stop()
        elif not self._stopped and self._machine.alive:
            self._process.kill()


def _longest(pcap: bytes) -> int:
    """Bytes that the longest frame had on the wire."""
    at, longest = 24, 0
    while at < len(pcap):
        kept, length = struct.unpack_from("<II", pcap, at + 8)
        at, longest = at + 16 + kept, max(longest, length)
    return longest
