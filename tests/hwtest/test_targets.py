# SPDX-License-Identifier: GPL-2.0-or-later
"""The loader of boards: what it takes, and what it says of a wrong YAML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from labgrid.util.yaml import load

from hwtest.targets import target
from hwtest.targets.target import Stage, State, TargetError
from tests.hwtest.bench import PTY, TCP, variant

SECTION = "options/pppshroud"


def test_virtual_board() -> None:
    board = target.load(PTY)
    assert board.name == PTY
    assert board.options.virtual
    assert board.features == {"virtual"}
    flash = board.options.recipes["flash"]
    assert flash.state is State.BOOTLOADER
    assert [step.stage for step in flash.steps][-1] is Stage.WRITE


def test_both_consoles_are_the_same_board() -> None:
    """What is not said of the console must not differ."""
    found = []
    for name in (PTY, TCP):
        with (target.FOLDER / f"{name}.yaml").open(encoding="utf-8") as file:
            data = load(file)
        resources = data["targets"]["main"]["resources"]
        found.append(
            (data, [resources.pop(x, None) for x in ("RawSerialPort", "NetworkSerialPort")])
        )
    (pty, pty_ports), (tcp, tcp_ports) = found
    assert pty == tcp
    assert pty_ports[1] is tcp_ports[0] is None
    assert tcp_ports[1]["protocol"] == "raw"


def test_unknown_target() -> None:
    complaint = r"there is no target 'qemu-riscv'; there are .*qemu-arm64"
    with pytest.raises(TargetError, match=complaint):
        target.load("qemu-riscv")


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("soc", 7981, "soc is 7981, must be text: put it in quotes"),
        ("virtual", "yes", "virtual is 'yes', must be true or false"),
        ("colour", "red", "unknown field 'colour'; known are board, soc"),
        ("network", {"wan_device": "wan"}, "network: field 'lan_device' is missing"),
        ("recipes", {}, "recipe 'flash' is missing"),
        ("recipes/flash/state", "asleep", "state is 'asleep', must be one of off, bootloader"),
        ("recipes/flash/steps/0/stage", "prepare", "stage is 'prepare', must be one of network"),
        ("recipes/flash/steps/0/reboots", True, "only the last step can have `reboots`"),
        ("recipes/flash/steps/1/expect", "(", "is no regular expression"),
        ("recipes/recovery/image", "rescue", "is 'rescue', which `images` does not have"),
        ("throughput/megabits", "fast", "megabits is 'fast', must be float"),
        ("images/v1", {"expect": "["}, "is no regular expression"),
        ("images/v3", {"expect": "3"}, "'v3' is none of the environment's `images`"),
    ],
)  # fmt: skip
def test_wrong_field(tmp_path: Path, field: str, value: Any, complaint: str) -> None:
    with pytest.raises(TargetError) as caught:
        variant(tmp_path, {f"{SECTION}/{field}": value})
    assert complaint in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_not_yaml(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("targets: [", encoding="utf-8")
    with pytest.raises(TargetError, match=r"broken\.yaml"):
        target.load(str(path))


def test_unset_variable(tmp_path: Path) -> None:
    path = tmp_path / "bench.yaml"
    path.write_text("options: !template $LG_NOWHERE\n", encoding="utf-8")
    with pytest.raises(TargetError, match="LG_NOWHERE"):
        target.load(str(path))
