# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin's state machines in C against the reference in Python, over a pipe, in both roles."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from pppshroud.cover import KeySet
from pppshroud.handshake import cpe, lns
from pppshroud.handshake.answer import LnsConfig
from pppshroud.handshake.cpe import CpeConfig
from pppshroud.handshake.events import (
    ENTROPY_LEN,
    Action,
    CloseLink,
    Event,
    LcpDown,
    MessageArrived,
    NetworkPhase,
    RecordKey,
    Send,
    Tick,
)
from pppshroud.keys import push_key
from pppshroud.known import load_known, record_known
from pppshroud.message import pull_message, push_message
from pppshroud.noise import public_key
from pppshroud.vectors.material import octets
from tests.testbed import toolchain

STATIC = octets("the LNS of the interop test", 32)
REKEY = 60  # the interval of the C side, in either role; the Python side's is 3600
BUILD = "build/product/check"


@cache
def program() -> Path:
    """The C machine as a program for any Linux."""
    toolchain.run(["make", "peer", "CC=gcc", f"BUILD=/src/{BUILD}"], cwd="src/plugin")
    return toolchain.REPOSITORY / BUILD / "check/peer"


def make(*targets: str) -> subprocess.CompletedProcess[str]:
    """Run a target of the plugin's Makefile in the build image."""
    variables = [f"BUILD=/src/{BUILD}", "CC=gcc"]
    return toolchain.run(["make", *targets, *variables], cwd="src/plugin")


@dataclass
class Reference:
    """The Python side."""

    role: str
    sent: list[bytes] = field(default_factory=list)
    done: list[Action] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state: cpe.Cpe | lns.Lns = (
            cpe.Cpe(CpeConfig()) if self.role == "cpe" else lns.Lns(LnsConfig(STATIC))
        )

    def tell(self, now: float, name: str, packet: bytes = b"") -> None:
        events: dict[str, Event] = {"network": NetworkPhase(), "timer": Tick(), "down": LcpDown()}
        event = events[name] if name in events else MessageArrived(pull_message(packet))
        entropy = random.randbytes(ENTROPY_LEN)
        if isinstance(self.state, cpe.Cpe):
            self.state, actions = cpe.step(self.state, event, now, entropy)
        else:
            self.state, actions = lns.step(self.state, event, now, entropy)
        self.done += actions
        self.sent += [push_message(a.message, 1, 0) for a in actions if isinstance(a, Send)]

    @property
    def deadline(self) -> float | None:
        return self.state.deadline

    @property
    def covered(self) -> bool:
        return self.state.phase.value == "covered"

    @property
    def keys(self) -> tuple[bytes, bytes]:
        """Of sending, and the first of receiving."""
        line = self.state.line
        send, receive = line.send, line.receive[0]
        assert isinstance(send, KeySet)
        assert isinstance(receive, KeySet)
        return send.octets, receive.octets

    @property
    def closed(self) -> bool:
        return any(isinstance(action, CloseLink) for action in self.done)

    @property
    def recorded(self) -> list[bytes]:
        return [action.key for action in self.done if isinstance(action, RecordKey)]


@dataclass
class Compiled:
    """The C side."""

    process: subprocess.Popen[str]
    sent: list[bytes] = field(default_factory=list)
    recorded: list[bytes] = field(default_factory=list)
    deadline: float | None = None
    state: str = "idle"
    cover: list[str] = field(default_factory=list)
    closed: bool = False

    def tell(self, now: float, name: str, packet: bytes = b"") -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{round(now * 1000)} {name} {packet.hex()}\n")
        self.process.stdin.flush()
        for row in self.process.stdout:
            word, *rest = row.split()
            if word == "send":
                self.sent.append(bytes.fromhex(rest[0]))
            elif word == "cover":
                self.cover = rest
            elif word == "record":
                self.recorded.append(bytes.fromhex(rest[0]))
            elif word == "close":
                self.closed = True
            elif word == "deadline":
                self.deadline = None if rest[0] == "never" else int(rest[0]) / 1000
            elif word == "state":
                self.state = rest[0]
                return
        raise AssertionError("the C machine ended")

    @property
    def covered(self) -> bool:
        return self.state == "covered"

    @property
    def keys(self) -> tuple[bytes, bytes]:
        return bytes.fromhex(self.cover[1]), bytes.fromhex(self.cover[2])


@contextmanager
def compiled(role: str) -> Iterator[Compiled]:
    argv = [str(program()), role, "prefer", STATIC.hex(), str(REKEY)]
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=sys.stderr, text=True
    ) as process:
        try:
            yield Compiled(process)
        finally:
            process.kill()


Side = Reference | Compiled


def play(sides: list[Side], seconds: float, loss: float, now: float = 1.0) -> float:
    """Deliver what is sent, or lose it, and let time pass from deadline to deadline."""
    end = now + seconds
    while True:
        for sender, receiver in (sides, sides[::-1]):
            while sender.sent:
                packet = sender.sent.pop(0)
                if random.random() >= loss:
                    receiver.tell(now, "message", packet)
        if any(side.sent for side in sides):
            continue
        now = min((side.deadline for side in sides if side.deadline is not None), default=end)
        if now >= end or any(side.closed for side in sides):
            return end
        for side in sides:
            if side.deadline is not None and side.deadline <= now:
                side.tell(now, "timer")


def agreed(sides: list[Side]) -> bool:
    mine, other = sides
    return mine.keys == other.keys[::-1]


@pytest.mark.parametrize("role", ["cpe", "lns"])
def test_handshake_and_rekeys_against_the_reference(role: str) -> None:
    with compiled(role) as ours:
        theirs = Reference("lns" if role == "cpe" else "cpe")
        sides: list[Side] = [ours, theirs]
        theirs.tell(1.0, "network")
        ours.tell(1.0, "network")
        now = play(sides, 1, 0.0)
        assert ours.covered
        assert theirs.covered
        assert agreed(sides)
        first = ours.keys
        play(sides, 200, 0.0, now)
        assert ours.covered
        assert theirs.covered
        assert agreed(sides)
        assert not set(first) & set(ours.keys), "the keys have not changed"
        at_cpe = ours if role == "cpe" else theirs
        assert at_cpe.recorded == [public_key(STATIC)]


@pytest.mark.parametrize("role", ["cpe", "lns"])
@pytest.mark.parametrize("seed", range(8))
def test_lossy_line_against_the_reference(role: str, seed: int) -> None:
    """One message in three is lost: in the end they agree, or the link is closed."""
    random.seed(seed)
    with compiled(role) as ours:
        theirs = Reference("lns" if role == "cpe" else "cpe")
        sides: list[Side] = [ours, theirs]
        theirs.tell(1.0, "network")
        ours.tell(1.0, "network")
        now = play(sides, 900, 0.33)
        play(sides, 30, 0.0, now)  # a rekey may have been under way
        if not any(side.closed for side in sides) and ours.covered and theirs.covered:
            assert agreed(sides)
        else:
            assert any(side.closed for side in sides) or not (ours.covered or theirs.covered)


def known(*arguments: str) -> str:
    """Run the C record of known keys."""
    command = [str(program().with_name("known")), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def test_one_record_of_known_keys(tmp_path: Path) -> None:
    """Either implementation reads and continues what the other has written."""
    path = tmp_path / "known"
    first, second = public_key(STATIC), STATIC
    known(str(path), "wan/me@isp", push_key(first))
    assert load_known(path, "wan/me@isp") == (first,)
    record_known(path, "wan2/a b", second)
    assert known(str(path), "wan2/a b").split() == [push_key(second)]
    known(str(path), "b", push_key(second))
    assert load_known(path, "wan/me@isp") == (first,)
    assert load_known(path, "wan2/a b") == load_known(path, "b") == (second,)


def test_unit_tests() -> None:
    """Vectors, tables and files, in C under AddressSanitizer and UBSan."""
    assert make("check").stdout.count(" 0 failed") == 6
