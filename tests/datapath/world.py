# SPDX-License-Identifier: GPL-2.0-or-later
"""A network namespace with a BPF file system, and shroud-testrun in it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build/datapath"
OBJECT = BUILD / "shroud.bpf.o"
TESTRUN = BUILD / "shroud-testrun"
BPFFS = BUILD / "bpffs"
PACKAGES = ("clang", "gcc", "iproute2", "libbpf-dev", "llvm", "make", "pkg-config", "util-linux")
NEXT = -1
DROP = 2
REDIRECT = 7
DEADLINE = 60.0

HOLD = """
set -eu
mount -t bpf bpf "$1"
mount -t sysfs sysfs /sys
echo ready
exec cat
"""


def build() -> None:
    """Build object, library and test runner. Raises CalledProcessError with make's output."""
    BPFFS.mkdir(parents=True, exist_ok=True)
    command = ["make", "-s", "-C", str(ROOT / "src/datapath"), f"BUILD={BUILD}", "all"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout + done.stderr)


class World:
    """One network namespace with a BPF file system of its own, gone with the process."""

    def __init__(self) -> None:
        self._holder = subprocess.Popen(
            ["unshare", "--net", "--mount", "sh", "-c", HOLD, "sh", str(BPFFS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._holder.stdout is not None
        assert self._holder.stderr is not None
        if self._holder.stdout.readline() != "ready\n":
            raise PermissionError(self._holder.stderr.read())

    def __enter__(self) -> World:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._holder.communicate(timeout=DEADLINE)

    def enter(self, *argv: str) -> list[str]:
        """Return the command that runs argv inside."""
        return ["nsenter", "-t", str(self._holder.pid), "--net", "--mount", *argv]

    def run(self, *argv: str, check: bool = True) -> str:
        """Run a command inside; return its standard output."""
        done = subprocess.run(
            self.enter(*argv), capture_output=True, text=True, timeout=DEADLINE, check=False
        )
        assert not check or done.returncode == 0, f"{argv}: {done.stderr}"
        return done.stdout

    def add_pair(self, near: str = "wan0", far: str = "wan1") -> None:
        """Add a veth pair and set it up."""
        self.run("ip", "link", "add", near, "type", "veth", "peer", "name", far)
        for name in (near, far):
            path = f"/proc/sys/net/ipv6/conf/{name}/disable_ipv6"
            self.run("sh", "-c", f"echo 1 >{path}", check=False)
            self.run("ip", "link", "set", name, "up")

    def testrun(self, device: str = "wan0", *options: str, obj: Path = OBJECT) -> Testrun:
        """Start shroud-testrun on a device."""
        return Testrun(self.enter(str(TESTRUN), device, str(obj), str(BPFFS), *options))


@dataclass(frozen=True)
class Result:
    """What became of a frame."""

    verdict: int
    frame: bytes
    counter: str


class RefusedError(Exception):
    """shroud-testrun answered with an error: its errno and sentence."""


class Testrun:
    """A running shroud-testrun."""

    __test__ = False

    def __init__(self, argv: Sequence[str]) -> None:
        self.process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        try:
            self.device = self._answer()
        except RefusedError:
            self.process.communicate(timeout=DEADLINE)
            raise

    def __enter__(self) -> Testrun:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.communicate(timeout=DEADLINE)

    def _answer(self) -> str:
        assert self.process.stdout is not None
        status, _, rest = self.process.stdout.readline().rstrip("\n").partition(" ")
        if status != "ok":
            raise RefusedError(rest)
        return rest

    def say(self, command: str) -> str:
        """Give one command; return what follows "ok". Raises RefusedError."""
        assert self.process.stdin is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self._answer()

    def set(self, mode: str, tx: bytes = b"", first: bytes = b"", second: bytes = b"") -> None:
        """Replace the session's state."""
        keys = " ".join(key.hex() or "-" for key in (tx, first, second))
        self.say(f"set {mode} {keys}")

    def frame(self, way: str, frame: bytes) -> Result:
        """Run a frame through a program: in, out, detour, or super (out, yet unsegmented)."""
        words = self.say(f"{way} {frame.hex()}").split(" ")
        return Result(int(words[0]), bytes.fromhex(words[1]), words[2])

    def stats(self) -> dict[str, int]:
        """Return the session's counters."""
        pairs = (word.split("=") for word in self.say("stats").split())
        return {name: int(count) for name, count in pairs}

    def kill(self) -> None:
        """End the process as a crash would."""
        self.process.kill()
        self.process.communicate(timeout=DEADLINE)


def forbidden() -> str:
    """Return why this machine can not run the programs, "" if it can."""
    if os.geteuid():
        return "loading BPF programs needs root"
    try:
        with World():
            return ""
    except PermissionError as error:
        return f"no namespace with a BPF file system to be had: {error}"
