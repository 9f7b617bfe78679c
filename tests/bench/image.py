# SPDX-License-Identifier: GPL-2.0-or-later
"""The guest: the testbed's arm64 image, cut down to what runs wholly from memory.

A disk or a shared folder would answer when the host gets to it, and no two runs would be alike.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.testbed import cpio, images

from .errors import BenchError

PROGRAMS = (
    "bin/busybox", "bin/dash", "bin/ip", "bin/kmod", "bin/nsenter", "bin/openssl", "bin/wg",
    "sbin/ethtool", "sbin/nft", "sbin/openvpn", "sbin/pppd", "sbin/pppoe-server",
)  # fmt: skip
APPLETS = (
    "base64", "cat", "chmod", "cut", "echo", "grep", "gzip", "mkdir", "mount", "poweroff", "rm",
    "sed", "sleep", "tail", "tee", "test", "tr",
)  # fmt: skip
LINKS = {
    "bin": "usr/bin",
    "lib": "usr/lib",
    "sbin": "usr/sbin",
    "usr/bin/sh": "dash",
    "usr/sbin/modprobe": "../bin/kmod",
    **{f"usr/bin/{name}": "busybox" for name in APPLETS},
}
LIBRARIES = "lib/aarch64-linux-gnu"
LOADED_BY_NAME = (
    "lib/ld-linux-aarch64.so.1", f"{LIBRARIES}/libgcc_s.so.1",
    f"{LIBRARIES}/ossl-modules/legacy.so", "lib/pppd/2.5.*/pppoe.so",
)  # fmt: skip
FOLDERS = ("dev", "etc", "etc/ppp", "proc", "run", "sys", "tmp")


@dataclass(frozen=True)
class Image:
    """What QEMU boots."""

    kernel: Path
    initramfs: Path


def build(work: Path, files: dict[str, Path]) -> Image:
    """Write the initramfs into `work`, with `files` (place in the guest: file here) added."""
    source = images.qemu_image("arm64")
    contents = _chosen(_unpack(source.disk, work / "root"), list(files.values()))
    contents |= files
    entries = [cpio.folder(name) for name in _folders(contents)]
    entries += [cpio.link(name, target) for name, target in LINKS.items()]
    entries += [cpio.file(name, path.read_bytes(), 0o755) for name, path in contents.items()]
    cpio.write(work / "guest.cpio", entries)
    return Image(source.kernel, work / "guest.cpio")


def _unpack(disk: Path, target: Path) -> Path:
    """Copy /usr out of the ext4 image; returns where it is now."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    done = subprocess.run(
        ["debugfs", "-R", f'rdump /usr "{target}"', str(disk)],
        capture_output=True, text=True, timeout=300, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if not (target / "usr/bin/dash").is_file():
        raise BenchError(f"could not read {disk}: {done.stderr}")
    return target / "usr"


def _chosen(usr: Path, added: list[Path]) -> dict[str, Path]:
    """Programs, the libraries of these and of `added`, kernel modules, by place in the guest."""
    libraries = {path.name: path for path in sorted((usr / LIBRARIES).rglob("*.so*"))}
    wanted = [path for name in (*PROGRAMS, *LOADED_BY_NAME) for path in usr.glob(name)]
    wanted += [libraries[name] for path in added for name in _needed(path)]
    chosen: dict[str, Path] = {}
    while wanted:
        path = wanted.pop()
        place = f"usr/{path.relative_to(usr)}"
        if place not in chosen:
            chosen[place] = path
            wanted += [libraries[name] for name in _needed(path)]
    modules = sorted(path for path in (usr / "lib/modules").rglob("*") if path.is_file())
    return chosen | {f"usr/{path.relative_to(usr)}": path for path in modules}


def _needed(path: Path) -> list[str]:
    """Names of the libraries that a program or a library is linked to; none for other files."""
    with path.open("rb") as file:
        if file.read(4) != b"\x7fELF":
            return []
    dynamic = subprocess.run(
        ["readelf", "--dynamic", str(path)], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    return re.findall(r"\(NEEDED\).*\[(.+)\]", dynamic)


def _folders(contents: dict[str, Path]) -> list[str]:
    """Every folder that the archive needs, outer ones first."""
    parents = {str(parent) for name in contents for parent in Path(name).parents}
    return sorted((parents | set(FOLDERS)) - {"."})
