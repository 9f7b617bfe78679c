# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds what a run needs: the counter for QEMU, the guest's packet tool and its image."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.testbed import toolchain

from . import image
from .errors import BenchError

PACKAGES = (
    "binutils", "debian-archive-keyring", "e2fsprogs", "gcc", "kmod", "libc6-dev", "mmdebstrap",
    "qemu-system-arm",
)  # fmt: skip
COMPILER = "aarch64-linux-gnu-gcc"
HERE = Path(__file__).resolve().parent
FLAGS = ("-O2", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-Wshadow", "-Wstrict-prototypes")


@dataclass(frozen=True)
class Parts:
    """Paths of what was built."""

    counter: Path
    image: image.Image


def build(work: Path) -> Parts:
    """Build everything into `work`."""
    work.mkdir(parents=True, exist_ok=True)
    counter, loadgen = work / "counter.so", work / "loadgen"
    build_counter(counter)
    _build_loadgen(loadgen)
    files = {"init": HERE / "guest/init", "usr/bin/loadgen": loadgen}
    files |= {f"bench/{path.name}": path for path in (HERE / "guest").iterdir()}
    files |= _build_head(work)
    return Parts(counter, image.build(work, files))


def build_counter(target: Path) -> None:
    """With the host's own compiler, because the host's QEMU loads it."""
    options = ["-fPIC", "-shared", "-fvisibility=hidden"]
    command = ["gcc", *FLAGS, *options, "-o", str(target), str(HERE / "counter/counter.c")]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        raise BenchError(f"gcc could not build the counter:\n{done.stderr}")


def _build_loadgen(target: Path) -> None:
    sources = [inside(path) for path in sorted((HERE / "loadgen").glob("*.c"))]
    _in_toolchain(COMPILER, *FLAGS, "-static", "-o", inside(target), *sources)


def _build_head(work: Path) -> dict[str, Path]:
    """The plugin and the BPF object of its data path, for arm64."""
    plugin, datapath = work / "plugin", work / "datapath"
    _in_toolchain(
        "make", "-C", "/src/src/plugin", f"CC={COMPILER}", f"BUILD={inside(plugin)}",
        f"DATAPATH_BUILD={inside(datapath)}", "all",
    )  # fmt: skip
    _in_toolchain(
        "make", "-C", "/src/src/datapath", f"CC={COMPILER}", f"BUILD={inside(datapath)}",
        inside(datapath / "shroud.bpf.o"),
    )  # fmt: skip
    return {
        "bench/shroud.so": plugin / "shroud.so",
        "bench/shroud.bpf.o": datapath / "shroud.bpf.o",
    }


def inside(path: Path) -> str:
    """Where the toolchain sees a path of the repository."""
    return f"/src/{path.relative_to(toolchain.REPOSITORY)}"


def _in_toolchain(*command: str) -> None:
    try:
        toolchain.run(command)
    except toolchain.BuildError as error:
        raise BenchError(str(error)) from error
