# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line: what is wrong is said before any board is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from hwtest.__main__ import WRONG_USE, main
from tests.hwtest.bench import variant

METAL = {"options/pppshroud/virtual": False}


@pytest.fixture
def metal(tmp_path: Path) -> str:
    """The YAML of a board that nobody makes images for."""
    return str(variant(tmp_path, METAL).path)


def test_unknown_target(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--target", "qemu-riscv"]) == WRONG_USE
    assert "there is no target 'qemu-riscv'" in capsys.readouterr().err


def test_unknown_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--speed", "9600"]) == WRONG_USE
    complaint = capsys.readouterr().err
    assert "unrecognized arguments: --speed 9600" in complaint
    assert "--target" in complaint


@pytest.mark.parametrize("soak", ["-1", "nan", "1e9", "long"])
def test_impossible_soak(soak: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--soak", soak]) == WRONG_USE
    assert "--soak" in capsys.readouterr().err


def test_impossible_flow(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = variant(tmp_path, METAL | {"options/pppshroud/flow": {"flows": -1}}).path
    assert main(["--target", str(path)]) == WRONG_USE
    assert "flows must be above 0" in capsys.readouterr().err


def test_images_not_given(metal: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--target", metal]) == WRONG_USE
    assert "is no virtual board: say --images DIR" in capsys.readouterr().err


def test_image_missing(metal: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    images = tmp_path / "images"
    images.mkdir()
    (images / "board-v1.img.gz").write_bytes(b"x")
    options = ["--images", str(images), "--packages", str(tmp_path), "--output", str(images / "o")]
    assert main(["--target", metal, *options]) == WRONG_USE
    assert "has no 'board-v2.img.gz'" in capsys.readouterr().err


def test_no_such_folder(metal: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--target", metal, "--images", str(tmp_path / "nowhere"), "--packages", "."]
    assert main(options) == WRONG_USE
    assert "--images: there is no folder" in capsys.readouterr().err


def test_foreign_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody's files are removed."""
    (tmp_path / "lab").mkdir()
    (tmp_path / "thesis.txt").touch()
    assert main(["--output", str(tmp_path)]) == WRONG_USE
    assert "has 'thesis.txt' in it, which no run has left there" in capsys.readouterr().err
    assert (tmp_path / "lab").is_dir()


def test_wrong_use_keeps_an_earlier_run(metal: str, tmp_path: Path) -> None:
    output = tmp_path / "output"
    output.mkdir()
    (output / "report.json").touch()
    assert main(["--target", metal, "--output", str(output)]) == WRONG_USE
    assert (output / "report.json").exists()


def test_compare_of_what_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", str(tmp_path / "a"), str(tmp_path / "b")]) == WRONG_USE
    assert "cannot be read" in capsys.readouterr().err
