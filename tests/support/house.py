# SPDX-License-Identifier: GPL-2.0-or-later
"""House rules that no linter knows: a licence line on top, and short files."""

from pathlib import Path

from tests.support.sources import ROOT, tracked

LICENCE = "GPL-2.0-or-later"
LICENCES = {"luci-app": "Apache-2.0"}  # by top-level folder, where it is not LICENCE
SOURCE_SUFFIXES = {
    ".c", ".h", ".js", ".mjs", ".py", ".sh", ".toml", ".uc",
}  # fmt: skip
SOURCE_NAMES = {"Makefile", "inv", "run"}
MAX_LINES = 300
MAX_LINES_VECTORS = 700


def complaints() -> str:
    """What is wrong, one line each; "" when nothing is."""
    found = []
    for path in tracked():
        if path.suffix not in SOURCE_SUFFIXES and path.name not in SOURCE_NAMES:
            continue
        lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
        found += licence_complaints(path, lines) + length_complaints(path, len(lines))
    return "\n".join(found)


def licence_complaints(path: Path, lines: list[str]) -> list[str]:
    """What is wrong with the licence line of a file that has these lines."""
    licence = LICENCES.get(path.parts[0], LICENCE)
    # A script's first line may belong to the interpreter or to shellcheck.
    foreign = lines and lines[0].startswith(("#!", "# shellcheck shell="))
    top = lines[:2] if foreign else lines[:1]
    if any(f"SPDX-License-Identifier: {licence}" in line for line in top):
        return []
    return [f"{path}:1: the first line does not say SPDX-License-Identifier: {licence}"]


def length_complaints(path: Path, length: int) -> list[str]:
    """What is wrong with a file that is so many lines long."""
    limit = MAX_LINES_VECTORS if "vector" in path.name else MAX_LINES
    if length <= limit:
        return []
    return [f"{path}:{length}: {length} lines, {limit} allowed: one file, one noun"]
