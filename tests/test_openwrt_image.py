# SPDX-License-Identifier: GPL-2.0-or-later
"""Our package on OpenWrt routers: shipped by an ISP, through an upgrade, added and removed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import shrouded
from tests.testbed import product
from tests.testbed.machine import Machine
from tests.testbed.openwrt import package
from tests.testbed.openwrt.home import Home, home
from tests.testbed.openwrt.router import Router

ROOT = Path(__file__).parents[1]
ISP = ROOT / "docs/isp.md"
PLUGIN = "usr/lib/pppd/2.5.2/shroud.so"
DEFAULTS = "/etc/uci-defaults/60-example-net"
LEFT_BEHIND = "/etc/uci-defaults/95-shroud-left-behind"


@pytest.fixture
def ours(carrier_watched: Machine) -> Iterator[Home]:
    with home(carrier_watched) as found:
        yield found


def documented(key: str) -> tuple[str, str]:
    """The scripts of docs/isp.md for /etc/uci-defaults, with this key: a free switch, a locked."""
    blocks = re.findall(r"(?:^(?: {4}.*|)\n)+", ISP.read_text(), re.MULTILINE)
    found = [re.sub("^ {4}", "", b, flags=re.MULTILINE) for b in blocks if "uci -q batch" in b]
    free, locked = (re.sub("(KEY_IN_USE)='.*'", rf"\1='{key}'", block).strip() for block in found)
    head = free[: free.index("# Settings that the subscriber made")]
    return free + "\n", head + locked + "\n"


def test_isp_ships_it_locked(ours: Home) -> None:
    """First boot: shrouded by the pinned key, without a trial; the switch is the ISP's."""
    router = ours.router
    ours.serve("prefer")
    router.write(DEFAULTS, documented(ours.line.key.public)[1])
    router.boot()
    status = ours.await_state("shrouded")
    assert (status["policy"], status["peer"]["trust"]) == ("require", "pinned")
    assert (status["locked"], status["locked_by"][:11]) == (True, "Example Net")
    assert ours.call("status")["last_trial"] is None
    for change in ({"enabled": False}, {"policy": "prefer"}):
        assert ours.refusal("apply", line="wan", **change)[0] == "locked"
    assert router.run(["test", "-e", DEFAULTS], check=False).code, "it has run"
    router.reboot()
    ours.await_state("shrouded")


def backup(ours: Home) -> dict[str, str]:
    """The files that a sysupgrade keeps, by path."""
    listed = ours.router.script(
        ". /lib/functions.sh; include /lib/upgrade; echo /etc/config > /tmp/list\n"
        f"cat /{package.INFO}/shroud.conffiles-pkg >> /tmp/list\n"
        "for hook in $sysupgrade_init_conffiles; do $hook /tmp/list; done\n"
        "sort -u /tmp/list | xargs -I{} find {} -type f"
    )
    return {path: ours.router.read(path) for path in sorted(set(listed.split()))}


def upgraded(ours: Home, kept: dict[str, str], *, plugin: bool) -> Router:
    """Another image in place of the router's, with what was kept; booted."""
    ours.router.power_cut()
    router = Router(ours.machine)
    if plugin:
        package.install(router)
    else:
        router.leave_out(PLUGIN)
    for path, content in kept.items():
        router.write(path, content, 0o600)
    ours.router = router
    router.boot()
    return router


@pytest.mark.slow
def test_upgrade_to_an_image_without_the_plugin(ours: Home) -> None:
    """The line must work, to be able to install the plugin: unless it may not be plain."""
    ours.serve("prefer")
    ours.router.write(DEFAULTS, documented(ours.line.key.public)[0])
    ours.router.boot()
    before = ours.configs()["firewall"]
    ours.await_state("shrouded")
    kept = backup(ours)
    assert {"/etc/config/shroud", "/etc/shroud/lines/wan.options", LEFT_BEHIND} <= kept.keys()

    router = upgraded(ours, kept, plugin=True)
    assert ours.await_state("shrouded")["peer"]["trust"] == "pinned"
    assert LEFT_BEHIND not in router.script("find /etc/uci-defaults")

    router = upgraded(ours, kept, plugin=False)
    router.wait_up()
    ours.ping()
    assert "pppd_options" not in router.read("/etc/config/network")
    assert "line wan is plain" in router.log()
    assert ours.configs()["firewall"] == before
    router.put([(PLUGIN, ROOT / product.build() / "plugin/2.5.2/shroud.so")])
    package.add(router)
    assert ours.await_state("shrouded")["peer"]["trust"] == "pinned"
    assert ours.await_trial()["outcome"] == "kept"

    strict = kept["/etc/shroud/lines/wan.options"].replace("shroud prefer", "shroud require")
    router = upgraded(ours, {**kept, "/etc/shroud/lines/wan.options": strict}, plugin=False)
    ours.machine.wait_until(
        lambda: router.interface().get("errors", [{}])[0].get("code") == "OPTION_ERROR",
        20,
        "pppd to refuse its options",
        router.tail,
    )
    assert not router.interface()["up"]
    assert "line wan stays down" in router.log()


def test_pppd_is_upgraded_alone(ours: Home) -> None:
    """The plugin no longer fits: plain, as policy allows, until there is one that does."""
    router = ours.router
    ours.serve("prefer")
    router.boot()
    assert ours.apply(enabled=True)["outcome"] == "kept"
    router.script(
        f"rm /{PLUGIN}; for todo in down up; do ubus call network.interface.wan $todo; done"
    )
    ours.await_sentence("plain-datapath")
    ours.ping()
    assert "datapath" in ours.events()
    router.put([(PLUGIN, ROOT / product.build() / "plugin/2.5.2/shroud.so")])
    router.script("shroud reload")
    ours.await_state("shrouded")


@pytest.mark.slow
def test_added_used_and_removed(carrier_watched: Machine) -> None:
    """From a stock router to a shrouded line, and back, by the package manager's scripts."""
    line = shrouded.lay(carrier_watched)
    line.serve("prefer")
    router = Router(carrier_watched)
    ours = Home(line, router)
    try:
        router.boot()
        router.wait_up()
        before = ours.configs()
        package.add(router)
        assert ours.status()["state"] == "off"
        assert ours.apply(enabled=True)["outcome"] == "kept"
        ours.await_state("shrouded")
        package.remove(router)
        router.wait_up()
        ours.ping()
        assert ours.configs() == before
        assert "shroud" not in router.script("ubus list; cat /etc/crontabs/* 2>/dev/null || true")
        assert "shroud" not in router.script("tr '\\0' ' ' </proc/$(pidof pppd)/cmdline")
        router.reboot()
        router.wait_up()
        ours.ping()
    finally:
        if router.process:
            router.power_cut()
