# SPDX-License-Identifier: GPL-2.0-or-later
"""What is under test: plugin and data path, compiled in the build image, put into guests."""

from __future__ import annotations

import fcntl
import functools
import subprocess
import sys
from dataclasses import dataclass

from . import toolchain
from .machine import Machine
from .pppd import VERSIONS

FOLDER = "build/product"
COMPILERS = {
    "amd64": ("CC=gcc",),
    "arm64": ("CC=aarch64-linux-gnu-gcc", "AR=aarch64-linux-gnu-ar"),
}
"""Of the build image, by the architecture that they compile for."""
HEADERS = {"2.4.9": "/opt/ppp-2.4.9/include"}
"""Where the build image has pppd's headers, if not in the compiler's own path."""
GUEST_OBJECTS = "/usr/lib/pppshroud"
"""Where the plugin looks for the BPF programs by itself."""


@dataclass(frozen=True)
class KeyPair:
    """An LNS's keys as `pppshroud keygen` and `pppshroud pubkey` print them."""

    private: str
    public: str


@functools.cache
def build(version: str = VERSIONS[0], arch: str = "amd64") -> str:
    """Compile what has changed, once a run; several processes may ask at a time.

    Returns the folder, in the repository, of plugin/VERSION/ and datapath/.
    """
    folder = f"{FOLDER}/{arch}"
    (toolchain.REPOSITORY / folder).mkdir(parents=True, exist_ok=True)
    headers = [f"PPPD_INCLUDE={HEADERS[version]}"] if version in HEADERS else []
    datapath = f"/src/{folder}/datapath"
    with (toolchain.REPOSITORY / FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _make("src/datapath", *COMPILERS[arch], f"BUILD={datapath}")
        where = (f"BUILD=/src/{folder}/plugin/{version}", f"DATAPATH_BUILD={datapath}")
        _make("src/plugin", *COMPILERS[arch], *where, *headers)
    return folder


def install(machine: Machine, version: str = VERSIONS[0]) -> None:
    """Build, and put the plugin for this pppd, and the BPF programs, where they belong."""
    folder = build(version, machine.arch)
    _copy(machine, f"{folder}/plugin/{version}/shroud.so", plugin(version))
    for name in ("shroud.bpf.o", "decoy.bpf.o"):
        _copy(machine, f"{folder}/datapath/{name}", f"{GUEST_OBJECTS}/{name}")


def plugin(version: str = VERSIONS[0]) -> str:
    """The guest's path of the plugin for this pppd, for its option `plugin`."""
    return f"/usr/lib/pppd/{version}/shroud.so"


def key_pair() -> KeyPair:
    """A new one, made by the program that users make theirs with."""
    private = _pppshroud("keygen")
    return KeyPair(private, _pppshroud("pubkey", stdin=private))


def _make(folder: str, *variables: str) -> None:
    toolchain.run(["make", "-j2", *variables], cwd=folder)


def _copy(machine: Machine, built: str, target: str) -> None:
    source = machine.put(toolchain.REPOSITORY / built)
    machine.run(["install", "-D", "-m", "0644", source, target])


def _pppshroud(command: str, stdin: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pppshroud", command],
        input=stdin, capture_output=True, text=True, timeout=30, check=True,
    )  # fmt: skip
    return done.stdout.strip()
