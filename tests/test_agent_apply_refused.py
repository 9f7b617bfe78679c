# SPDX-License-Identifier: GPL-2.0-or-later
"""Changes that are refused, with a clear error and nothing lost; or cannot be carried out."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.apply.world import FIREWALL, NETWORK, SHROUD, Answer, World, assert_untouched
from tests.apply.world import settings as wanted


def test_plugin_is_not_there(world: World) -> None:
    (world.root / "usr/lib/pppd/2.5.2/shroud.so").unlink()
    code, message = world.start().error
    assert code == "system"
    assert "ppp-mod-shroud" in message
    assert_untouched(world)


def test_plugin_is_not_there_any_more(world: World) -> None:
    """What is put back must be what pppd can dial: plain, if the line may be."""
    world.apply()
    (world.root / "usr/lib/pppd/2.5.2/shroud.so").unlink()
    world.lns(plain="dead")
    assert world.apply("+1", enabled=False)["outcome"] == "rolled-back"
    assert world.call("look", "wan").value["up"]
    assert b"enabled '1'" in world.read("shroud")
    assert "ppp-mod-shroud" in world.log()


@pytest.mark.parametrize(
    ("members", "code", "said"),
    [
        ({"name": "nosuch"}, "unknown-line", "nosuch"),
        ({"name": "loopback"}, "unknown-line", "loopback"),
        ({"mode": "full"}, "argument", "auto, head or decoy"),
        ({"mode": "head", "framing": "lcp"}, "argument", "mode decoy only"),
        ({"mode": "decoy"}, "system", "ppp-mod-shroud-decoy, which is not installed"),
        ({"policy": "never"}, "argument", "prefer or require"),
        ({"peer_keys": ["AAAA"]}, "argument", "44 characters"),
        ({"rekey_interval": 1}, "argument", "60 to 43200"),
    ],
)
def test_refused(world: World, members: dict[str, object], code: str, said: str) -> None:
    found, message = world.start(**members).error
    assert found == code
    assert said in message
    assert_untouched(world)


def test_locked(world: World) -> None:
    path = world.root / "etc/config/shroud"
    path.write_bytes(SHROUD.replace(b"enabled '0'", b"locked '1'"))
    assert world.start().error[0] == "locked"


@pytest.mark.parametrize("name", ["network", "firewall", "shroud"])
def test_uncommitted_changes(world: World, name: str) -> None:
    """netifd and fw4 would take them for theirs with our reload."""
    delta = world.root / "tmp/.uci" / name
    delta.write_bytes(b"network.lan.ipaddr='192.0.2.1'\n")
    code, message = world.start().error
    assert code == "busy"
    assert f"uci changes {name}" in message
    assert_untouched(world)
    assert delta.read_bytes() == b"network.lan.ipaddr='192.0.2.1'\n"
    delta.unlink()
    assert world.apply()["outcome"] == "kept"


@pytest.mark.parametrize("name", ["network", "firewall", "shroud"])
def test_hidden_configuration(world: World, name: str) -> None:
    """libuci would read that file, and what we write would be of no effect."""
    override = world.root / "var/run/uci" / name
    override.parent.mkdir()
    override.write_bytes(b"")
    code, message = world.start().error
    assert code == "config"
    assert f"/var/run/uci/{name} takes the place of /etc/config/{name}" in message
    assert_untouched(world)


def test_netifd_does_not_answer(world: World) -> None:
    (world.root / "netifd-is-dead").touch()
    code, message = world.start().error
    assert code == "system"
    assert "netifd does not answer" in message
    assert_untouched(world)


def test_netifd_dies_in_a_trial(world: World) -> None:
    world.start().value  # noqa: B018
    (world.root / "netifd-is-dead").touch()
    world.call("keep").error  # noqa: B018 - procd could not be told, so it comes again
    assert world.call("last").value["outcome"] == "rolled-back"
    assert_untouched(world)
    (world.root / "netifd-is-dead").unlink()
    assert world.call("keep").value is None
    assert world.apply()["outcome"] == "kept"


def test_keeper_errs(world: World) -> None:
    """Its own faults end a trial too, and at once."""
    world.start().value  # noqa: B018
    assert world.call("err").value is None
    assert "internal error" in world.call("last").value["text"]
    assert_untouched(world)


def test_init_script_fails(world: World) -> None:
    (world.root / "etc/init.d/shroud").write_text("#!/bin/sh\necho broken >&2; exit 3\n")
    code, message = world.start().error
    assert code == "system"
    assert "broken" in message
    assert_untouched(world)


def test_config_in_error_changes_nothing(world: World) -> None:
    world.apply()
    before = world.read("network")
    path = world.root / "etc/config/shroud"
    path.write_bytes(b"config line 'wan'\n\toption enabled 'perhaps'\n")
    assert world.call("reload").value is None
    assert world.start(policy="require").error[0] == "config"
    world.restart()
    assert world.call("boot").value is None
    assert world.read("network") == before
    path.write_bytes(b"\0\xff" * 1000)
    world.restart()
    assert world.call("boot").value is None
    assert world.read("network") == before
    assert world.call("look", "wan").value["up"]


@pytest.mark.parametrize("data", [b"\0\xff" * 100, b"x" * (1 << 20), b"config interface 'wan\n"])
def test_network_file_in_error(world: World, data: bytes) -> None:
    world.apply()
    before = world.flash()
    path = world.root / "etc/config/network"
    path.write_bytes(data)
    code, message = world.start(policy="require").error
    assert code in ("config", "storage")
    assert "network" in message
    world.restart()
    assert world.call("boot").error[0] == code
    assert world.read("network") == data
    path.write_bytes(before["etc/config/network"])
    assert world.flash() == before
    assert world.call("boot").value is None
    assert world.call("look", "wan").value["up"]


def test_firewall_file_in_error(world: World) -> None:
    """The line is not shrouded, for hardware offload may be on; off works."""
    path = world.root / "etc/config/firewall"
    path.write_bytes(b"config 'defaults\n")
    ended = world.apply()
    assert ended["outcome"] == "rolled-back"
    assert "firewall" in ended["text"]
    assert world.line() == "plain"
    path.write_bytes(FIREWALL)
    world.apply()
    path.write_bytes(b"config 'defaults\n")
    assert world.apply(enabled=False)["outcome"] == "kept"
    assert world.line() == "plain"
    assert world.read("network") == NETWORK


def test_hardware_offload_stays_on(world: World) -> None:
    """If it cannot be switched off the line is not shrouded."""
    (world.root / "etc/init.d/firewall").write_text("#!/bin/sh\nexit 1\n")
    ended = world.apply()
    assert ended["outcome"] == "rolled-back"
    assert "hardware offload could not be switched off" in ended["text"]
    assert_untouched(world)


def test_read_only_flash(world: World) -> None:
    code, message = world.call("start", json.dumps(wanted()), wrap=read_only(world)).error
    assert code == "storage"
    assert "Read-only file system" in message
    assert_untouched(world)


def read_only(world: World) -> tuple[str, ...]:
    """A command that runs another one with a read-only /etc."""
    etc = str(world.root / "etc")
    script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
    return ("unshare", "--mount", "sh", "-c", script, etc)


def full(world: World, pages: int) -> tuple[str, ...]:
    """A command that runs another one with room for so many pages more in /etc."""
    etc = world.root / "etc"
    used = sum(-(-path.stat().st_size // 4096) for path in etc.rglob("*") if path.is_file())
    script = (
        'mount -t tmpfs -o size=$1 flash "$2" && cp -a "$0/." "$2" && mount --move "$2" "$0" &&'
        ' shift 2 && "$@"; code=$?; cp -a "$0/." "$0.after" && exit $code'
    )
    size = f"{(used + pages) * 4096}"
    aside = world.root / "tmp/flash"
    aside.mkdir(exist_ok=True)
    (world.root / "etc.after").mkdir()
    return ("unshare", "--mount", "sh", "-c", script, str(etc), size, str(aside))


def call_full(world: World, pages: int, *words: str) -> Answer:
    """Run a part of the agent with a nearly full flash."""
    done = world.call(*words, wrap=full(world, pages))
    shutil.rmtree(world.root / "etc")
    (world.root / "etc.after").rename(world.root / "etc")
    return done


@pytest.mark.parametrize("pages", range(9))
def test_full_flash(world: World, pages: int) -> None:
    """However little room there is, the change is either refused, or made or undone as a whole."""
    done = call_full(world, pages, "start", json.dumps(wanted()))
    if done.code:
        assert done.error[0] == "storage"
        assert "No space left on device" in done.error[1]
        assert_untouched(world)
        return
    assert pages > 3, "there was no room for the way back"
    done = call_full(world, pages, "keep")
    assert done.value is None
    outcome = world.call("last").value["outcome"]
    assert world.line() == {"kept": "shrouded", "rolled-back": "plain"}[outcome]
    if outcome == "rolled-back":
        assert_untouched(world)
