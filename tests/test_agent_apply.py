# SPDX-License-Identifier: GPL-2.0-or-later
"""Trials of settings in real processes, under both interpreters: what is kept, what undone."""

from __future__ import annotations

import json
import time

import pytest

from tests.apply.world import FIREWALL, KEY, NETWORK, OTHER_KEY, World, assert_untouched


def test_on_and_off_again(world: World) -> None:
    assert world.apply()["outcome"] == "kept"
    assert world.line() == "shrouded"
    assert b"'debug file /etc/shroud/lines/wan.options'" in world.read("network")
    assert world.call("offload").value["hardware_active"] is False
    assert world.call("offload").value["hardware_wanted"] is True
    assert "The change was kept" in world.log()
    assert world.apply(enabled=False)["outcome"] == "kept"
    assert world.line() == "plain"
    assert world.call("offload").value["hardware_active"] is True
    assert_untouched(world)


def test_a_line_without_options_of_its_own(world: World) -> None:
    assert world.start(name="wan2").value["line"] == "wan2"
    assert world.call("keep").value is None
    assert world.line("wan2") == "shrouded"
    assert world.start(name="wan2", enabled=False).value["line"] == "wan2"
    assert world.call("keep").value is None
    assert world.read("network") == NETWORK
    assert world.read("firewall") == FIREWALL


def test_offload_stays_off_for_the_other_line(world: World) -> None:
    world.apply()
    world.start(name="wan2").value  # noqa: B018 - fails if it is an error
    world.call("keep").value  # noqa: B018
    world.apply(enabled=False)
    assert b"flow_offloading_hw '0'" in world.read("firewall")
    world.start(name="wan2", enabled=False).value  # noqa: B018
    world.call("keep").value  # noqa: B018
    assert world.read("firewall") == FIREWALL


def test_nothing_to_change(world: World) -> None:
    world.apply()
    dials = json.loads((world.root / "var/run/fake/netifd.json").read_text())["wan"]["dials"]
    assert world.start().value is None
    after = json.loads((world.root / "var/run/fake/netifd.json").read_text())["wan"]["dials"]
    assert dials == after


def test_only_the_line_is_restarted(world: World) -> None:
    world.call("look", "wan").value  # noqa: B018
    world.apply()
    lines = json.loads((world.root / "var/run/fake/netifd.json").read_text())
    assert lines["wan2"]["dials"] == 1
    assert lines["wan"]["dials"] == 2


def test_options_alone_change(world: World) -> None:
    world.apply()
    network = world.read("network")
    assert world.apply(peer_keys=[KEY], policy="require")["outcome"] == "kept"
    assert world.read("network") == network
    assert world.line() == "shrouded"
    assert KEY.encode() in (world.root / "etc/shroud/lines/wan.options").read_bytes()


@pytest.mark.parametrize(
    ("members", "became"),
    [
        ({"policy": "require", "peer_keys": [OTHER_KEY]}, "the line did not come up"),
        ({"policy": "prefer"}, "the line came up, but nothing came in"),
    ],
)
def test_no_traffic(world: World, members: dict[str, object], became: str) -> None:
    world.lns(shrouded="dead")
    ended = world.apply("+1", **members)
    assert ended["outcome"] == "rolled-back"
    assert became in ended["text"]
    assert world.line() == "plain"
    assert world.call("offload").value["hardware_active"] is True
    assert_untouched(world)
    assert "The change was undone" in world.log()


def test_no_traffic_on_a_shrouded_line(world: World) -> None:
    world.apply(policy="require")
    before = world.flash()
    ended = world.apply("+1", policy="require", peer_keys=[OTHER_KEY])
    assert ended["outcome"] == "rolled-back"
    assert world.line() == "shrouded"
    assert world.flash() == before


def test_prefer_keeps_a_plain_line(world: World) -> None:
    world.lns(key=None)
    assert world.apply()["outcome"] == "kept"
    assert world.line() == "plain"


def test_off_is_undone_if_plain_does_not_work(world: World) -> None:
    world.apply(policy="require")
    world.lns(plain="down")
    assert world.apply("+1", enabled=False)["outcome"] == "rolled-back"
    assert world.line() == "shrouded"


def test_off_stays_off_if_nothing_worked_before(world: World) -> None:
    world.apply(policy="require")
    world.lns(key=None, plain="down")
    world.restart()
    world.call("boot").value  # noqa: B018
    ended = world.apply("+1", enabled=False)
    assert ended["outcome"] == "kept"
    assert "was down before" in ended["text"]


def test_pppd_refuses_its_options(world: World) -> None:
    """ppp.sh then blocks the interface: only an explicit `up` gets the line back."""
    started = time.monotonic()
    world.start().value  # noqa: B018
    (world.root / "usr/lib/pppd/2.5.2/shroud.so").unlink()
    world.call("keep").value  # noqa: B018
    ended = world.call("last").value
    assert (ended["outcome"], ended["text"]) == ("rolled-back", "pppd refused its options")
    assert world.line() == "plain"
    assert time.monotonic() - started < 30, "it waited, although pppd had ended"
    assert_untouched(world)


def test_plugin_gone_at_boot(world: World) -> None:
    """After an update of pppd alone: a line that may be plain is, one that must not is not."""
    world.apply()
    (world.root / "usr/lib/pppd/2.5.2/shroud.so").unlink()
    world.restart()
    world.call("boot").value  # noqa: B018
    assert world.call("look", "wan").value["up"]
    assert world.read("network") == NETWORK
    (world.root / "usr/lib/pppd/2.5.2/shroud.so").touch()
    world.restart()
    world.call("boot").value  # noqa: B018
    assert b"wan.options" in world.read("network")
    world.apply(policy="require")
    (world.root / "usr/lib/pppd/2.5.2/shroud.so").unlink()
    world.restart()
    world.call("boot").value  # noqa: B018
    assert not world.call("look", "wan").value["up"]
