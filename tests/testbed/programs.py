# SPDX-License-Identifier: GPL-2.0-or-later
"""Programs out of a QEMU image, with the libraries that they are linked to, for smaller images."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from .errors import ImageError

LIBRARIES = "lib/aarch64-linux-gnu"


def unpack(disk: Path, target: Path, folder: str = "/") -> None:
    """Copy a folder of an ext4 image to `target`, which is made anew."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    done = subprocess.run(
        ["debugfs", "-R", f'rdump {folder} "{target}"', str(disk)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if not any(target.iterdir()):
        raise ImageError(f"could not read {disk}: {done.stderr}")


def with_libraries(usr: Path, wanted: Iterable[Path], added: Iterable[Path] = ()) -> list[Path]:
    """Files under the arm64 root's `usr`, and all libraries that these and `added` need."""
    libraries = {path.name: path for path in sorted((usr / LIBRARIES).rglob("*.so*"))}
    pending = [*wanted, *(libraries[name] for path in added for name in needed(path))]
    chosen: dict[Path, None] = {}
    while pending:
        path = pending.pop()
        if path not in chosen:
            chosen[path] = None
            pending += [libraries[name] for name in needed(path)]
    return list(chosen)


def needed(path: Path) -> list[str]:
    """Names of the libraries that a program or a library is linked to; none for other files."""
    with path.open("rb") as file:
        if file.read(4) != b"\x7fELF":
            return []
    dynamic = subprocess.run(
        ["readelf", "--dynamic", str(path)], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    return re.findall(r"\(NEEDED\).*\[(.+)\]", dynamic)
