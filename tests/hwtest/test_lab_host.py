# SPDX-License-Identifier: GPL-2.0-or-later
"""The rig host as the lab: its kernel, its devices, nothing left of it afterwards."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hwtest.board.faults import RigFault
from hwtest.lab.host import Host
from hwtest.lab.network import Network
from hwtest.lab.traffic import Load, drive
from tests.testbed import services

CABLES = (f"rig{os.getpid()}w", f"rig{os.getpid()}l")


def host(*argv: str) -> str:
    done = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=30)
    return done.stdout


@pytest.fixture
def cables() -> Iterator[tuple[str, str]]:
    """Two veth pairs; the far ends, named with a b at the end, are the board's."""
    for name in CABLES:
        host("ip", "link", "add", name, "type", "veth", "peer", "name", f"{name}b")
    yield CABLES
    for name in CABLES:
        subprocess.run(["ip", "link", "delete", name], check=False, capture_output=True)


def test_traffic_through_a_namespace_as_board(cables: tuple[str, str], tmp_path: Path) -> None:
    """Plain IP in place of PPPoE, which not every kernel of a test machine has."""
    wan, lan = cables
    with Host(workdir=tmp_path / "lab") as machine:
        network = Network(machine, wan, lan)
        network.lay()
        machine.script(
            f"ip netns add board; ip link set {wan}b netns board; ip link set {lan}b netns board"
        )
        machine.script(
            f"ip link set {wan}b up; ip link set {lan}b up\n"
            f"ip address add 192.168.1.1/24 dev {lan}b\n"
            f"ip address add 192.0.2.2/24 dev {wan}b; ip route add default via 192.0.2.1\n"
            "sysctl -qw net.ipv4.ip_forward=1",
            "board",
        )
        machine.script(
            "ip address add 192.0.2.1/24 dev lns0; ip route add 192.168.1.0/24 via 192.0.2.2", "lns"
        )
        services.iperf(machine)
        before, _ = network.frames(wan, "carrier")
        found = drive(machine, Load("up", 1400, megabits=8), 1, "off")
        assert found.megabits > 4
        assert network.frames(wan, "carrier")[0] - before >= 300
    assert "server0" not in host("ip", "-brief", "link", "show")


def test_demand_of_a_device_that_is_not_there(tmp_path: Path) -> None:
    with Host(workdir=tmp_path / "lab") as machine, pytest.raises(RigFault) as fault:
        machine.demand("no-such-device")
    assert fault.value.kind == "lab"
    missing = "no network device 'no-such-device'" if Path("/dev/ppp").exists() else "has no PPP"
    assert missing in fault.value.what
