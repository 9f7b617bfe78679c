# SPDX-License-Identifier: GPL-2.0-or-later
"""Datagrams that no client of Debian's sends: a caller, and a peer that echoes them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from tests.testbed.internet import Host
from tests.testbed.machine import Machine
from tests.testbed.process import Process

from .case import SERVERS, run

CALLER = """\
import socket, sys
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
line = socket.socket(family, socket.SOCK_DGRAM)
line.settimeout(5)
line.connect((sys.argv[1], int(sys.argv[2])))
for datagram in sys.stdin.read().split():
    line.send(bytes.fromhex(datagram))
    assert line.recv(2048)
print("all datagrams answered")
"""
PEER = """\
import socket, sys
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
line = socket.socket(family, socket.SOCK_DGRAM)
line.bind((sys.argv[1], int(sys.argv[2])))
print("bound", flush=True)
while True:
    datagram, caller = line.recvfrom(2048)
    line.sendto(datagram, caller)
"""


def start_peer(machine: Machine, host: Host, port: int) -> None:
    """Start the other party, which answers with the same datagrams, for each family."""
    for address in (host.address, host.address6):
        peer = machine.spawn(["python3", "-c", PEER, address, str(port)], SERVERS)
        machine.wait_until(partial(_is_bound, peer), 20, f"a peer on port {port}", peer.tail)


def call(machine: Machine, host: Host, port: int, datagrams: Sequence[bytes]) -> None:
    """Send the datagrams one by one, each after the answer to the one before."""
    text = "\n".join(datagram.hex() for datagram in datagrams).encode()
    for address in (host.address, host.address6):
        run(machine, "python3", "-c", CALLER, address, str(port), stdin=text,
            expect="all datagrams answered")  # fmt: skip


def _is_bound(peer: Process) -> bool:
    return "bound" in peer.output()
