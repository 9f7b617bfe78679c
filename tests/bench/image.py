# SPDX-License-Identifier: GPL-2.0-or-later
"""The guest: the testbed's arm64 image, cut down to what runs wholly from memory.

A disk or a shared folder would answer when the host gets to it, and no two runs would be alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.testbed import cpio, images, programs
from tests.testbed.programs import LIBRARIES

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
    programs.unpack(source.disk, work / "root", "/usr")
    contents = _chosen(work / "root/usr", list(files.values()))
    contents |= files
    entries = [cpio.folder(name) for name in _folders(contents)]
    entries += [cpio.link(name, target) for name, target in LINKS.items()]
    entries += [cpio.file(name, path.read_bytes(), 0o755) for name, path in contents.items()]
    cpio.write(work / "guest.cpio", entries)
    return Image(source.kernel, work / "guest.cpio")


def _chosen(usr: Path, added: list[Path]) -> dict[str, Path]:
    """Programs, the libraries of these and of `added`, kernel modules, by place in the guest."""
    wanted = [path for name in (*PROGRAMS, *LOADED_BY_NAME) for path in usr.glob(name)]
    modules = sorted(path for path in (usr / "lib/modules").rglob("*") if path.is_file())
    paths = [*programs.with_libraries(usr, wanted, added), *modules]
    return {f"usr/{path.relative_to(usr)}": path for path in paths}


def _folders(contents: dict[str, Path]) -> list[str]:
    """Every folder that the archive needs, outer ones first."""
    parents = {str(parent) for name in contents for parent in Path(name).parents}
    return sorted((parents | set(FOLDERS)) - {"."})
