# SPDX-License-Identifier: GPL-2.0-or-later
"""The C data path in a process of this machine and in its kernel, mode head and decoy."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.datapath.world import Testrun
from tests.support.sources import ROOT
from tests.testbed import toolchain

from .compare import Comparison
from .local import Local, in_host_kernel

BUILD = "build/roundtrip"
OBJECTS = {True: "decoy", False: "shroud"}  # by whether it is for mode decoy
BPFFS = "/sys/fs/bpf"


def build_replay() -> Path:
    """Compile the programs for a process, statically; return the folder they are in."""
    toolchain.run(["make", "-s", f"BUILD=/src/{BUILD}", "replay"], cwd="src/datapath")
    return ROOT / BUILD


def build_on_host() -> Path:
    """Compile loader and programs with this machine's compilers; return the folder.

    Raises subprocess.CalledProcessError, whose output says what is missing.
    """
    folder = ROOT / BUILD / "host"
    command = ["make", "-s", "-C", str(ROOT / "src/datapath"), "BUILD=../../build/roundtrip/host"]
    subprocess.run([*command, "all"], check=True, timeout=600, stdin=subprocess.DEVNULL)
    return folder


def in_process(replay: Path, *, decoy: bool) -> Testrun:
    """Start the programs in a process."""
    return Testrun(Local([str(replay / f"replay-{OBJECTS[decoy]}")]))


@contextmanager
def on_host(replay: Path, host: Path, *, decoy: bool) -> Iterator[Comparison]:
    """Compare a process with this machine's kernel."""
    obj = str(host / f"{OBJECTS[decoy]}.bpf.o")
    argv = [str(host / "shroud-testrun"), "wan0", obj, BPFFS, *(["decoy"] if decoy else [])]
    with in_process(replay, decoy=decoy) as process, Testrun(in_host_kernel(argv)) as kernel:
        yield Comparison(process, kernel)
