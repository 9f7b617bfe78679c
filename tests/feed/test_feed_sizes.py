# SPDX-License-Identifier: GPL-2.0-or-later
"""The packages' share of a small flash memory."""

from __future__ import annotations

import re

import pytest

from . import package, sizes
from .targets import TARGETS

NEAR = 0.1
"""How far the README's figures may be off before they must be made anew."""


@pytest.fixture(scope="module")
def measured() -> dict[str, dict[str, int]]:
    """Octets by package and processor."""
    return sizes.measure()


def test_all_fit_together(measured: dict[str, dict[str, int]]) -> None:
    too_big = {
        name: size for name, size in measured[sizes.TOTAL].items() if size > sizes.ROOM * 1024
    }
    assert too_big == {}


def test_what_is_extra_is_small(measured: dict[str, dict[str, int]]) -> None:
    for name in sizes.EXTRA:
        assert max(measured[name].values()) <= sizes.EXTRA_ROOM * 1024, name


def test_table_of_the_readme(measured: dict[str, dict[str, int]]) -> None:
    """`./inv feed-check` prints the table."""
    shown = (package.ROOT / "README.md").read_text(encoding="utf-8")
    head, *_ = sizes.table(measured).splitlines()
    assert head in shown
    for name, row in measured.items():
        label = re.escape(name if name == sizes.TOTAL else f"`{name}`")
        [figures] = re.findall(rf"^\| {label} \| ([\d |]+) \|$", shown, re.MULTILINE)
        wanted = [sizes.kib(row[target.name]) for target in TARGETS]
        assert [int(word) for word in figures.split(" | ")] == pytest.approx(wanted, rel=NEAR)
