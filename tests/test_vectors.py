# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/vectors: what is committed is what the reference makes, and it agrees with the C header."""

import re
from enum import IntEnum
from pathlib import Path

import pytest

from pppshroud import wire
from pppshroud.vectors.__main__ import FILES, main, render

ROOT = Path(__file__).parent.parent
HEADER = (ROOT / "src/wire/shroud_wire.h").read_text()
ENUMS = {"SUITE": wire.Suite, "KIND": wire.Kind, "MODE": wire.Mode, "FRAMING": wire.Framing,
         "PARAM": wire.Param, "ABORT": wire.Abort}  # fmt: skip


def header_constants() -> dict[str, int]:
    """Every enumerator of shroud_wire.h; values may refer to earlier ones."""
    text = re.sub(r"/\*.*?\*/", "", HEADER, flags=re.DOTALL)
    values: dict[str, int] = {}
    for name, value in re.findall(r"^\t(SHROUD_\w+) = ([^,]+),", text, flags=re.MULTILINE):
        total = 0
        for term in value.split("+"):
            product = 1
            for factor in term.split("*"):
                word = factor.strip()
                product *= values[word] if word in values else int(word, 0)
            total += product
        values[name] = total
    return values


def python_constant(name: str) -> int:
    short = name.removeprefix("SHROUD_")
    prefix, _, member = short.partition("_")
    enum: type[IntEnum] | None = ENUMS.get(prefix)
    if enum is not None and member in enum.__members__:
        return enum[member]
    return int(getattr(wire, short))


def test_header_is_read_whole() -> None:
    constants = header_constants()
    assert len(re.findall(r"^\tSHROUD_\w+ =", HEADER, flags=re.MULTILINE)) == len(constants)
    assert len(constants) > 90


@pytest.mark.parametrize("name", header_constants())
def test_constant_is_that_of_the_header(name: str) -> None:
    assert python_constant(name) == header_constants()[name]


def test_strings_are_those_of_the_header() -> None:
    strings = dict(re.findall(r'#define SHROUD_(\w+) "([^"]+)"', HEADER))
    assert {name: getattr(wire, name).decode() for name in strings} == strings
    assert set(strings) == {"PROLOGUE", "REKEY_LABEL", "DATA_KEYS_INFO"}
    octets = re.search(r"OUI_BYTES \{ (.*) \}", HEADER)
    assert octets is not None
    assert bytes(int(octet, 16) for octet in octets[1].split(", ")) == wire.OUI_BYTES


@pytest.mark.parametrize("name", FILES)
def test_vectors_are_up_to_date(name: str) -> None:
    committed = (ROOT / "docs/vectors" / name).read_text(encoding="utf-8")
    assert committed == render(name), "make them anew with: ./inv vectors"


def test_no_vector_file_is_without_a_maker() -> None:
    assert {path.name for path in (ROOT / "docs/vectors").iterdir()} == set(FILES)


def test_main_writes_every_file(tmp_path: Path) -> None:
    assert main([str(tmp_path / "new")]) == 0
    assert {path.name for path in (tmp_path / "new").iterdir()} == set(FILES)


def test_main_without_directory(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "usage" in capsys.readouterr().err
