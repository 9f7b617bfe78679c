# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds what a run needs: the counter for QEMU, the guest's packet tool and its image."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import image
from .errors import BenchError

PACKAGES = (
    "binutils", "cpio", "debian-archive-keyring", "gcc", "gcc-aarch64-linux-gnu", "kmod",
    "libc6-dev", "libc6-dev-arm64-cross", "mmdebstrap", "qemu-system-arm",
)  # fmt: skip
HERE = Path(__file__).resolve().parent
WARNINGS = ("-Wall", "-Wextra", "-Werror", "-Wshadow", "-Wstrict-prototypes")


@dataclass(frozen=True)
class Parts:
    """Paths of what was built."""

    counter: Path
    image: image.Image


def build(work: Path) -> Parts:
    """Build everything into `work`."""
    work.mkdir(parents=True, exist_ok=True)
    counter, loadgen = work / "counter.so", work / "loadgen"
    _compile("gcc", "counter", counter, "-fPIC", "-shared", "-fvisibility=hidden")
    _compile("aarch64-linux-gnu-gcc", "loadgen", loadgen, "-static")
    files = {"init": HERE / "guest/init", "usr/bin/loadgen": loadgen}
    files |= {f"bench/{path.name}": path for path in (HERE / "guest").glob("*.sh")}
    return Parts(counter, image.build(work, files))


def _compile(compiler: str, folder: str, target: Path, *options: str) -> None:
    sources = sorted(str(path) for path in (HERE / folder).glob("*.c"))
    done = subprocess.run(
        [compiler, "-O2", "-std=gnu11", *WARNINGS, *options, "-o", str(target), *sources],
        capture_output=True, text=True, timeout=120, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        raise BenchError(f"{compiler} could not build {target.name}:\n{done.stderr}")
