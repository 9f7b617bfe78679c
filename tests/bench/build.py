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
    files |= _build_lns(work)
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
    """The plugin and the BPF objects of its data path, for arm64."""
    plugin, datapath = work / "plugin", work / "datapath"
    objects = [datapath / name for name in ("shroud.bpf.o", "decoy.bpf.o")]
    _in_toolchain(
        "make", "-C", "/src/src/plugin", f"CC={COMPILER}", f"BUILD={inside(plugin)}",
        f"DATAPATH_BUILD={inside(datapath)}", "all",
    )  # fmt: skip
    _in_toolchain(
        "make", "-C", "/src/src/datapath", f"CC={COMPILER}", f"BUILD={inside(datapath)}",
        *map(inside, objects),
    )  # fmt: skip
    return {f"bench/{path.name}": path for path in (plugin / "shroud.so", *objects)}


def _build_lns(work: Path) -> dict[str, Path]:
    """The guest's tools for many sessions, for arm64; after _build_head()."""
    tools, datapath = HERE / "lnsload", work / "datapath"
    sources = [inside(tools / name) for name in ("sessions.c", "frames.c")]
    _in_toolchain(
        COMPILER, *FLAGS, "-D_GNU_SOURCE", "-I/src/src/datapath", "-o", inside(work / "sessions"),
        *sources, inside(datapath / "libshroud-datapath.a"), "-lbpf", "-lz",
    )  # fmt: skip
    _build_core(work / "plugin", COMPILER, work / "handshakes")
    return {f"usr/bin/{name}": work / name for name in ("sessions", "handshakes")}


def handshakes(work: Path) -> Path:
    """The same tool for this machine, to run in the toolchain."""
    folder = work / "here"
    folder.mkdir(exist_ok=True)
    _build_core(folder, "gcc", folder / "handshakes")
    return folder / "handshakes"


def _build_core(folder: Path, compiler: str, target: Path) -> None:
    """The plugin's state machine as a program without pppd."""
    core = inside(folder / "core.a")
    _in_toolchain(
        "make", "-C", "/src/src/plugin", f"CC={compiler}", f"BUILD={inside(folder)}", core
    )
    _in_toolchain(
        compiler, *FLAGS, "-I/src/src/plugin/handshake", "-o", inside(target),
        inside(HERE / "lnsload/handshakes.c"), core, "-lmbedcrypto",
    )  # fmt: skip


def inside(path: Path) -> str:
    """Where the toolchain sees a path of the repository."""
    return f"/src/{path.relative_to(toolchain.REPOSITORY)}"


def _in_toolchain(*command: str) -> None:
    try:
        toolchain.run(command)
    except toolchain.BuildError as error:
        raise BenchError(str(error)) from error
