# SPDX-License-Identifier: GPL-2.0-or-later
"""Real lines in mode decoy carry all that IP carries; the carrier sees other hosts and names."""

from __future__ import annotations

from pathlib import Path

import pytest

from pppshroud.capture.checksum import ones_sum
from pppshroud.capture.file import open_capture
from pppshroud.capture.ppp import find_ppp
from pppshroud.wire import PPP_IPV4
from tests import packets, shrouded, traffic
from tests.shrouded import Shrouded
from tests.testbed import disguise
from tests.testbed.capture import Capture
from tests.testbed.l2tp import XlServer, dial_l2tp
from tests.testbed.machine import Machine
from tests.testbed.topology import PPP_CPE, SERVER, SERVER6
from tests.testbed.uncovered import DECOY, decoy_version

MODE = ["shroud-mode", "decoy"]
OVERLAP = 30.0
"""Seconds for which a CPE does not start the next rekey."""


def lay(machine: Machine) -> Shrouded:
    line = shrouded.lay(machine)
    line.both = MODE
    traffic.serve(machine)
    return line


def names_seen(capture: Path) -> set[tuple[bytes, ...]]:
    """The labels of each name in a DNS message that the carrier took for one."""
    with open_capture(capture) as reader:
        frames = [find_ppp(packet.link_type, packet.data) for packet in reader]
    decoys = [frame.information for frame in frames if frame and decoy_version(frame, DECOY)]
    return {tuple(labels) for decoy in decoys for labels in disguise.dns_names(decoy)}


def assert_other_names(capture: Path) -> None:
    """DNS asks for names of the same form, another one each time, and never for the real one."""
    labels = [label.encode() for label in traffic.NAME.split(".")]
    names = names_seen(capture)
    assert len(names) >= 2
    assert {tuple(map(len, name)) for name in names} == {tuple(map(len, labels))}
    assert not any(label in name for name in names for label in labels)


def assert_counted(line: Shrouded) -> None:
    """Both ends send and receive decoys, and noise for what has none."""
    for side in ("cpe", "lns"):
        counters = line.status(side)["counters"]
        assert min(counters["tx_decoy"], counters["rx_decoy"]) > 500, counters
        assert min(counters["tx_block"] + counters["tx_whole"], counters["rx_block"]) > 0


PORT = 9999
RECEIVE = f"""
import socket
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind(("{SERVER}", {PORT}))
while True:
    print(sock.recv(2048).hex(), flush=True)
"""
SEND_UNFINISHED = """
import socket, struct, sys
line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
line.setsockopt(263, 15, 1)  # SOL_PACKET, PACKET_VNET_HDR
line.bind((sys.argv[1], 0))
header = struct.pack("=BBHHHH", 1, 0, 0, 0, 42, 6)  # to be checksummed from octet 42 on, at 48
for frame in sys.argv[2:]:
    line.send(header + bytes.fromhex(frame))
"""


def unfinished(payload: bytes) -> bytes:
    """A datagram to the server whose checksum a device is yet to fill in: it has the sum of the
    pseudo-header."""
    packet = packets.udp(PPP_CPE, PORT, SERVER, PORT, payload)
    pseudo = packet[12:20] + (17).to_bytes(2, "big") + packet[24:26]
    return packet[:26] + ones_sum(pseudo).to_bytes(2, "big") + packet[28:]


def test_detour(uml: Machine) -> None:
    """What a flow table forwards with a checksum to be filled in is a decoy with a right one."""
    line = lay(uml)
    payloads = [b"in clear" * count for count in (1, 20, 150)]
    with Capture(uml, "carrier", "car0") as tap:
        line.serve("require")
        line.dial("require", ["shroud-detour"])
        traffic.await_covered(line)
        line.ping()
        server = uml.spawn(["python3", "-c", RECEIVE], "server")
        server.await_socket("udp", PORT)
        frames = [(PPP_IPV4, unfinished(payload)) for payload in payloads]
        device, raw = traffic.frames_of(line, "cpe", frames)
        sent = [frame.hex() for frame in raw]
        uml.run(["python3", "-c", SEND_UNFINISHED, device, *sent], "cpe")
        uml.wait_until(
            lambda: server.output().split() == [payload.hex() for payload in payloads],
            20,
            "all datagrams",
            server.tail,
        )
        traffic.await_counter(line, "cpe", "tx_detour", len(payloads))
        traffic.assert_shrouded(line, [tap], agreed=DECOY)


@pytest.mark.slow
def test_new_keys_under_load_lose_nothing(uml: Machine) -> None:
    """Phase 0, 1, and 0 again, while numbered packets and all kinds of traffic cross the line."""
    line = lay(uml)
    with Capture(uml, "carrier", "car0") as tap:
        traffic.dial_covered(line)
        flows = [traffic.flood(uml, to, 50, OVERLAP + 15) for to in (SERVER, SERVER6)]
        for flow in flows:
            flow.await_begin()
        traffic.renew(line)
        traffic.everything(uml)
        traffic.renew(line)
        for flow in flows:
            flow.assert_whole(timeout=60)
        (report,) = traffic.assert_shrouded(line, [tap], agreed=DECOY)
    assert report.handshakes == 3
    assert_other_names(tap.path)
    assert_counted(line)


def test_l2tp(uml: Machine) -> None:
    line = lay(uml)
    line.line.plain_ip()
    line.line.widen()
    line.lns = XlServer(uml, line.options("lns", "require"))
    with Capture(uml, "carrier", "car0") as tap:
        line.cpe = dial_l2tp(uml, line.options("cpe", "require"))
        traffic.await_covered(line)
        traffic.look_up(uml)
        traffic.bulk(uml)
        traffic.datagrams(uml, rate=100, seconds=1)
        traffic.renew(line)
        (report,) = traffic.assert_shrouded(line, [tap], agreed=DECOY)
    assert report.handshakes == 2
    assert_other_names(tap.path)
    assert_counted(line)
