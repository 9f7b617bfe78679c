# SPDX-License-Identifier: GPL-2.0-or-later
"""A target's `flow`: what is taken from it, and what is refused with which words."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hwtest.flow.plan import Plan, PlanError
from hwtest.targets import target

WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "unknown": ({"speed": 1}, "flow: unknown key 'speed'; there are modes, traffic_seconds"),
    "mode": ({"modes": ["fast"]}, "modes must be a list of off, head, wireguard, not ['fast']"),
    "no mode": ({"modes": []}, "modes must be a list"),
    "one mode": ({"modes": "head"}, "modes must be a list"),
    "word": ({"flows": "many"}, "flows must be a whole number, not 'many'"),
    "half": ({"flows": 1.5}, "flows must be a whole number, not 1.5"),
    "truth": ({"soak_minutes": True}, "soak_minutes must be a number, not True"),
    "zero": ({"traffic_seconds": 0}, "traffic_seconds must be above 0, not 0"),
    "keep": ({"keep_config": 1}, "keep_config must be true or false, not 1"),
    "device": ({"rig_wan": 1}, "rig_wan must be the name of a network device, not 1"),
}


@pytest.mark.parametrize(("flow", "words"), WRONG.values(), ids=WRONG)
def test_plan_refused(flow: dict[str, Any], words: str) -> None:
    with pytest.raises(PlanError, match=re.escape(words)):
        Plan.read(flow)


def test_plan_taken() -> None:
    """Modes come in the order in which they are measured, plain PPPoE first."""
    plan = Plan.read({"modes": ["head", "off"], "soak_minutes": 3, "rig_wan": "enp1s0"})
    assert (plan.modes, plan.soak_minutes, plan.rig_wan) == (("off", "head"), 3, "enp1s0")
    assert plan.rekey_interval == 60


@pytest.mark.parametrize("name", sorted(p.stem for p in target.FOLDER.glob("*.yaml")))
def test_plan_of_every_board(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("SERIAL", "POWER_MODEL", "POWER_HOST", "POWER_INDEX", "TFTP"):
        monkeypatch.setenv(f"LG_{variable}", "x")
    monkeypatch.setenv("LG_RIG_WAN", "enp1s0")
    monkeypatch.setenv("LG_RIG_LAN", "enp2s0")
    board = target.load(name)
    plan = Plan.read(board.flow)
    assert board.options.virtual or (plan.rig_wan, plan.rig_lan) == ("enp1s0", "enp2s0")
