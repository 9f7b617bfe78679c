# SPDX-License-Identifier: GPL-2.0-or-later
"""The flow's line and lab, around a router in the lab's own User-Mode Linux in place of a board."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from hwtest.board.board import Ran
from hwtest.flow import tap
from hwtest.flow.line import Line
from hwtest.flow.modes import MODES, entered
from hwtest.lab import wireguard
from hwtest.lab.lab import Lab
from tests.testbed import leak
from tests.testbed.machine import Machine
from tests.testbed.openwrt import package
from tests.testbed.openwrt.router import Router

NAME = "whom-we-talk-to.example"


@dataclass(frozen=True)
class Shell:
    """The router's, as a board's console offers one."""

    router: Router

    def run(self, command: str, timeout: float = 30.0, *, check: bool = True) -> Ran:
        done = self.router.run(["sh", "-c", command], timeout, check)
        return Ran(done.code, done.stdout)


@dataclass(frozen=True)
class Bench:
    lab: Lab
    line: Line


@pytest.fixture
def bench(uml: Machine) -> Iterator[Bench]:
    """The lab laid and serving, the router on its cables with its packages; dialled."""
    uml.script(
        "modprobe -aq veth; ip netns add cpe\n"
        "ip link add wan0 type veth peer name cpe0 netns cpe\n"
        "ip link add lan0 type veth peer name home0 netns cpe"
    )
    uml.script(
        "for device in lo cpe0 home0; do ip link set $device up; done\n"
        "ip address add 192.168.1.1/24 dev home0; sysctl -qw net.ipv4.ip_forward=1\n"
        "iptables-legacy -t nat -A POSTROUTING -o pppoe-wan -j MASQUERADE",
        "cpe",
    )
    lab = Lab(uml, "wan0", "lan0")
    lab.lay([NAME])
    lab.serve()
    router = Router(uml)
    package.install(router)
    router.boot()
    line = Line(Shell(router), "wan", "cpe0")
    line.await_booted()
    line.subscribe()
    yield Bench(lab, line)
    router.power_cut()


def test_modes_as_the_tap_sees_them(bench: Bench) -> None:
    """In plain the tap reads the name that is asked for; shrouded it does not, and sees keys."""
    lab, line = bench.lab, bench.line
    with entered(MODES["off"], line, lab), tap.recorded(lab) as plain:
        assert lab.ask(NAME)
    assert any(NAME in str(one) for one in leak.find_leaks(plain.path, [NAME]).leaks)
    with entered(MODES["head"], line, lab), tap.recorded(lab) as covered:
        line.redial()
        line.await_up()
        assert lab.await_reach()
        assert lab.ask(NAME)
    assert leak.assert_covered(covered.path, [NAME]).handshakes == 1
    with entered(MODES["off"], line, lab):
        assert not line.left_behind()


def test_wireguard_of_the_lab(bench: Bench) -> None:
    """The lab's end comes up without its kernel's help, lets a key in, and leaves nothing."""
    lab = bench.lab
    peer = wireguard.start(lab.machine)
    peer.answer(wireguard_key(lab.machine))
    shown = lab.machine.run(["wg", "show", wireguard.DEVICE], "server").stdout
    assert "allowed ips: 10.99.0.2/32, 192.168.1.0/24" in shown
    assert peer.public in shown
    peer.stop()
    assert lab.machine.run(["ip", "link", "show", wireguard.DEVICE], "server", check=False).code


def wireguard_key(machine: Machine) -> str:
    private = machine.run(["wg", "genkey"]).stdout
    return machine.run(["wg", "pubkey"], stdin=private.encode()).stdout.strip()
