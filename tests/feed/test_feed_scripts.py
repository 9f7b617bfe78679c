# SPDX-License-Identifier: GPL-2.0-or-later
"""The router's scripts, run by busybox: what procd, sysupgrade and the package managers do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from . import package
from .router import Router
from .targets import TARGETS

WATCH = '* * * * * [ -z "$(ls /etc/shroud/lines 2> /dev/null)" ] || /usr/sbin/shroud watch\n'
NETWORK = """\
config interface 'wan'
	option proto 'pppoe'
	option pppd_options 'debug file /etc/shroud/lines/wan.options'

config interface 'second'
	option proto 'pppoe'
	option pppd_options 'file /etc/shroud/lines/second.options'
	option keepalive '5'
"""
FREED = """\
config interface 'wan'
	option proto 'pppoe'
	option pppd_options 'debug'

config interface 'second'
	option proto 'pppoe'
	option keepalive '5'
"""
LEFT_BEHIND = "etc/uci-defaults/95-shroud-left-behind"
BOOT = f"cd /etc/uci-defaults && ( . ./{Path(LEFT_BEHIND).name} )"
"""As /etc/init.d/boot runs these."""


@pytest.fixture(scope="module")
def built() -> package.Built:
    """The package `shroud`, which is the same for all."""
    return package.build("shroud", TARGETS[0])


@pytest.fixture
def router(built: package.Built, tmp_path: Path) -> Router:
    """One that has it, and an agent that notes what it is told."""
    made = Router(tmp_path / "router", built.files)
    made.note("usr/sbin/shroud")
    return made


def _shroud(router: Router) -> None:
    """Two lines, one of them under `require`."""
    router.write("etc/config/network", NETWORK)
    router.write("etc/shroud/lines/wan.options", "plugin shroud.so\nshroud prefer\n", 0o600)
    router.write("etc/shroud/lines/second.options", "plugin shroud.so\nshroud require\n", 0o600)


def _service(calls: list[str]) -> dict[str, Any]:
    """What procd was told last."""
    [told] = [call for call in calls if call.startswith("ubus call service set ")]
    service: dict[str, Any] = json.loads(told.removeprefix("ubus call service set "))
    return service


def test_boot_before_all_else(router: Router) -> None:
    router.init("boot")
    agent, cron, *others = router.calls()
    assert (agent, cron) == ("shroud boot", "cron start")
    service = _service(others)
    assert (service["name"], service["instances"]) == ("shroud", {})
    assert router.read("etc/crontabs/root") == WATCH


def test_boot_loads_the_programs_ahead(router: Router) -> None:
    _shroud(router)
    router.write(
        "sbin/uci", "#!/bin/sh\n[ \"$*\" != '-q get network.wan.device' ] || echo eth1.7\n", 0o755
    )
    router.init("boot")
    instances = _service(router.calls()[2:])["instances"]
    options = "/etc/shroud/lines/wan.options"
    command = ["/usr/sbin/pppd", "notty", "nodetach", "file", options, "shroud-preload", "eth1"]
    assert {name: found["command"] for name, found in instances.items()} == {"preload-wan": command}


def test_start_loads_nothing_ahead(router: Router) -> None:
    _shroud(router)
    router.init("start")
    assert _service(router.calls())["instances"] == {}


@pytest.mark.parametrize(
    ("configuration", "command"),
    [("shroud", "reload"), ("network", "reload"), ("firewall", "guard")],
)
def test_triggers(router: Router, configuration: str, command: str) -> None:
    router.init("start")
    condition = ["eq", "package", configuration]
    rule = ["if", condition, ["run_script", "/usr/sbin/shroud", command]]
    triggers = _service(router.calls())["triggers"]
    assert [event for event, found, _ in triggers if found == rule] == ["config.change"]


def test_start_again_changes_nothing(router: Router) -> None:
    router.write("etc/crontabs/root", "5 4 * * * reboot\n")
    router.init("start")
    router.calls()
    router.init("start")
    assert not [call for call in router.calls() if call.startswith("cron")]
    assert router.read("etc/crontabs/root") == "5 4 * * * reboot\n" + WATCH


def test_start_opens_trial_for_journal(router: Router) -> None:
    router.write("etc/shroud/journal.json", "{}")
    router.init("start")
    trial = _service(router.calls())["instances"]["trial"]
    assert trial["command"] == ["/usr/sbin/shroud", "keep"]
    assert trial["respawn"] == ["3600", "5", "0"]


def test_stop_forgets_the_watch(router: Router) -> None:
    router.write("etc/crontabs/root", "5 4 * * * reboot\n")
    router.init("start")
    router.init("stop")
    assert router.read("etc/crontabs/root") == "5 4 * * * reboot\n"


def test_reload_leaves_the_lock(router: Router) -> None:
    router.init("reload")
    [call] = router.calls()
    assert (
        call == 'ubus call service event {"type": "config.change", "data": {"package": "shroud"}}'
    )


@pytest.mark.parametrize("lines", [0, 1])
def test_cron_line_looks_first(router: Router, lines: int) -> None:
    for number in range(lines):
        router.write(f"etc/shroud/lines/wan{number}.options", "")
    router.run("/bin/sh", "-c", WATCH.removeprefix("* * * * * "))
    assert router.calls() == ["shroud watch"] * lines


@pytest.mark.parametrize(
    ("action", "interface", "expected"),
    [
        ("ifup", "wan", ["shroud watch"]),
        ("ifdown", "wan", ["shroud watch"]),
        ("ifup-failed", "wan", ["shroud watch"]),
        ("ifupdate", "wan", []),
        ("ifup", "lan", []),
    ],
)
def test_hotplug(router: Router, action: str, interface: str, expected: list[str]) -> None:
    _shroud(router)
    script = ". /etc/hotplug.d/iface/60-shroud"
    router.run("/bin/sh", "-c", script, ACTION=action, INTERFACE=interface)
    assert router.calls() == expected


def _sysupgrade(router: Router) -> list[str]:
    """Run the hooks that sysupgrade runs; return what they put into the backup."""
    script = """
    sysupgrade_init_conffiles=build_list
    build_list() { echo /etc/hosts >"$1"; }
    . /lib/upgrade/shroud.sh
    for hook in $sysupgrade_init_conffiles; do "$hook" /tmp/list; done
    """
    router.run("/bin/sh", "-c", script)
    return router.read("tmp/list").splitlines()


def test_upgrade_takes_along_what_frees_the_lines(router: Router) -> None:
    _shroud(router)
    assert _sysupgrade(router) == ["/etc/hosts", f"/{LEFT_BEHIND}"]
    assert router.read(LEFT_BEHIND) == router.read("usr/lib/shroud/left-behind")


def test_upgrade_without_a_line(router: Router) -> None:
    router.write("etc/config/network", FREED)
    assert _sysupgrade(router) == ["/etc/hosts"]
    assert not (router.root / LEFT_BEHIND).exists()


def _new_image(router: Router) -> None:
    """Boot it with the backup unpacked."""
    _shroud(router)
    router.write(LEFT_BEHIND, router.read("usr/lib/shroud/left-behind"))
    router.write("etc/crontabs/root", "5 4 * * * reboot\n" + WATCH)
    router.run("/bin/sh", "-c", BOOT)


def test_image_without_plugin(router: Router) -> None:
    _new_image(router)
    # `require`: down, and not plain.
    wan, second = NETWORK.split("\n\n")
    assert (
        router.read("etc/config/network")
        == wan.replace(" file /etc/shroud/lines/wan.options", "") + "\n\n" + second
    )
    assert router.read("etc/crontabs/root") == "5 4 * * * reboot\n"
    said = router.calls()
    assert any("line wan is plain" in call for call in said)
    assert any("line second stays down" in call for call in said)


def test_image_with_plugin(router: Router) -> None:
    router.write("usr/lib/pppd/2.5.2/shroud.so", "")
    _new_image(router)
    assert router.read("etc/config/network") == NETWORK
    assert router.read("etc/crontabs/root") == "5 4 * * * reboot\n" + WATCH
    assert router.calls() == []


def test_image_without_plugin_tells_of_offload(router: Router) -> None:
    router.write("etc/shroud/originals.json", '{"lines": {"firewall.flow_offloading_hw": {}}}')
    _new_image(router)
    assert any("hardware flow offload is still off" in call for call in router.calls())


def _remove(router: Router, built: package.Built, manager: str, *, upgrade: bool) -> None:
    """Have a package manager run what it runs before the files of the package go."""
    script = (built.scripts / "prerm").read_text(encoding="utf-8")
    router.write("usr/lib/opkg/info/shroud.list", "/etc/init.d/shroud\n")
    router.note("etc/init.d/shroud")
    if manager == "opkg":
        router.write("usr/lib/opkg/info/shroud.prerm-pkg", script, 0o755)
        whole = '. /lib/functions.sh; default_prerm "$0" "$@"'
        router.run(
            "/bin/sh", "-c", whole, "/usr/lib/opkg/info/shroud.prerm",
            PKG_UPGRADE="1" if upgrade else "0", PKG_ROOT="/",
        )  # fmt: skip
    elif not upgrade:
        # apk runs the new package's scripts when it upgrades, and this is not one of them.
        whole = ". /lib/functions.sh; export pkgname=shroud; default_prerm\n"
        router.run("/bin/sh", "-c", whole + script.removeprefix("#!/bin/sh\n"))


@pytest.mark.parametrize("manager", ["opkg", "apk"])
def test_remove_switches_off(router: Router, built: package.Built, manager: str) -> None:
    _shroud(router)
    _remove(router, built, manager, upgrade=False)
    assert sorted(router.calls()) == ["shroud disable", "shroud stop", "shroud stop"]
    assert router.read("etc/config/network") == NETWORK  # the agent's work, which only noted


@pytest.mark.parametrize("manager", ["opkg", "apk"])
def test_upgrade_leaves_on(router: Router, built: package.Built, manager: str) -> None:
    _remove(router, built, manager, upgrade=True)
    assert router.calls() == (["shroud stop"] if manager == "opkg" else [])  # the init script's


@pytest.mark.parametrize("manager", ["opkg", "apk"])
def test_remove_with_broken_agent(router: Router, built: package.Built, manager: str) -> None:
    _shroud(router)
    router.note("usr/sbin/shroud", code=1)
    _remove(router, built, manager, upgrade=False)
    assert router.read("etc/config/network") == FREED
    calls = router.calls()
    again = calls.index("ubus call network reload")
    assert "ubus call network.interface.wan up" in calls[again:]  # pppd may have refused to dial


@pytest.mark.parametrize("name", ["prerm", "postinst", "postrm"])
def test_scripts_keep_off_while_an_image_is_made(
    router: Router, built: package.Built, name: str
) -> None:
    script = (built.scripts / name).read_text(encoding="utf-8")
    assert script.startswith("#!/bin/sh\n")
    router.run("/bin/sh", "-c", script, IPKG_INSTROOT="/image")
    assert router.calls() == []


@pytest.mark.parametrize("code", [0, 1])
def test_lines_that_were_on_are_tried_again(
    router: Router, built: package.Built, code: int
) -> None:
    """After a sysupgrade to an image without the package; the installation succeeds anyway."""
    router.note("usr/sbin/shroud", code)
    router.run("/bin/sh", "-c", (built.scripts / "postinst").read_text(encoding="utf-8"))
    assert router.calls() == ["rpcd reload", "shroud reload"]


def test_rpcd_looks_again(router: Router, built: package.Built) -> None:
    router.run("/bin/sh", "-c", (built.scripts / "postrm").read_text(encoding="utf-8"))
    assert router.calls() == ["rpcd reload"]
