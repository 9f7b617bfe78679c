# SPDX-License-Identifier: GPL-2.0-or-later
"""A change on an OpenWrt router that does not work, or is cut short: the line works again."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from tests.testbed.machine import Machine
from tests.testbed.openwrt.home import Home, home
from tests.testbed.pppd import PppoeServer

SECOND = """
config interface 'wanb'
	option device 'cpe0.7'
	option proto 'pppoe'
	option username 'subscriber@example'
	option password 'a-secret-of-the-line'
	option defaultroute '0'
"""
SECOND_CPE = "10.0.1.2"
STRANGER = "3CBjZ0mBwhAfNgtqzJOKbjWgOQfk3pJ4cnxb2Ej2pDo="
"""A key that is not the LNS's."""
TRIAL = 60.0
"""Seconds for which a change is tried when nothing says sooner that it fails."""


@pytest.fixture
def ours(carrier_watched: Machine) -> Iterator[Home]:
    with home(carrier_watched) as found:
        yield found


def up(ours: Home, policy: str | None = "prefer") -> dict[str, str]:
    """Boot at an LNS with this policy, or without the plugin; wait for the plain line, and return
    the files of others as they are."""
    ours.line.serve(policy)
    ours.router.boot()
    ours.router.wait_up()
    return ours.configs()


def second_line(ours: Home) -> None:
    """A VLAN with an LNS of its own, and the interface wanb on it."""
    for ns, device in (("cpe", "cpe0"), ("lns", "lns0")):
        ours.machine.script(
            f"ip link add link {device} name {device}.7 type vlan id 7; ip link set {device}.7 up",
            ns,
        )
    options = [*ours.line.options("lns", "prefer"), "unit", "9"]
    PppoeServer(ours.machine, "lns0.7", options, first=SECOND_CPE)
    network = ours.router.flash_text("etc/config/network")
    ours.router.write("/etc/config/network", network + SECOND)


@pytest.mark.slow
def test_lns_without_plugin_under_require_beside_another_line(ours: Home) -> None:
    """wan fails its trial for as long as one lasts; wanb is shrouded all the while."""
    second_line(ours)
    before = up(ours, None)
    ours.router.wait_up("wanb")
    assert ours.apply("wanb", enabled=True)["outcome"] == "kept"
    between = ours.configs()
    started = ours.machine.uptime()
    ours.begin(enabled=True, policy="require")
    assert ours.refusal("apply", line="wanb", policy="require")[0] == "busy"
    ended = ours.await_trial()
    assert ours.machine.uptime() - started < 90
    assert ended["outcome"] == "rolled-back"
    assert "the peer does not know the protocol" in ended["text"]
    ours.router.wait_up()
    ours.ping()
    assert ours.status()["state"] == "off"
    assert ours.configs() == between
    assert ours.status("wanb")["state"] == "shrouded"
    ours.ping("pppoe-wanb")
    assert ours.apply("wanb", enabled=False)["outcome"] == "kept"
    assert ours.configs() == before


@pytest.mark.slow
def test_refused_options_and_decisions_by_hand(ours: Home) -> None:
    """pppd with a broken plugin does not start: netifd blocks the line, the keeper frees it."""
    router = ours.router
    before = up(ours)
    router.script("mv /usr/lib/pppd/2.5.2/shroud.so /tmp; : > /usr/lib/pppd/2.5.2/shroud.so")
    started = ours.machine.uptime()
    ended = ours.apply(enabled=True)
    assert (ended["outcome"], ended["text"]) == ("rolled-back", "pppd refused its options")
    assert ours.machine.uptime() - started < TRIAL
    router.wait_up()
    assert ours.configs() == before
    assert ours.left_behind() == ["/etc/crontabs/root"]

    # An LNS that is silent, and the change taken back by hand; another kept by hand.
    router.script("mv /tmp/shroud.so /usr/lib/pppd/2.5.2/")
    assert ours.line.lns
    ours.line.lns.process.signal(signal.SIGSTOP)
    ours.begin(enabled=True)
    assert ours.call("status")["trial"]["line"] == "wan"
    ours.call("rollback", line="wan")
    assert ours.await_trial()["outcome"] == "rolled-back"
    assert not router.interface()["up"]
    ours.line.lns.process.signal(signal.SIGCONT)
    router.wait_up()
    assert ours.configs() == before
    ours.begin(enabled=True, peer_key=[STRANGER], policy="require")
    ours.call("confirm", line="wan")
    assert ours.await_trial()["outcome"] == "confirmed"
    assert ours.status()["policy"] == "require"
    assert ours.apply(peer_key=[])["outcome"] == "kept"
    ours.await_state("shrouded")


def kill_keeper(ours: Home) -> str:
    """kill -9 of the program that runs the trial; its process id.

    -o: a child that it starts shows its command line, too, until it has its own.
    """

    def running() -> str:
        return ours.router.run(["pgrep", "-o", "-f", "shroud keep"], check=False).stdout.strip()

    pid = ours.machine.wait_until(running, 20, "a keeper", ours.router.tail)
    ours.router.run(["kill", "-9", pid])
    return pid


def test_keeper_killed_and_power_cut(ours: Home) -> None:
    """A killed keeper goes on; after a power cut the line is what it was before."""
    router = ours.router
    before = up(ours)
    ours.begin(enabled=True, policy="require", peer_key=[STRANGER])
    assert kill_keeper(ours) != kill_keeper(ours)
    ours.machine.wait_until(
        lambda: ours.call("status")["trial"]["step"] == "wait", 30, "a third keeper", router.tail
    )
    router.reboot()
    router.wait_up()
    ours.ping()
    assert ours.configs() == before
    status = ours.call("status")
    assert (status["lines"][0]["state"], status["trial"]) == ("off", None)
    assert "recovered" in ours.events()

    ours.begin(enabled=True)
    kill_keeper(ours)
    assert ours.await_trial()["outcome"] == "kept"
    ours.await_state("shrouded")
