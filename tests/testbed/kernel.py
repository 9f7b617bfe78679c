# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's kernel for the QEMU guests: the image, the modules they need, and an initrd."""

from __future__ import annotations

import lzma
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from . import cpio, debs
from .errors import ImageError
from .recipes import SUITE

INITRD_MODULES = ["crc32c_generic", "virtio_pci", "virtio_mmio", "virtio_blk", "ext4"]


def unpack(target: Path, arch: str) -> None:
    """Put the files of the newest kernel package (not the cloud's) under `target`."""
    with tempfile.TemporaryDirectory() as work:
        archive = debs.Archive(Path(work), SUITE, arch)
        found = [p for p in archive.depends(f"linux-image-{arch}") if p.startswith("linux-image-")]
        if not found:
            raise ImageError(f"linux-image-{arch} of {SUITE} depends on no kernel")
        archive.unpack(found[0], target)


def take(tree: Path, root: Path, target: Path, wanted: list[str]) -> None:
    """Copy `wanted` modules from `tree` to `root`; write `target`/vmlinuz and /initrd."""
    (image,) = (tree / "boot").glob("vmlinuz-*")
    shutil.copy(image, target / "vmlinuz")
    (modules,) = (tree / "usr/lib/modules").iterdir()
    release = modules.name
    found = closure(modules, wanted)
    for path in found:
        _copy_module(path, root / "usr/lib/modules" / release / path.relative_to(modules))
    for name in ("modules.order", "modules.builtin", "modules.builtin.modinfo"):
        shutil.copy(modules / name, root / "usr/lib/modules" / release / name)
    subprocess.run(["depmod", "-b", root, release], check=True, timeout=60)
    cpio.write(target / "initrd", _initrd(root, closure(modules, INITRD_MODULES)))


def closure(modules: Path, wanted: list[str]) -> list[Path]:
    """The files of `wanted` modules and of all they depend on, each after its needs."""
    files = {_name(p): p for p in (modules / "kernel").rglob("*.ko*")}
    ordered: list[Path] = []

    def add(name: str) -> None:
        path = files.get(name)
        if path is not None and path not in ordered:
            for need in _needs(path):
                add(need)
            ordered.append(path)

    for name in wanted:
        add(name)
    return ordered


def _name(path: Path) -> str:
    return path.name.split(".")[0].replace("-", "_")


def _needs(path: Path) -> list[str]:
    """Names that the module in `path` says it depends on, the soft ones before it included."""
    info = _module(path)
    hard = re.search(rb"\0depends=([^\0]*)\0", info)
    soft = re.findall(rb"\0softdep=pre: ([^\0]*)\0", info)
    names = (hard[1].decode().split(",") if hard else []) + b" ".join(soft).decode().split()
    return [n.replace("-", "_") for n in names if n]


def _module(path: Path) -> bytes:
    raw = path.read_bytes()
    return lzma.decompress(raw) if path.suffix == ".xz" else raw


def _copy_module(path: Path, target: Path) -> None:
    """Copy a module unpacked: the emulated processor takes long for that."""
    if target.suffix == ".xz":
        target = target.with_suffix("")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(_module(path))


def _initrd(root: Path, modules: list[Path]) -> list[cpio.Entry]:
    """busybox, the modules in the order to load, and the script that loads them."""
    script = Path(__file__).parent / "guest/initrd-init"
    entries = [cpio.folder(x) for x in ("bin", "dev", "modules", "proc", "root", "sys")]
    entries += [
        cpio.file("init", script.read_bytes(), 0o755),
        cpio.file("bin/busybox", (root / "usr/bin/busybox").read_bytes(), 0o755),
        cpio.device("dev/console", 5, 1),
    ]
    for number, path in enumerate(modules):
        entries.append(cpio.file(f"modules/{number:02}-{_name(path)}.ko", _module(path), 0o644))
    return entries
