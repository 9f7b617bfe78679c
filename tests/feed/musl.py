# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin compiled against musl, which is OpenWrt's C library; on x86-64 only."""

from __future__ import annotations

from pathlib import Path

from tests.testbed import toolchain

from . import package
from .targets import DEBIAN_PPPD, TARGETS

HEADERS = "/usr/include/x86_64-linux-musl"
LIBRARY = Path("/usr/lib/x86_64-linux-musl/libc.so")
BUILD = f"{package.BUILD}/musl"
KERNEL = """
set -e
rm -rf kernel
mkdir kernel
cp -rL /usr/include/linux /usr/include/asm-generic /usr/include/x86_64-linux-gnu/asm kernel
gcc -print-file-name=include
"""
"""Takes the kernel's headers away from glibc's; says where the compiler's own are."""


def build() -> Path:
    """Compile and link; return the plugin. Raises toolchain.BuildError, for a warning too."""
    [x86] = [target for target in TARGETS if target.name == "x86_64"]
    staging = f"/src/{package.staging(x86, DEBIAN_PPPD)}/usr"
    (package.ROOT / BUILD).mkdir(parents=True, exist_ok=True)
    own = toolchain.run(["sh", "-c", KERNEL], cwd=BUILD).stdout.strip()
    folders = [own, HEADERS, f"/src/{BUILD}/kernel", f"{staging}/include"]
    compiler = " ".join(["gcc -nostdinc", *(f"-isystem {folder}" for folder in folders)])
    plugin = f"/src/{BUILD}/plugin/shroud.so"
    toolchain.run(
        [
            *("make", "-s", "-B", "-j2", f"CC={compiler}", f"PPPD_VERSION={DEBIAN_PPPD}"),
            *("CFLAGS=-Os -U_FORTIFY_SOURCE", "LIBBPF_CFLAGS=", "LIBBPF_LIBS=-lbpf"),
            f"LDFLAGS=-nostdlib -L{staging}/lib {LIBRARY}",
            *(f"BUILD=/src/{BUILD}/plugin", f"DATAPATH_BUILD=/src/{BUILD}/datapath", plugin),
        ],
        cwd="src/plugin",
    )
    return package.ROOT / plugin.removeprefix("/src/")
