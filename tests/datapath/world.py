# SPDX-License-Identifier: GPL-2.0-or-later
"""A network namespace of a guest with a BPF file system, and shroud-testrun in it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol

from tests.testbed import product, toolchain
from tests.testbed.machine import Machine
from tests.testbed.machine import Result as Ended

NEXT = -1
DROP = 2
REDIRECT = 7
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Guest:
    """A machine with the programs under test in it: the guest's paths, the host's of the object."""

    machine: Machine
    obj: str
    decoy: str
    testrun: str
    local_obj: Path


def install(machine: Machine) -> Guest:
    """Build the data path and put it into the guest."""
    built = toolchain.REPOSITORY / product.build(arch=machine.arch) / "datapath"
    obj = built / "shroud.bpf.o"
    testrun = machine.put(built / "shroud-testrun")
    decoy = machine.put(built / "decoy.bpf.o")
    return Guest(machine, machine.put(obj), decoy, testrun, obj)


class World:
    """One network namespace with a BPF file system of its own, gone when left."""

    def __init__(self, guest: Guest) -> None:
        self.guest = guest
        self.name = f"world{next(_numbers)}"
        self.bpffs = f"/run/{self.name}/bpf"

    def __enter__(self) -> World:
        self.guest.machine.script(
            f"ip netns add {self.name}; mkdir -p {self.bpffs}; mount -t bpf bpf {self.bpffs}"
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.guest.machine.script(f"umount -l {self.bpffs} || true; ip netns delete {self.name}")

    def attempt(self, *argv: str) -> Ended:
        """Run a command inside, which may fail."""
        return self.guest.machine.run(argv, ns=self.name, check=False)

    def run(self, *argv: str) -> str:
        """Run a command inside; return its standard output."""
        return self.guest.machine.run(argv, ns=self.name).stdout

    def add_pair(self, near: str = "wan0", far: str = "wan1") -> None:
        """Add a veth pair and set it up, without the kernel's own IPv6 packets."""
        self.run("ip", "link", "add", near, "type", "veth", "peer", "name", far)
        for name in (near, far):
            path = f"/proc/sys/net/ipv6/conf/{name}/disable_ipv6"
            self.run("sh", "-c", f"[ ! -e {path} ] || echo 1 >{path}")
            self.run("ip", "link", "set", name, "up")

    def command(self, device: str = "wan0", *options: str, obj: str = "") -> list[str]:
        """Return shroud-testrun's command."""
        return [self.guest.testrun, device, obj or self.guest.obj, self.bpffs, *options]

    def testrun(self, device: str = "wan0", *options: str, obj: str = "") -> Testrun:
        """Start shroud-testrun on a device. Raises RefusedError."""
        argv = self.command(device, *options, obj=obj)
        return Testrun(self.guest.machine.converse(argv, ns=self.name))

    def refusal(self, device: str = "wan0", *options: str, obj: str = "") -> str:
        """Return why shroud-testrun does not start: errno and sentence."""
        try:
            with self.testrun(device, *options, obj=obj):
                raise AssertionError("shroud-testrun has started")
        except RefusedError as error:
            return str(error)


@dataclass(frozen=True)
class Result:
    """What became of a frame."""

    verdict: int
    frame: bytes
    counter: str


class RefusedError(Exception):
    """shroud-testrun answered with an error: its errno and sentence."""


def _accepted(line: str) -> str:
    """What follows "ok"; raises RefusedError."""
    status, _, rest = line.partition(" ")
    if status != "ok":
        raise RefusedError(rest)
    return rest


class Answering(Protocol):
    """A process, in a guest or here, that answers lines with lines."""

    def ask(self, text: str = "", answers: int = 1) -> list[str]:
        """Write `text` to it and return the next `answers` lines."""

    def close(self) -> int:
        """End its input and wait for its end."""

    def kill(self) -> None:
        """End it."""


class Testrun:
    """A running shroud-testrun, or what takes its commands."""

    __test__ = False

    def __init__(self, dialogue: Answering) -> None:
        self.dialogue = dialogue
        try:
            self.device = _accepted(dialogue.ask()[0])
        except RefusedError:
            dialogue.close()
            raise

    def __enter__(self) -> Testrun:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.dialogue.close()

    def say(self, command: str) -> str:
        """Give one command; return what follows "ok". Raises RefusedError."""
        return _accepted(self.dialogue.ask(command + "\n")[0])

    def set(
        self,
        mode: str,
        tx: bytes = b"",
        first: bytes = b"",
        second: bytes = b"",
        *,
        lcp: bool = False,
    ) -> None:
        """Replace the session's state, in framing lcp or not."""
        keys = " ".join(key.hex() or "-" for key in (tx, first, second))
        self.say(f"set {mode} {keys}{' lcp' if lcp else ''}")

    def frames(self, way: str, frames: Iterable[bytes]) -> list[Result]:
        """Run frames through a program: in, out, super (out, unsegmented), merged (in, several)."""
        commands = [f"{way} {frame.hex()}\n" for frame in frames]
        text = "".join([f"batch {len(commands)}\n", *commands])
        answers = map(_accepted, self.dialogue.ask(text, len(commands)))
        words = (answer.split(" ") for answer in answers)
        return [Result(int(verdict), bytes.fromhex(hexed), name) for verdict, hexed, name in words]

    def frame(self, way: str, frame: bytes) -> Result:
        """Run one frame through a program."""
        return self.frames(way, [frame])[0]

    def stats(self) -> dict[str, int]:
        """Return the session's counters."""
        pairs = (word.split("=") for word in self.say("stats").split())
        return {name: int(count) for name, count in pairs}

    def kill(self) -> None:
        """End the process as a crash would."""
        self.dialogue.kill()


@contextmanager
def running(guest: Guest, *options: str, obj: str = "") -> Iterator[Testrun]:
    """A test runner in a namespace of its own."""
    with World(guest) as namespace:
        namespace.add_pair()
        with namespace.testrun("wan0", *options, obj=obj) as run:
            yield run


@contextmanager
def running_decoy(guest: Guest) -> Iterator[Testrun]:
    """A test runner of the programs of mode decoy."""
    with running(guest, "decoy", obj=guest.decoy) as run:
        yield run
