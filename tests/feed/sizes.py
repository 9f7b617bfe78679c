# SPDX-License-Identifier: GPL-2.0-or-later
"""How much flash the packages take: octets of all files, stripped, not compressed."""

from __future__ import annotations

import json

from . import package
from .targets import ORDERS, TARGETS, Target

FILE = package.ROOT / package.BUILD / "sizes.json"
ROOM = 250
"""KiB that the packages which every router needs may take together."""
TOTAL = "together"
EXTRA = ("ppp-mod-shroud-decoy",)
"""Packages that only some need; not counted in the total. They hold BPF programs and no more."""
EXTRA_ROOM = 100
"""KiB that each of them may take."""


def measure() -> dict[str, dict[str, int]]:
    """Octets by package and processor; writes them to FILE too."""
    sizes = {
        name: {target.name: _octets(name, target) for target in TARGETS}
        for name in package.names()
        if name not in EXTRA
    }
    sizes[TOTAL] = {
        target.name: sum(row[target.name] for row in sizes.values()) for target in TARGETS
    }
    sizes |= {
        name: {target.name: _octets(name, ORDERS[target.big_endian]) for target in TARGETS}
        for name in EXTRA
    }
    FILE.write_text(json.dumps(sizes, indent=1) + "\n", encoding="utf-8")
    return sizes


def last() -> dict[str, dict[str, int]]:
    """What measure() found last."""
    sizes: dict[str, dict[str, int]] = json.loads(FILE.read_text(encoding="utf-8"))
    return sizes


def table(sizes: dict[str, dict[str, int]]) -> str:
    """For the README, in KiB, rounded up."""
    columns = [target.name for target in TARGETS]
    head = ["| KiB | " + " | ".join(columns) + " |", "|---|" + "---|" * len(columns)]
    rows = [
        f"| {_label(name)} | " + " | ".join(str(kib(row[column])) for column in columns) + " |"
        for name, row in sizes.items()
    ]
    return "\n".join(head + rows)


def kib(octets: int) -> int:
    """KiB, rounded up."""
    return -(-octets // 1024)


def _label(name: str) -> str:
    return name if name == TOTAL else f"`{name}`"


def _octets(name: str, target: Target) -> int:
    built = package.build(name, target)
    return sum(path.stat().st_size for path in built.files.rglob("*") if path.is_file())
