# SPDX-License-Identifier: GPL-2.0-or-later
"""The archive that Linux takes its first file system from (cpio "newc", see the kernel's
Documentation/driver-api/early-userspace/buffer-format.rst)."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """One file, folder, link or character device; `mode` as in stat(2)."""

    name: str
    mode: int
    content: bytes = b""
    major: int = 0
    minor: int = 0


def folder(name: str) -> Entry:
    return Entry(name, stat.S_IFDIR | 0o755)


def file(name: str, content: bytes, permissions: int) -> Entry:
    return Entry(name, stat.S_IFREG | permissions, content)


def link(name: str, target: str) -> Entry:
    """A symbolic link."""
    return Entry(name, stat.S_IFLNK | 0o777, target.encode())


def device(name: str, major: int, minor: int) -> Entry:
    return Entry(name, stat.S_IFCHR | 0o600, b"", major, minor)


def write(path: Path, entries: list[Entry]) -> None:
    """Write `entries` to `path`, not compressed."""
    with path.open("wb") as out:
        for number, entry in enumerate([*entries, Entry("TRAILER!!!", 0)], start=1):
            out.write(_packed(number, entry))


def _packed(number: int, entry: Entry) -> bytes:
    name = entry.name.encode() + b"\0"
    fields = [
        number,
        entry.mode,
        0,
        0,
        1,
        0,
        len(entry.content),
        0,
        0,
        entry.major,
        entry.minor,
        len(name),
        0,
    ]
    header = b"070701" + b"".join(b"%08X" % value for value in fields)
    return _pad(header + name) + _pad(entry.content)


def _pad(raw: bytes) -> bytes:
    """Fill up to a multiple of 4 bytes."""
    return raw + bytes(-len(raw) % 4)
