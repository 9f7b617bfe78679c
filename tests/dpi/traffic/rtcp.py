# SPDX-License-Identifier: GPL-2.0-or-later
"""RTCP source descriptions (RFC 3550 section 6.5), which name the host and the user of a call."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import partial

from tests.testbed.machine import Machine
from tests.testbed.process import Process

from .case import SERVERS, Host, UseCase, run

PHONE = Host("phone.example", 24)
CNAME, TOOL = "deepthroat@desk-7.phone.example", "Softphone of the newsroom 4.2"
PORT, REPORTS = 40001, 5
SSRC = 0x5EC2E75A
SENDER_REPORT, SOURCE_DESCRIPTION = 200, 202
ITEM_CNAME, ITEM_TOOL = 1, 6
CALLER = """\
import socket, sys
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
line = socket.socket(family, socket.SOCK_DGRAM)
line.settimeout(5)
line.connect((sys.argv[1], int(sys.argv[2])))
for report in sys.argv[3:]:
    line.send(bytes.fromhex(report))
    assert line.recv(2048)
print("all reports answered")
"""
ECHO = """\
import socket, sys
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
line = socket.socket(family, socket.SOCK_DGRAM)
line.bind((sys.argv[1], int(sys.argv[2])))
print("bound", flush=True)
while True:
    report, caller = line.recvfrom(2048)
    line.sendto(report, caller)
"""


def push_report(number: int) -> bytes:
    """Return a compound packet: a sender report, and a source description with two items."""
    report = struct.pack(
        ">BBHIIIIII", 0x80, SENDER_REPORT, 6, SSRC, number, 0, 160 * number, number, 160 * number
    )
    items = b"".join(
        bytes((kind, len(text))) + text.encode()
        for kind, text in ((ITEM_CNAME, CNAME), (ITEM_TOOL, TOOL))
    )
    chunk = struct.pack(">I", SSRC) + items
    chunk += bytes(4 - len(chunk) % 4)
    return report + struct.pack(">BBH", 0x81, SOURCE_DESCRIPTION, len(chunk) // 4) + chunk


def start_echo(machine: Machine, hosts: Sequence[Host]) -> None:
    """Start the other party, which answers with the same reports, for each family."""
    del hosts
    for address in (PHONE.address, PHONE.address6):
        server = machine.spawn(["python3", "-c", ECHO, address, str(PORT)], SERVERS)
        machine.wait_until(partial(_is_bound, server), 20, "the phone to listen", server.tail)


def _is_bound(server: Process) -> bool:
    return "bound" in server.output()


def _call(machine: Machine) -> None:
    reports = [push_report(number).hex() for number in range(1, 1 + REPORTS)]
    for address in (PHONE.address, PHONE.address6):
        run(machine, "python3", "-c", CALLER, address, str(PORT), *reports,
            expect="all reports answered")  # fmt: skip


SDES = UseCase(
    "rtcp-sdes", "hosts and users of calls, by RTCP's source descriptions", (PHONE,),
    (start_echo,), _call, tokens=(CNAME, TOOL), apps=frozenset({"rtcp"}),
)  # fmt: skip
