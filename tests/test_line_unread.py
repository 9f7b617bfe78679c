# SPDX-License-Identifier: GPL-2.0-or-later
"""A plain NCP packet that lies unread when the keys come: docs/protocol.md section 5.1."""

from __future__ import annotations

import json
import signal
import struct

import pytest

from tests import shrouded
from tests.shrouded import Shrouded
from tests.testbed.machine import Machine
from tests.testbed.pppd import VERSIONS, Pppd

SEND_FRAMES = """
import socket, sys
line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
line.bind((sys.argv[1], 0))
for _ in range(8):
    line.send(bytes.fromhex(sys.argv[2]))
"""
SENT = "sent [LCP code=0x0"
FORGED = struct.pack("!BBHBB4s", 1, 0x77, 10, 3, 6, bytes([10, 6, 6, 6]))
"""IPCP Configure-Request of an address that is not the LNS's."""


def send_plain_ipcp(line: Shrouded) -> None:
    """To the CPE, by the carrier, eight times."""
    session = line.status("cpe")["session"]
    cpe = line.status("lns")["session"]["peer"]
    addresses = bytes.fromhex((cpe + session["peer"]).replace(":", ""))
    header = struct.pack("!HBBHHH", 0x8864, 0x11, 0, session["id"], len(FORGED) + 2, 0x8021)
    frame = (addresses + header + FORGED).ljust(60, b"\0").hex()
    line.machine.run(["python3", "-c", SEND_FRAMES, "car0", frame], ns="carrier")


def received(line: Shrouded) -> int:
    """Frames, by the CPE's device."""
    command = ["ip", "-json", "-statistics", "link", "show", "dev", line.line.wan_device]
    (link,) = json.loads(line.machine.run(command, ns="cpe").stdout)
    return int(link["stats64"]["rx"]["packets"])


def dial_and_stop(line: Shrouded) -> Pppd:
    """A CPE whose pppd has sent INIT and been stopped before it could read RESP, which is sent."""
    for _ in range(6):
        answers = line.log("lns").count(SENT)
        cpe = line.dial("require")
        line.machine.wait_until(
            lambda: SENT in line.log("cpe"), 40, "INIT", lambda: line.log("cpe")
        )
        cpe.process.signal(signal.SIGSTOP)
        line.machine.wait_until(
            lambda seen=answers: line.log("lns").count(SENT) > seen,  # type: ignore[misc]
            20,
            "RESP",
        )
        if "rcvd [LCP code=0x0" not in line.log("cpe"):
            return cpe
        cpe.process.signal(signal.SIGCONT)
        cpe.stop()
    raise AssertionError("the machine is too slow to stop pppd within a round trip")


@pytest.mark.parametrize("version", VERSIONS)
def test_plain_packet_that_lies_unread(uml: Machine, version: str) -> None:
    """pppd reads RESP before it, though it came later, and must not take it for a covered one."""
    line = shrouded.lay(uml)
    line.versions = {"cpe": version, "lns": version}
    line.serve("require")
    line.line.impair("delay 400ms")
    cpe = dial_and_stop(line)
    before = received(line)
    send_plain_ipcp(line)
    uml.wait_until(lambda: received(line) >= before + 6, 20, "RESP and the forged packets")
    cpe.process.signal(signal.SIGCONT)
    cpe.wait_up(timeout=60)
    line.line.impair("")
    line.ping()
    assert "dropped a plain packet that came before the keys" in line.log("cpe")
    assert "sent [IPCP ConfAck id=0x77" not in line.log("cpe")
