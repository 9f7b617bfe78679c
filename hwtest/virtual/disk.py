# SPDX-License-Identifier: GPL-2.0-or-later
"""The disk of the virtual board: a partition to boot from, and one that holds the root.

U-Boot reads the first (ext4 without what U-Boot does not know), only the kernel writes to the
second, which has a journal: a power cut can spoil neither.
"""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

SECTOR = 512
BOOT_START = 2048
"""Sectors: where the first partition begins, as partitioning programs have it."""
BOOT_MIB, ROOT_MIB = 48, 80
LINUX = 0x83
ACTIVE = 0x80
BOOT_FEATURES = "^has_journal,^metadata_csum,^64bit,^orphan_file,^huge_file"
ROOT_FEATURES = "has_journal,^orphan_file"
UUID = {
    "boot": "6d1f1e0c-0001-4000-8000-000000000001",
    "root": "6d1f1e0c-0002-4000-8000-000000000002",
}


def write(target: Path, boot: Path, root: Path, scrap: Path) -> None:
    """Write the disk with what is in the folders `boot` and `root`; `scrap` is for its parts."""
    parts = [
        _file_system(scrap / "boot.ext4", boot, BOOT_MIB, BOOT_FEATURES, UUID["boot"]),
        _file_system(scrap / "root.ext4", root, ROOT_MIB, ROOT_FEATURES, UUID["root"]),
    ]
    with target.open("wb") as out:
        out.write(_master_boot_record([path.stat().st_size // SECTOR for path in parts]))
        out.seek(BOOT_START * SECTOR)
        for path in parts:
            out.write(path.read_bytes())


def _file_system(path: Path, content: Path, mebibytes: int, features: str, uuid: str) -> Path:
    path.unlink(missing_ok=True)
    subprocess.run(
        [
            *("mke2fs", "-q", "-t", "ext4", "-O", features, "-m", "0", "-b", "4096"),
            *("-U", uuid, "-E", f"lazy_itable_init=1,hash_seed={uuid}", "-d", content),
            *(path, f"{mebibytes}M"),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    return path


def _master_boot_record(sizes: list[int]) -> bytes:
    """The first sector: partitions of these sizes, in sectors, one after the other."""
    table, start = b"", BOOT_START
    for number, size in enumerate(sizes):
        status = 0 if number else ACTIVE
        table += struct.pack("<B3sB3sII", status, bytes(3), LINUX, bytes(3), start, size)
        start += size
    return bytes(446) + table.ljust(64, b"\0") + b"\x55\xaa"
