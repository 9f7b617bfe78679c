# SPDX-License-Identifier: GPL-2.0-or-later
"""Mode decoy in the agent: asked for by name, tried like any other change, and never unawares."""

from __future__ import annotations

from tests.apply.world import World

PROGRAMS = "usr/lib/pppshroud/decoy.bpf.o"
LACKING = "mode decoy needs the package ppp-mod-shroud-decoy, which is not installed"


def options(world: World) -> list[str]:
    return (world.root / "etc/shroud/lines/wan.options").read_text().splitlines()


def have_programs(world: World, name: str = PROGRAMS) -> None:
    path = world.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def test_tried_and_taken_back(world: World) -> None:
    have_programs(world, f"{PROGRAMS}.gz")
    assert world.apply(mode="decoy", framing="lcp")["outcome"] == "kept"
    assert {"shroud-mode decoy,head", "shroud-framing lcp,native"} <= set(options(world))
    assert world.line() == "shrouded"
    world.lns(shrouded="dead")
    assert world.apply("+1", mode="auto", framing="native")["outcome"] == "rolled-back"
    assert "shroud-mode decoy,head" in options(world)
    assert b"option mode 'decoy'" in world.read("shroud")


def test_programs_that_went_away(world: World) -> None:
    """As after an upgrade to an image without them: what runs goes on, and can be left."""
    have_programs(world)
    world.apply(mode="decoy")
    (world.root / PROGRAMS).unlink()
    world.restart()
    world.call("boot").value  # noqa: B018
    assert world.call("look", "wan").value["up"]
    assert world.line() == "shrouded"
    assert "shroud-mode decoy,head" in options(world)
    assert world.start(mode="decoy", policy="require").error == ("system", LACKING)
    assert world.apply(mode="auto")["outcome"] == "kept"
    assert not [row for row in options(world) if row.startswith("shroud-mode")]


def test_set_by_hand_without_programs(world: World) -> None:
    path = world.root / "etc/config/shroud"
    path.write_bytes(b"config line 'wan'\n\toption enabled '1'\n\toption mode 'decoy'\n")
    assert world.call("reload").error == ("system", LACKING)
    assert not (world.root / "etc/shroud/lines/wan.options").exists()
