# SPDX-License-Identifier: GPL-2.0-or-later
"""Power switches that fail, and the hand that does not come."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from labgrid.util.yaml import dump, load

from hwtest.board.board import Board
from hwtest.board.faults import RigFault
from hwtest.targets import target
from tests.hwtest.bench import PTY

ROOT = Path(__file__).resolve().parents[2]
ASK = "from hwtest.board.power import ask_hand; ask_hand('Turn the target main ON')"


@pytest.fixture
def adapter() -> Iterator[str]:
    """A serial port that nobody says anything at."""
    ours, theirs = os.openpty()
    yield os.ttyname(theirs)
    os.close(ours)
    os.close(theirs)


def real_board(folder: Path, port: str, power: dict[str, Any]) -> Board:
    """A board of metal, as far as the rig can tell."""
    with (target.FOLDER / f"{PTY}.yaml").open(encoding="utf-8") as file:
        data = load(file)
    main = data["targets"]["main"]
    main["resources"] = {"RawSerialPort": {"port": port}}
    main["resources"]["TFTPProvider"] = {"internal": f"{folder}/", "external": ""}
    drivers = main["drivers"]
    del drivers["VirtualBoardDriver"]
    drivers["UBootDriver"]["login_timeout"] = 2
    main["drivers"] = power | drivers
    path = folder / "metal.yaml"
    path.write_text(dump(data), encoding="utf-8")
    return Board(target.load(str(path)), folder / "out", folder)


def test_switch_fails(tmp_path: Path, adapter: str) -> None:
    switch = {"ExternalPowerDriver": {"cmd_on": "false", "cmd_off": "true"}}
    with real_board(tmp_path, adapter, switch) as board:
        assert board.virtual is None
        with pytest.raises(RigFault) as caught:
            board.bootloader()
    assert caught.value.kind == "power"
    assert "could not be switched on" in caught.value.what


def test_switch_fails_to_switch_off(tmp_path: Path, adapter: str) -> None:
    switch = {"ExternalPowerDriver": {"cmd_on": "true", "cmd_off": "false"}}
    with pytest.raises(RigFault) as caught, real_board(tmp_path, adapter, switch):
        pass
    assert caught.value.kind == "power"


def test_board_without_power(tmp_path: Path, adapter: str) -> None:
    """The switch says that it has switched, and nothing comes."""
    switch = {"ExternalPowerDriver": {"cmd_on": "true", "cmd_off": "true"}}
    with real_board(tmp_path, adapter, switch) as board, pytest.raises(RigFault) as caught:
        board.bootloader()
    assert caught.value.kind == "board-silent"
    assert "powered" in caught.value.advice


def test_adapter_missing(tmp_path: Path) -> None:
    switch = {"ExternalPowerDriver": {"cmd_on": "true", "cmd_off": "true"}}
    port = str(tmp_path / "ttyUSB7")
    with real_board(tmp_path, port, switch) as board, pytest.raises(RigFault) as caught:
        board.bootloader()
    assert caught.value.kind == "console-closed"
    assert "ttyUSB7" in caught.value.what


def test_no_hand_to_ask() -> None:
    """Without a terminal nobody can press Enter."""
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, start_new_session=True, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "Turn the target main ON" in done.stderr
    assert "power: this board is switched by hand, and there is no terminal" in done.stderr
