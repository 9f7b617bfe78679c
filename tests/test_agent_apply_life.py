# SPDX-License-Identifier: GPL-2.0-or-later
"""What happens to a trial, or after it: restarts, decisions, edits, rivals, damage."""

from __future__ import annotations

import fcntl
import json
import time

import pytest

from tests.apply.world import FIREWALL, NETWORK, OTHER_KEY, SHROUD, World, assert_untouched
from tests.apply.world import settings as wanted


def test_a_keeper_starts_again_and_goes_on(world: World) -> None:
    world.start().value  # noqa: B018
    assert world.call("progress").value["step"] == "install"
    assert world.start(policy="require").error[0] == "busy"
    assert world.call("keep").value is None
    assert world.line() == "shrouded"
    assert world.call("progress").value is None


def test_reboot_in_the_middle(world: World) -> None:
    world.start().value  # noqa: B018
    world.restart()
    assert world.call("boot").value is None
    assert_untouched(world)
    ended = world.call("last").value
    assert ended["outcome"] == "rolled-back"
    assert "switched off" in ended["text"]
    assert "interrupted change was undone" in world.log()


def test_reboot_without_boot_script(world: World) -> None:
    """Whoever comes first after a restart undoes what was cut, if the boot script did not."""
    world.start().value  # noqa: B018
    world.restart()
    assert world.start(policy="require").value["new"]["policy"] == "require"
    assert "interrupted change was undone" in world.log()


def test_damaged_files_move_aside(world: World) -> None:
    world.apply()
    for name in ("journal", "originals", "confirmed"):
        (world.root / f"etc/shroud/{name}.json").write_bytes(b"\xff{garbage" * 1000)
    world.restart()
    assert world.call("boot").value is None
    assert world.call("look", "wan").value["up"]
    assert world.line() == "shrouded"
    kept = {path.name for path in (world.root / "etc/shroud").glob("*.damaged")}
    assert "journal.json.damaged" in kept
    assert world.apply(enabled=False)["outcome"] == "kept"
    assert b"wan.options" not in world.read("network")
    assert b"pppd_options 'debug'" in world.read("network")
    assert world.line() == "plain"


def test_user_edits_are_kept(world: World) -> None:
    world.apply()
    path = world.root / "etc/config/network"
    edited = world.read("network").replace(b"'debug file", b"'debug lcp-restart 2 file")
    edited = edited.replace(b"me@isp", b"me@other")
    path.write_bytes(edited)
    firewall = world.root / "etc/config/firewall"
    firewall.write_bytes(
        world.read("firewall").replace(b"flow_offloading_hw '0'", b"flow_offloading_hw 0")
    )
    world.apply(enabled=False)
    assert world.read("network") == NETWORK.replace(
        b'  option  pppd_options   "debug"', b"  option pppd_options 'debug lcp-restart 2'"
    ).replace(b"me@isp", b"me@other")
    assert b"flow_offloading_hw 0 " in world.read("firewall")


def test_edits_while_a_trial_runs(world: World) -> None:
    world.lns(shrouded="dead")
    world.start().value  # noqa: B018
    keeper = world.begin("+3", "keep")
    world.await_step("wait")
    path = world.root / "etc/config/network"
    path.write_bytes(world.read("network").replace(b"me@isp", b"me@other"))
    keeper.wait(60)
    assert world.read("network") == NETWORK.replace(b"me@isp", b"me@other")


@pytest.mark.parametrize(
    ("word", "outcome"), [("confirm", "confirmed"), ("rollback", "rolled-back")]
)
def test_somebody_decides(world: World, word: str, outcome: str) -> None:
    world.lns(shrouded="dead")
    world.start().value  # noqa: B018
    assert world.call(word, "wan2").error[0] == "nothing-to-do"
    keeper = world.begin("keep")
    world.await_step("wait")
    said = world.call(word, "wan").value
    keeper.wait(60)
    assert said == {"confirm": "the change is kept", "rollback": "what was before is back"}[word]
    assert world.call("last").value["outcome"] == outcome
    assert world.line() == {"confirm": "dead", "rollback": "plain"}[word]
    assert world.call(word, "wan").error[0] == "nothing-to-do"


def test_concurrent(world: World) -> None:
    """Of eight that apply at once one begins, of four keepers one works."""
    started = [
        world.begin("start", json.dumps(wanted(policy=policy)))
        for policy in ("prefer", "require") * 4
    ]
    codes = [process.wait(60) for process in started]
    assert sorted(codes) == [0] + [1] * 7
    keepers = [world.begin("keep") for _ in range(4)]
    assert [keeper.wait(60) for keeper in keepers] == [0] * 4
    assert world.call("last").value["outcome"] == "kept"
    assert world.line() == "shrouded"
    assert world.log().count("The change was kept") == 1
    world.apply(enabled=False)
    assert world.read("network") == NETWORK
    assert world.read("firewall") == FIREWALL


def test_concurrent_changes_of_a_line_that_is_off(world: World) -> None:
    """None is lost: each is a change of what is stored when its turn comes."""
    with (world.root / "var/run/shroud/lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        changes: tuple[dict[str, object], ...] = ({"policy": "require"}, {"rekey_interval": 600})
        started = [world.begin("start", json.dumps({"name": "wan", **each})) for each in changes]
        time.sleep(1)  # both wait for their turn, which nothing shows
    assert [process.wait(60) for process in started] == [0, 0]
    stored = world.read("shroud")
    assert b"option policy 'require'" in stored
    assert b"option rekey_interval '600'" in stored


def test_uci_commit(world: World) -> None:
    path = world.root / "etc/config/shroud"
    path.write_bytes(SHROUD.replace(b"'0'", b"'1'") + b"\nconfig line 'wan2'\n\toption enabled 1\n")
    assert world.call("reload").value is None
    assert world.call("keep").value is None
    assert (world.line("wan"), world.line("wan2")) == ("shrouded", "shrouded")
    path.write_bytes(
        path.read_bytes() + f"\tlist peer_key {OTHER_KEY}\n\toption policy require\n".encode()
    )
    assert world.call("reload").value is None
    assert world.call("+1", "keep").value is None
    assert world.line("wan2") == "shrouded"
    assert OTHER_KEY.encode() not in path.read_bytes()
    assert world.call("reload").value is None
    assert world.call("progress").value is None


def test_guard(world: World) -> None:
    """Somebody switches hardware offload on while a line is shrouded."""
    world.apply()
    path = world.root / "etc/config/firewall"
    path.write_bytes(FIREWALL)
    (world.root / "var/run/fake/hardware").touch()
    assert world.call("guard").value is True
    assert world.call("offload").value["hardware_active"] is False
    assert "Hardware offload was switched on" in world.log()
    assert world.call("guard").value is False
    world.apply(enabled=False)
    assert world.read("firewall") == FIREWALL


@pytest.mark.parametrize("policy", ["prefer", "require"])
def test_pppd_alone_was_upgraded(world: World, policy: str) -> None:
    """Dialled again it refuses its options; who may be plain is, and can get the plugin."""
    world.apply(policy=policy)
    (world.root / "usr/lib/pppd/2.5.2/shroud.so").unlink()
    world.call("watch").value  # noqa: B018
    assert world.line() == "shrouded"
    world.redial()
    assert world.line() == "OPTION_ERROR"
    world.call("watch").value  # noqa: B018
    assert world.line() == {"prefer": "plain", "require": "OPTION_ERROR"}[policy]
    assert b"enabled '1'" in world.read("shroud")
    (world.root / "usr/lib/pppd/2.5.2/shroud.so").touch()
    if policy == "prefer":
        assert world.call("reload").value is None
        assert world.call("keep").value is None
        assert world.line() == "shrouded"


def test_stop(world: World) -> None:
    world.apply()
    world.start(policy="require").value  # noqa: B018
    assert world.call("stop").value is None
    assert world.read("network") == NETWORK
    assert world.read("firewall") == FIREWALL
    assert world.line() == "plain"
    assert [path for path in (world.root / "etc/shroud").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(("first", "then"), [("@-30", "@8"), ("@8", "@-30")])
def test_clock_jumps_by_years(world: World, first: str, then: str) -> None:
    """As on every router that asks for the time when its line is up."""
    assert world.call(first, "start", json.dumps(wanted())).value["line"] == "wan"
    assert 30 < world.call(then, "progress").value["seconds_left"] <= 60
    assert world.call(then, "keep").value is None
    assert world.call("last").value["outcome"] == "kept"
    world.lns(shrouded="dead")
    assert world.call(first, "start", json.dumps(wanted(policy="require"))).value["line"] == "wan"
    keeper = world.begin("+2", "keep")
    assert keeper.wait(60) == 0
    assert world.call(then, "last").value["outcome"] == "rolled-back"
    assert world.call(then, "boot").value is None


def test_start_while_a_keeper_ends(world: World) -> None:
    """procd must not take the new trial's keeper for the one that it was told to forget."""
    world.start().value  # noqa: B018
    (world.root / "procd-is-slow").touch()
    keeper = world.begin("keep")
    world.await_text("var/run/fake/forgetting", "")
    rival = world.begin("start", json.dumps(wanted(policy="require")))
    assert keeper.wait(60) == 0
    assert rival.wait(60) == 0
    assert (world.root / "var/run/fake/forgetting").read_text() == "quiet"
    assert world.call("progress").value["new"]["policy"] == "require"


def test_next_line_can_not_be_tried(world: World) -> None:
    """The keeper ends, instead of trying for ever; what is wanted stays in the file."""
    path = world.root / "etc/config/shroud"
    path.write_bytes(SHROUD.replace(b"'0'", b"'1'") + b"\nconfig line 'wan2'\n\toption enabled 1\n")
    assert world.call("reload").value is None
    (world.root / "usr/lib/pppd/2.5.2/shroud.so").unlink()
    assert world.call("keep").value is None
    assert "pppd refused its options" in world.log()
    assert "ppp-mod-shroud" in world.log()
    assert world.call("progress").value is None
    assert path.read_bytes().endswith(b"config line 'wan2'\n\toption enabled 1\n")
    assert (world.line("wan"), world.line("wan2")) == ("plain", "plain")
