# SPDX-License-Identifier: GPL-2.0-or-later
"""The testbed itself: a plain line of every kind comes up, and the carrier's capture shows it."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from .testbed import pppd, services
from .testbed.capture import Capture
from .testbed.l2tp import Lac, XlServer, dial_l2tp
from .testbed.machine import Machine
from .testbed.topology import PPP_CPE, SERVER, SERVER6, Topology

PPPOE_SESSION = 0x8864
PROTOCOL_IPV4, PROTOCOL_IPV6 = 0x0021, 0x0057
CONNECT = "Connect: ppp0"
LOST_SUCCESS = 60.0
"""Seconds: whoever is authenticated never asks again for a CHAP Success that was lost, so the
LNS gives the session up when its IPCP has not been answered for 30 s, and the CPE redials."""
ECHO = b"this is what the ping carries..."


def frames(path: Path) -> Iterator[bytes]:
    """The Ethernet frames of a pcap file (microseconds, little-endian)."""
    raw = path.read_bytes()
    assert raw[:4] == bytes.fromhex("d4c3b2a1")
    at = 24
    while at < len(raw):
        (length,) = struct.unpack_from("<I", raw, at + 8)
        yield raw[at + 16 : at + 16 + length]
        at += 16 + length


def ping(machine: Machine, address: str) -> None:
    """Three pings from the LAN, which carry ECHO."""
    machine.run(
        ["ping", "-c", "3", "-i", "0.2", "-W", "5", "-s", "64", "-p", ECHO[:16].hex(), address],
        "lan",
    )


def seen(path: Path, start: bytes) -> int:
    """How many frames have `start` after their addresses, and ECHO's first 16 bytes in them."""
    return sum(f[12 : 12 + len(start)] == start and ECHO[:16] in f for f in frames(path))


def pppoe_header(tags: Sequence[int], protocol: int) -> list[bytes]:
    """What precedes session id, in pieces: tags with PPPoE's EtherType; and the protocol."""
    types = {0: [], 1: [0x8100], 2: [0x88A8, 0x8100]}[len(tags)]
    raw = b"".join(struct.pack(">HH", t, tag) for t, tag in zip(types, tags, strict=True))
    return [raw + struct.pack(">HBB", PPPOE_SESSION, 0x11, 0), struct.pack(">H", protocol)]


@pytest.mark.parametrize(
    ("tags", "cpe_version", "lns_version"),
    [
        ((), "2.5.2", "2.5.2"),
        ((7,), "2.5.2", "2.5.2"),
        ((100, 7), "2.5.2", "2.5.2"),
        ((), "2.4.9", "2.5.2"),
        ((), "2.5.2", "2.4.9"),
    ],
)
def test_pppoe_line_up(
    uml: Machine, tags: Sequence[int], cpe_version: str, lns_version: str
) -> None:
    line = Topology(uml, tags)
    pppd.write_secrets(uml)
    lns = pppd.PppoeServer(uml, line.access_device, version=lns_version)
    with Capture(uml, "carrier", "car0") as tap:
        cpe = pppd.dial(uml, line.wan_device, version=cpe_version)
        cpe.wait_up()
        lns.wait_session()
        assert cpe.local() == PPP_CPE
        line.route_to_lan6()
        ping(uml, SERVER)
        ping(uml, SERVER6)
    for protocol in (PROTOCOL_IPV4, PROTOCOL_IPV6):
        start, number = pppoe_header(tags, protocol)
        at = 12 + len(start) + 4
        found = [f for f in frames(tap.path) if f[12:].startswith(start) and ECHO[:16] in f]
        assert sum(f[at : at + 2] == number for f in found) == 6
    assert cpe.stop() == 0 or "terminated" in cpe.logged()


def test_session_survives_impairment_and_redials(uml: Machine) -> None:
    line = Topology(uml)
    pppd.write_secrets(uml)
    line.impair("delay 2ms 1ms loss 1% duplicate 1%")
    lns = pppd.PppoeServer(uml, line.access_device)
    cpe = pppd.dial(uml, line.wan_device, persist=True)
    cpe.wait_up(timeout=LOST_SUCCESS)
    before = cpe.logged().count(CONNECT)
    lns.kill()
    cpe.hang_up()
    cpe.wait_down()
    lns.start()
    cpe.wait_up(timeout=LOST_SUCCESS)
    line.impair("")
    assert cpe.logged().count(CONNECT) > before


def test_l2tp_line_up(uml: Machine) -> None:
    line = Topology(uml)
    line.plain_ip()
    pppd.write_secrets(uml)
    lns = XlServer(uml)
    with Capture(uml, "carrier", "car1", "udp port 1701") as tap:
        cpe = dial_l2tp(uml)
        cpe.wait_up()
        lns.wait_session()
        line.route_to_lan6()
        ping(uml, SERVER)
        ping(uml, SERVER6)
    assert seen(tap.path, b"\x08\x00") == 12
    assert len(lns.pppds()) == 1


def chain(machine: Machine) -> None:
    """CPE, LAC and LNS: the LAC's one side shows PPPoE, its other L2TP."""
    line = Topology(machine, lac=True)
    pppd.write_secrets(machine)
    lns = XlServer(machine)
    lac = Lac(machine, line.access_device)
    with Capture(machine, "lac", "lac0") as near, Capture(machine, "lac", "lac1") as far:
        cpe = pppd.dial(machine, line.wan_device, service=lac.service)
        cpe.wait_up()
        lns.wait_session()
        line.route_to_lan6()
        ping(machine, SERVER)
        ping(machine, SERVER6)
    assert seen(near.path, b"\x88\x64\x11\x00") == 12
    assert seen(far.path, b"\x08\x00\x45") == 12


def test_lac_chain_amd64(qemu_amd64: Machine) -> None:
    chain(qemu_amd64)


def test_lac_chain_arm64(qemu_arm64: Machine) -> None:
    chain(qemu_arm64)


def test_services_reached_from_lan(uml: Machine) -> None:
    line = Topology(uml)
    pppd.write_secrets(uml)
    lns = pppd.PppoeServer(uml, line.access_device)
    name = "www.example.net"
    services.dns(uml, {name: [SERVER, SERVER6]})
    services.web(uml, [name], "what the page says\n")
    services.iperf(uml)
    cpe = pppd.dial(uml, line.wan_device)
    cpe.wait_up()
    lns.wait_session()
    line.route_to_lan6()
    assert SERVER in uml.run(["dig", "+short", name, f"@{SERVER}"], "lan").stdout
    for scheme, address in (("http", SERVER), ("https", SERVER), ("https", f"[{SERVER6}]")):
        port = {"http": 80, "https": 443}[scheme]
        page = uml.run(
            [
                "curl",
                "-sS",
                "--cacert",
                services.CERTIFICATE,
                "--resolve",
                f"{name}:{port}:{address}",
                f"{scheme}://{name}/any",
            ],
            "lan",
        )
        assert page.stdout == "what the page says\n"
    with Capture(uml, "carrier", "car0") as tap:
        uml.run(["iperf3", "-c", SERVER, "-n", "20M"], "lan")
    assert sum(len(f) for f in frames(tap.path)) > 20 << 20


def test_capture_whole_at_stop(uml: Machine) -> None:
    Topology(uml)
    with Capture(uml, "carrier", "car0", "ether proto 0x88b5") as tap:
        uml.script(
            'python3 -c \'import socket; s=socket.socket(17,3); s.bind(("cpe0",0x88b5));'
            '[s.send(bytes(12)+b"\\x88\\xb5"+bytes([i>>8,i&255])*30) for i in range(3000)]\'',
            "cpe",
        )
    assert [f[14:16] for f in frames(tap.path)] == [struct.pack(">H", i) for i in range(3000)]
