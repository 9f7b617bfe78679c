# SPDX-License-Identifier: GPL-2.0-or-later
"""The YAMLs of real boards fit the loader, labgrid and the flow, as far as can be said without
the boards."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hwtest.board.board import Board
from hwtest.flow.plan import Plan
from hwtest.targets import target

REAL = [name for name in target.names() if not name.startswith("qemu-")]
BENCH = {
    "LG_SERIAL": "/dev/serial/by-id/usb-console", "LG_POWER_MODEL": "gude",
    "LG_POWER_HOST": "pdu.example", "LG_POWER_INDEX": "3", "LG_RIG_WAN": "wan0",
    "LG_RIG_LAN": "lan0",
}  # fmt: skip
ARCHITECTURES = {
    "aarch64_cortex-a53", "aarch64_cortex-a72", "arm_cortex-a7_neon-vfpv4", "mipsel_24kc",
}  # fmt: skip
CONSOLE = """\
      RawSerialPort:
        port: !template $LG_SERIAL
        speed: 115200
"""
SWITCH = """\
      NetworkPowerPort:
        model: !template $LG_POWER_MODEL
        host: !template $LG_POWER_HOST
        index: !template $LG_POWER_INDEX
"""
SWITCH_DRIVER = """\
      NetworkPowerDriver:
        delay: 5.0
"""
PLACEHOLDERS = {"file", "size", "crc32", "server"}
SACRED = re.compile(r"saveenv|bl2|fip|factory|calibration|mtd (erase|write)|partconf|nand erase")
"""What would touch a bootloader, its environment, or data that exist only once."""


@pytest.fixture(autouse=True)
def bench(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in BENCH.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LG_TFTP", str(tmp_path))


def test_boards_that_the_issue_asks_for() -> None:
    assert REAL == ["bpi-r4", "gl-mt1300", "gl-mt6000", "mr6350", "openwrt-one", "rpi-4"]


@pytest.mark.parametrize("name", REAL)
def test_loads(name: str) -> None:
    board = target.load(name)
    assert not board.options.virtual
    assert board.options.architecture in ARCHITECTURES
    assert (board.options.throughput.megabits or 0) > 0
    assert "estimate" in board.options.throughput.source
    plan = Plan.read(board.flow)
    assert (plan.rig_wan, plan.rig_lan) == ("wan0", "lan0")
    assert board.options.network.wan_device != board.options.network.lan_device


@pytest.mark.parametrize("name", REAL)
def test_recipes_are_complete(name: str) -> None:
    board = target.load(name)
    recipes = board.options.recipes
    assert "sysupgrade" in recipes
    assert ("recovery" in recipes) is ("recovery" in board.images) is (name != "rpi-4")
    for recipe in recipes.values():
        text = " ".join(step.run + step.expect for step in recipe.steps)
        assert set(re.findall(r"@(\w+)@", text)) <= PLACEHOLDERS
        assert "@file@" in text
        assert not SACRED.search(text)
    assert any(step.stage is target.Stage.WRITE for step in recipes["flash"].steps)


@pytest.mark.parametrize("name", REAL)
def test_says_what_nobody_has_tried(name: str) -> None:
    comment = target.load(name).path.read_text(encoding="utf-8").partition("targets:")[0]
    assert "NEVER RUN on a real board. To be verified:" in comment
    assert "Power: " in comment
    assert "Console: " in comment or "console is" in comment


def bind(name: str, folder: Path) -> None:
    """Bind labgrid's drivers. Nothing is switched or opened by that but the console's log."""
    board = Board(target.load(name), folder, folder)
    try:
        assert board.state is target.State.OFF
        assert board.virtual is None
    finally:
        board._strategy.log.close()


# labgrid says so of every SmallUBootDriver, even of its default, and does not ignore it there.
@pytest.mark.filterwarnings("ignore:boot_expression is deprecated:DeprecationWarning")
@pytest.mark.parametrize("name", REAL)
def test_labgrid_binds_its_drivers(name: str, tmp_path: Path) -> None:
    bind(name, tmp_path)


@pytest.mark.parametrize(
    ("old", "resource", "driver"),
    [
        (SWITCH, "USBPowerPort: {match: {ID_PATH: x}, index: 2}", "USBPowerDriver: {}"),
        (SWITCH, "HIDRelay: {match: {ID_PATH: x}, index: 1}",
         "HIDRelayDriver: {}\n      DigitalOutputPowerDriver: {}"),
        (SWITCH, "", "ManualPowerDriver: {name: the board}"),
        (CONSOLE, "NetworkSerialPort: {host: localhost, port: 4001, protocol: raw, speed: 115200}",
         ""),
    ],
)  # fmt: skip
def test_other_ways_of_the_guide(tmp_path: Path, old: str, resource: str, driver: str) -> None:
    """What docs/rig.md offers in place of a network socket and a serial adapter."""
    text = target.load("openwrt-one").path.read_text(encoding="utf-8")
    assert text.count(old) == text.count(SWITCH_DRIVER) == 1
    text = text.replace(old, f"      {resource}\n" if resource else "")
    if driver:
        text = text.replace(SWITCH_DRIVER, f"      {driver}\n")
    path = tmp_path / "a board.yaml"
    path.write_text(text, encoding="utf-8")
    bind(str(path), tmp_path)


def test_bench_that_is_not_described(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LG_SERIAL")
    with pytest.raises(target.TargetError, match=r"gl-mt1300\.yaml.*unknown variable 'LG_SERIAL'"):
        target.load("gl-mt1300")
