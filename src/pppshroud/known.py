# SPDX-License-Identifier: GPL-2.0-or-later
"""The record of known keys: protocol section 4.2.

A text file, mode 0600, of rows `KEY LINE`: a public key, a blank, and the name of the line that
it was met on, to the end of the row. Rows that begin with # are comments.
"""

from __future__ import annotations

from pathlib import Path

from pppshroud.keys import KeyFileError, pull_key, push_key, write_secret


def load_known(path: Path, line: str) -> tuple[bytes, ...]:
    """Return the keys known for a line; none if there is no file yet."""
    return tuple(key for key, name in _load(path) if name == line)


def record_known(path: Path, line: str, key: bytes) -> None:
    """Add a key; on return it is on stable storage. Raise KeyFileError or OSError if it is not."""
    if not line or not line.isprintable() or line != line.strip() or not line.isascii():
        raise KeyFileError(f"a line's name is printable ASCII without blanks around it: {line!r}")
    if key in load_known(path, line):
        return
    before = path.read_text(encoding="ascii") if path.exists() else ""
    if before and not before.endswith("\n"):
        before += "\n"
    write_secret(path, f"{before}{push_key(key)} {line}\n", force=True)


def _load(path: Path) -> list[tuple[bytes, str]]:
    try:
        text = path.read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return []
    rows = []
    for number, row in enumerate(text.splitlines(), start=1):
        if row.strip() and not row.startswith("#"):
            key, _, name = row.partition(" ")
            rows.append((pull_key(key, f"{path}, row {number}"), name))
    return rows
