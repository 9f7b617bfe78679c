# SPDX-License-Identifier: GPL-2.0-or-later
"""What gets flashed on the virtual board: disk images of two versions, and a recovery system."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.testbed import cpio, images, kernel, programs, toolchain
from tests.testbed.cache import build_once, digest
from tests.testbed.openwrt import router

from . import disk, tree
from .errors import VirtualError

HERE = Path(__file__).parent
VERSIONS = ("v1", "v2")
BAD = "board-bad.img.gz"
"""The last version, with a kernel that U-Boot finds, and then refuses to start."""
DAMAGE = 4096
"""Bytes at its beginning that are zeros: one block of the file system, which lies in one piece."""
MODULES = [*kernel.INITRD_MODULES, "virtio_net", "virtio_rng"]
"""Of the first file system in memory: what reaches the disk, and the recovery system's network."""
MARKERS = {"count-start": 0x50, "count-stop": 0x51}
"""Programs of the board, and which marker of the counter each executes."""
OPTIONS = "console=ttyAMA0 nokaslr norandmaps init_on_alloc=0 mitigations=off"
"""The kernel's. A router's zeroes no memory; addresses that stay let QEMU keep what it has
translated, which makes every start of a program several times faster."""
EXTLINUX = f"""\
default board
timeout 1
label board
  kernel /Image
  initrd /initrd
  append {OPTIONS}
"""
RELEASE = """\
DISTRIB_ID='pppshroud-board'
DISTRIB_RELEASE='trixie'
DISTRIB_REVISION='{version}'
DISTRIB_TARGET='virt/arm64'
DISTRIB_DESCRIPTION='Virtual board of pppshroud, image {version}'
"""


@dataclass(frozen=True)
class Images:
    """Files of one folder, from which TFTP may serve them.

    Disk images are gzip'ed and go to the first sector of the disk; Image and recovery are for
    U-Boot's booti, with RECOVERY_OPTIONS.
    """

    folder: Path

    def disk(self, version: str) -> Path:
        """The gzip'ed disk image of "v1" or "v2"."""
        if version not in VERSIONS:
            raise ValueError(f"the version must be one of {', '.join(VERSIONS)}, not {version!r}")
        return self.folder / f"board-{version}.img.gz"

    @property
    def kernel(self) -> Path:
        return self.folder / "Image"

    @property
    def recovery(self) -> Path:
        return self.folder / "recovery.cpio.gz"


RECOVERY_OPTIONS = f"{OPTIONS} recovery"
"""The kernel's command line that makes the initramfs stay."""


def build() -> Images:
    """The images, out of the cache or made anew; a minute for the arm64 image, then seconds."""
    source = images.qemu_image("arm64")
    own = [path for path in router.files(HERE) if path.suffix != ".so"]
    stand_ins = [path for part in ("root", "guest") for path in router.files(router.HERE / part)]
    code = [path.read_bytes() for path in (*own, *stand_ins, Path(programs.__file__))]
    key = digest(source.disk.parent.name, *code)
    return Images(build_once("board", key, lambda target: _build(target, source)))


def _build(target: Path, source: images.QemuImage) -> None:
    target.mkdir()
    with tempfile.TemporaryDirectory(dir=target) as work:
        scrap = Path(work)
        programs.unpack(source.disk, scrap / "source")
        initrd = _initrd(scrap / "source")
        cpio.write(scrap / "initrd", initrd)
        _compress(scrap / "initrd", target / "recovery.cpio.gz")
        shutil.copy(source.kernel, target / "Image")
        tree.make(scrap / "source", scrap / "root", _applets())
        for name, marker in MARKERS.items():
            shutil.copy(_marker(scrap, marker), scrap / "root/usr/bin" / name)
        _fill_boot(scrap / "boot", target)
        for version in VERSIONS:
            (scrap / "root/etc/openwrt_release").write_text(RELEASE.format(version=version))
            (scrap / "root/etc/openwrt_version").write_text(f"{version}\n")
            disk.write(scrap / "disk", scrap / "boot", scrap / "root", scrap)
            _compress(scrap / "disk", target / f"board-{version}.img.gz")
        _damage(scrap / "disk", source.kernel)
        _compress(scrap / "disk", target / BAD)


def _damage(image: Path, victim: Path) -> None:
    """Overwrite the beginning of a file inside a disk image."""
    start = image.read_bytes().find(victim.read_bytes()[:DAMAGE])
    if start < 0:
        raise VirtualError(f"{victim.name} is not on the disk")
    with image.open("r+b") as disk_file:
        disk_file.seek(start)
        disk_file.write(bytes(DAMAGE))


def _marker(scrap: Path, marker: int) -> Path:
    """The program that executes this one of the counter's markers."""
    shutil.copy(HERE / "guest/mark.c", scrap)
    options = ("-Os", "-Wall", "-Wextra", "-Werror", "-nostdlib", "-static", "-s")
    command = ["aarch64-linux-gnu-gcc", *options, f"-DMARKER={marker:#x}", "-o", "mark", "mark.c"]
    toolchain.run(command, source=scrap)
    return scrap / "mark"


def _fill_boot(folder: Path, target: Path) -> None:
    """What U-Boot's default command looks for on the first partition."""
    (folder / "extlinux").mkdir(parents=True)
    (folder / "extlinux/extlinux.conf").write_text(EXTLINUX)
    shutil.copy(target / "Image", folder / "Image")
    shutil.copy(target / "recovery.cpio.gz", folder / "initrd")


def _initrd(source: Path) -> list[cpio.Entry]:
    (modules,) = (source / "usr/lib/modules").iterdir()
    entries = [cpio.folder(x) for x in ("bin", "dev", "modules", "proc", "root", "sys")]
    entries += [
        cpio.file("init", (HERE / "guest/initrd-init").read_bytes(), 0o755),
        cpio.file("recovery", (HERE / "guest/recovery").read_bytes(), 0o755),
        cpio.file("bin/busybox", (source / "usr/bin/busybox").read_bytes(), 0o755),
        cpio.device("dev/console", 5, 1),
    ]
    for number, path in enumerate(kernel.closure(modules, MODULES)):
        name = f"modules/{number:02}-{path.name}"
        entries.append(cpio.file(name, path.read_bytes(), 0o644))
    return entries


def _applets() -> list[str]:
    """Names of the programs that busybox is, told by the one for the host's processor."""
    program = images.guest_root() / "usr/bin/busybox"
    done = subprocess.run(
        [program, "--list"], capture_output=True, text=True, check=True, timeout=30
    )
    return done.stdout.split()


def _compress(source: Path, target: Path) -> None:
    """gzip, the same bytes for the same content."""
    with target.open("wb") as out, gzip.GzipFile("", "wb", 6, out, 0) as packed:
        packed.write(source.read_bytes())
