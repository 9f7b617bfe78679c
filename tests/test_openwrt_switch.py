# SPDX-License-Identifier: GPL-2.0-or-later
"""The switch on an OpenWrt router: on and off again, by the ubus object and by uci."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.testbed import leak
from tests.testbed.capture import Capture
from tests.testbed.machine import Machine
from tests.testbed.openwrt.home import Home, home

NETWORK = """\
# the line; do not touch
config  interface   lan   # LAN
	option device "home0"
	option proto static

config interface 'loopback'
	option device lo
	option proto 'static'
config interface wan
	option device 'cpe0'
	option proto	"pppoe"
	option username 'subscriber@example'   # as in the contract
	option password "a-secret-of-the-line"
	option pppd_options 'lcp-restart  1'	# faster
	option ipv6 auto
# no newline follows"""
FIREWALL = """\
config defaults
	option flow_offloading 1
	option flow_offloading_hw "1"  # fast

config zone
	option name wan
	list network 'wan'

config zone
	option name lan
	list network lan
"""


@pytest.fixture
def ours(carrier_watched: Machine) -> Iterator[Home]:
    with home(carrier_watched) as found:
        yield found


@pytest.mark.slow
def test_switch_on_reboot_and_off(ours: Home) -> None:
    """On, over a power cut, and off: then every byte is what it was."""
    ours.line.serve("prefer")
    router = ours.router
    router.write("/etc/config/network", NETWORK)
    router.write("/etc/config/firewall", FIREWALL)
    router.boot()
    router.wait_up()
    before = ours.configs()
    assert ours.status()["state"] == "off"
    assert router.read("/var/run/fw4.hardware") == "refused\n", "the hardware was not asked"

    with Capture(ours.machine, "carrier", "car0") as tap:
        ended = ours.apply(enabled=True)
        assert ended["outcome"] == "kept", ended
        status = ours.await_state("shrouded")
        ours.ping()
    leak.assert_covered(tap.path)
    assert status["peer"]["trust"] == "first-use"
    assert (status["up"], status["l3_device"], status["mtu"]) == (True, "pppoe-wan", 1492)
    assert status["sentence"] == "Shrouded. Your carrier sees noise."
    assert "kept" in ours.events()
    offload = ours.call("status")["offload"]
    assert (offload["hardware_wanted"], offload["hardware_configured"]) == (True, False)
    assert router.read("/var/run/fw4.hardware") == "no\n"
    assert " lcp-restart 1 file /etc/shroud/lines/wan.options\n" in router.script(
        "tr '\\0' ' ' </proc/$(pidof pppd)/cmdline; echo"
    ).replace(" \n", "\n")
    assert [command for command in router.minute() if "shroud watch" in command]

    router.reboot()
    ours.await_state("shrouded")
    assert ours.call("status")["last_trial"] is None, "a boot needs no trial"
    assert [command for command in router.minute() if "shroud watch" in command]
    assert ours.status()["peer"]["trust"] == "known"

    ended = ours.apply(enabled=False)
    assert ended["outcome"] == "kept", ended
    assert ours.status()["state"] == "off"
    router.wait_up()
    ours.ping()
    assert ours.configs() == before
    # The watch, which looks first whether a line is on.
    assert ours.left_behind() == ["/etc/crontabs/root"]
    assert router.read("/var/run/fw4.hardware") == "refused\n"


def test_uci_reaches_the_same_trial(ours: Home) -> None:
    """`uci set`, commit, reload_config: what LuCI's Save & Apply comes to."""
    ours.line.serve("prefer")
    router = ours.router
    router.boot()
    router.wait_up()
    router.uci("set", "shroud.wan.enabled=1")
    code, text = ours.refusal("apply", line="wan", enabled=True)
    assert code == "busy"
    assert "uncommitted changes" in text
    router.uci("commit", "shroud")
    router.run(["reload_config"])
    ours.await_state("shrouded")
    assert ours.await_trial()["outcome"] == "kept"
    assert router.uci("get", "shroud.wan.enabled") == "1"

    # Refusals, each by name and without a change.
    assert ours.refusal("apply", line="lan", enabled=True)[0] == "unknown-line"
    assert ours.refusal("apply", line="wan", mode="full")[0] == "argument"
    assert "peer_keys" in ours.refusal("apply", line="wan", peer_keys=[])[1]
    assert ours.refusal("confirm", line="wan")[0] == "nothing-to-do"
    assert ours.refusal("rollback", line="wan")[0] == "nothing-to-do"
    assert ours.refusal("trust", line="wan", fingerprint="x" * 44)[0] in (
        "argument",
        "nothing-to-do",
    )
    assert ours.call("diagnose", line="wan")["verdict"].startswith("No check failed")
    assert ours.status()["state"] == "shrouded"
    pairs = router.script("ls -d /sys/fs/bpf/pppshroud/*-cpe0/*")
    assert pairs, "no programs are pinned"
    assert "/decoy-" not in pairs, "programs of a mode that nobody asked for are loaded"


@pytest.mark.slow
def test_hardware_offload_that_comes_back_is_ended(ours: Home) -> None:
    """Somebody switches it on while a line is shrouded: it goes off again, and he is told."""
    ours.line.serve("prefer")
    router = ours.router
    router.boot()
    router.wait_up()
    assert ours.apply(enabled=True)["outcome"] == "kept"
    router.uci("set", "firewall.@defaults[0].flow_offloading_hw=1")
    router.uci("commit", "firewall")
    router.run(["reload_config"])
    ours.machine.wait_until(
        lambda: "flow_offloading_hw '0'" in router.read("/etc/config/firewall"),
        20,
        "hardware offload to be off again",
        router.tail,
    )
    ours.machine.wait_until(
        lambda: router.read("/var/run/fw4.hardware") == "no\n", 20, "fw4 to be told", router.tail
    )
    assert ours.await_event("hardware-offload", "")["title"]
    offload = ours.call("status")["offload"]
    assert (offload["hardware_wanted"], offload["hardware_configured"]) == (True, False)
    assert ours.apply(enabled=False)["outcome"] == "kept"
    assert "flow_offloading_hw '1'" in router.read("/etc/config/firewall"), "his choice is kept"
