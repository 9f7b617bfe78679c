# SPDX-License-Identifier: GPL-2.0-or-later
"""A counted number of full-size packets through the board: guest/stream.py on both ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.testbed.dialogue import Dialogue
from tests.testbed.machine import Machine

PROGRAM = Path(__file__).parent / "guest/stream.py"
WARM = 64
"""Packets, more than the first ones of a flow that the data path covers whole."""


class Stream:
    """One UDP flow, both ways of which have been used."""

    def __init__(self, asker: Dialogue, size: int) -> None:
        """size: octets of UDP payload."""
        self._asker, self._size = asker, size
        for direction in ("up", "down"):
            self.send(direction, WARM)

    def send(self, direction: str, count: int) -> int:
        """Have `count` packets go `direction`, "up" or "down"; how many were sent, or came."""
        (answer,) = self._asker.ask(f"{direction} {count} {self._size}\n", 1)
        return int(answer)


@contextmanager
def opened(machine: Machine, address: str, size: int) -> Iterator[Stream]:
    """A flow between the LAN host and the server at `address`."""
    program = machine.put(PROGRAM)
    server = machine.spawn(["python3", "-S", program, "serve"], "server")
    try:
        server.await_socket("udp", 443)
        asker = machine.converse(["python3", "-S", program, "ask", address], "lan")
        try:
            yield Stream(asker, size)
        finally:
            asker.close()
    finally:
        server.kill()
