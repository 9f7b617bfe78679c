# SPDX-License-Identifier: GPL-2.0-or-later
"""RTCP source descriptions (RFC 3550 section 6.5), which name the host and the user of a call."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from tests.testbed.internet import Host
from tests.testbed.machine import Machine

from . import udp
from .case import UseCase

PHONE = Host("phone.example", 24)
CNAME, TOOL = "deepthroat@desk-7.phone.example", "Softphone of the newsroom 4.2"
PORT, REPORTS = 40001, 5
SSRC = 0x5EC2E75A
SENDER_REPORT, SOURCE_DESCRIPTION = 200, 202
ITEM_CNAME, ITEM_TOOL = 1, 6


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


def start_phone(machine: Machine, hosts: Sequence[Host]) -> None:
    """Start the other party."""
    del hosts
    udp.start_peer(machine, PHONE, PORT)


def _call(machine: Machine) -> None:
    udp.call(machine, PHONE, PORT, [push_report(number) for number in range(1, 1 + REPORTS)])


SDES = UseCase(
    "rtcp-sdes", "hosts and users of calls, by RTCP's source descriptions", (PHONE,),
    (start_phone,), _call, tokens=(CNAME, TOOL), apps=frozenset({"rtcp"}),
)  # fmt: skip
