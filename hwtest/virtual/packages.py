# SPDX-License-Identifier: GPL-2.0-or-later
"""The feed's packages for the virtual board, as files that its opkg installs.

An .ipk is a gzip'ed tar of debian-binary, control.tar.gz and data.tar.gz; inside are the files
that the feed's Makefiles install and the scripts that they have for the package manager.
"""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

from tests.feed import package
from tests.feed.targets import TARGETS

TARGET = next(target for target in TARGETS if target.name == "aarch64_cortex-a53")
NAMES = ("ppp-mod-shroud", "shroud")
"""In the order in which they depend on each other."""
CALLED = ("postinst", "prerm")
"""Scripts that OpenWrt's default ones call, by their names with -pkg behind."""


def build(folder: Path) -> list[Path]:
    """Compile the packages and write them to `folder`; the files, in the order to install them."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_pack(name, folder) for name in NAMES]


def _pack(name: str, folder: Path) -> Path:
    built = package.build(name, TARGET)
    facts = package.describe(name)
    version = facts["Version"]
    control = f"Package: {name}\nVersion: {version}\nArchitecture: {TARGET.name}\n"
    scripts = {"control": (control.encode(), 0o644)}
    for path in sorted(built.scripts.iterdir()):
        stored = f"{path.name}-pkg" if path.name in CALLED else path.name
        scripts[stored] = (path.read_bytes(), 0o755)
    data = {
        str(path.relative_to(built.files)): (path.read_bytes(), path.stat().st_mode & 0o777)
        for path in sorted(built.files.rglob("*"))
        if path.is_file()
    }
    outer = {"debian-binary": (b"2.0\n", 0o644)}
    outer |= {"control.tar.gz": (_tar(scripts), 0o644), "data.tar.gz": (_tar(data), 0o644)}
    target = folder / f"{name}_{version}_{TARGET.name}.ipk"
    target.write_bytes(_tar(outer))
    return target


def _tar(files: dict[str, tuple[bytes, int]]) -> bytes:
    """A gzip'ed archive of files, by their paths, with their modes."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path, (content, mode) in files.items():
            entry = tarfile.TarInfo(f"./{path}")
            entry.size, entry.mode = len(content), mode
            archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(raw.getvalue(), mtime=0)
