# SPDX-License-Identifier: GPL-2.0-or-later
"""The images, each built once and then taken from the cache."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import debs, kernel, recipes, rootfs, toolchain
from .cache import build_once, digest

ARCHES = ("amd64", "arm64")


@dataclass(frozen=True)
class QemuImage:
    """What QEMU boots: kernel, first file system in memory, and the root's disk (ext4)."""

    kernel: Path
    initrd: Path
    disk: Path


def guest_root() -> Path:
    """The root folder that User-Mode Linux boots from: trixie on the host's processor."""
    return _uml_root("uml", [])


def dpi_root() -> Path:
    """The same with the servers and clients of tests.dpi."""
    return _uml_root("dpi", recipes.DPI_PACKAGES)


def suricata_root() -> Path:
    """A root folder with Suricata, see tests/dpi/suricata.py."""
    packages = recipes.SURICATA_PACKAGES
    key = digest(_code("rootfs.py"), json.dumps(packages), recipes.SUITE)
    return build_once("suricata", key, lambda target: rootfs.bootstrap(target, ["amd64"], packages))


def _uml_root(name: str, more: list[str]) -> Path:
    packages = recipes.GUEST_PACKAGES + recipes.UML_PACKAGES + more
    key = digest(
        _code("rootfs.py", "guest/init", "guest/xstate.c"), json.dumps(packages), recipes.SUITE
    )
    build_root()  # which _build_uml needs, in the order that the progress lines then show
    return build_once(name, key, lambda target: _build_uml(target, packages))


def build_root() -> Path:
    """The root folder with compilers and headers, see toolchain.py."""
    packages = recipes.BUILD_PACKAGES
    key = digest(_code("rootfs.py"), json.dumps(packages), recipes.SUITE, recipes.OLD_SUITE)
    return build_once("build", key, lambda target: _build_tools(target, packages))


def qemu_image(arch: str) -> QemuImage:
    """Kernel, initrd and disk for `arch`, "amd64" or "arm64"."""
    if arch not in ARCHES:
        raise ValueError(f"architecture must be one of {', '.join(ARCHES)}, not {arch!r}")
    packages = recipes.GUEST_PACKAGES + (recipes.ARM64_PACKAGES if arch == "arm64" else [])
    modules = recipes.KERNEL_MODULES + (recipes.ARM64_MODULES if arch == "arm64" else [])
    key = digest(
        _code("rootfs.py", "kernel.py", "cpio.py", "guest/init", "guest/initrd-init"),
        json.dumps([packages, modules]),
        recipes.SUITE,
        arch,
    )
    folder = build_once(
        f"qemu-{arch}", key, lambda target: _build_qemu(target, arch, packages, modules)
    )
    return QemuImage(folder / "vmlinuz", folder / "initrd", folder / "root.ext4")


def _code(*names: str) -> str:
    """The source text of the files that build an image: a change in them rebuilds it."""
    return "".join((Path(__file__).parent / name).read_text() for name in names)


def _build_uml(target: Path, packages: list[str]) -> None:
    rootfs.bootstrap(target, ["amd64"], packages)
    rootfs.finish_guest(target, "amd64")
    for modules in target.glob("usr/lib/uml/modules/*"):
        (target / "usr/lib/modules").mkdir(exist_ok=True)
        (target / "usr/lib/modules" / modules.name).symlink_to(f"../uml/modules/{modules.name}")
    with tempfile.TemporaryDirectory() as scrap:
        shutil.copy(Path(__file__).parent / "guest/xstate.c", scrap)
        toolchain.run(
            [
                "gcc",
                "-O2",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-shared",
                "-fPIC",
                "-o",
                "xstate.so",
                "xstate.c",
            ],
            source=Path(scrap),
        )
        shutil.copy(Path(scrap, "xstate.so"), target / "usr/lib/uml")


def _build_tools(target: Path, packages: list[str]) -> None:
    rootfs.bootstrap(target, ["amd64", "arm64"], packages)
    with tempfile.TemporaryDirectory() as scrap:
        debs.unpack(recipes.OLD_SUITE, "amd64", ["ppp-dev"], Path(scrap))
        shutil.move(Path(scrap, "usr/include"), target / "opt/ppp-2.4.9/include")


def _build_qemu(target: Path, arch: str, packages: list[str], modules: list[str]) -> None:
    target.mkdir()
    with tempfile.TemporaryDirectory(dir=target) as scrap:
        root = Path(scrap, "root")
        rootfs.bootstrap(root, [arch], packages)
        rootfs.finish_guest(root, arch)
        tree = Path(scrap, "kernel")
        kernel.unpack(tree, arch)
        kernel.take(tree, root, target, modules)
        _make_disk(root, target / "root.ext4")


def _make_disk(root: Path, disk: Path) -> None:
    """Write the tree under `root` into a read-only ext4 image: no journal, no spare blocks."""
    used = sum((p.lstat().st_size + 4095) // 4096 + 1 for p in root.rglob("*"))
    blocks = used + used // 8 + 4096
    subprocess.run(
        [
            "mke2fs",
            "-q",
            "-t",
            "ext4",
            "-O",
            "^has_journal",
            "-m",
            "0",
            "-b",
            "4096",
            "-E",
            "lazy_itable_init=1",
            "-d",
            root,
            disk,
            str(blocks),
        ],
        check=True,
        capture_output=True,
        timeout=600,
    )
