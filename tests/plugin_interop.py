# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin's state machine in C, on a pipe, and the reference in Python behind one interface."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pppshroud.cover import KeySet
from pppshroud.decoy.keys import SideKeys
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
from pppshroud.handshake.keys import DirectionKeys
from pppshroud.message import pull_message, push_message
from pppshroud.params import Offer
from pppshroud.vectors.material import octets
from pppshroud.wire import KEYSET_LEN, Framing, Mode
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


@dataclass(frozen=True)
class Wish:
    """What an end offers or allows, the first wanted most."""

    modes: tuple[Mode, ...] = (Mode.HEAD,)
    framings: tuple[Framing, ...] = (Framing.PPP,)

    @property
    def words(self) -> list[str]:
        """The same as the plugin's options have it."""
        names = {Framing.PPP: "native", Framing.LCP: "lcp"}
        modes = ",".join(mode.name.lower() for mode in self.modes)
        return [modes, ",".join(names[framing] for framing in self.framings)]


def octets_of(keys: DirectionKeys) -> bytes:
    """Return a direction's keys as the plugin has them."""
    if isinstance(keys, KeySet):
        return keys.octets
    common = keys.common
    shared = common.address4 + common.address6 + common.port + common.name
    return keys.noise.octets + keys.payload.octets + keys.short + shared


@dataclass
class Reference:
    """The Python side."""

    role: str
    wish: Wish = field(default_factory=Wish)
    sent: list[bytes] = field(default_factory=list)
    done: list[Action] = field(default_factory=list)

    def __post_init__(self) -> None:
        modes, framings = self.wish.modes, self.wish.framings
        self.state: cpe.Cpe | lns.Lns = (
            cpe.Cpe(CpeConfig(offer=Offer(modes, framings)))
            if self.role == "cpe"
            else lns.Lns(LnsConfig(STATIC, modes=modes, framings=framings))
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
        assert line.send is not None
        return octets_of(line.send), octets_of(line.receive[0])

    @property
    def settled(self) -> tuple[str, bool, bool]:
        """The state, whether the keys are decoy's, whether the framing is lcp."""
        line = self.state.line
        decoy = isinstance(line.send, SideKeys)
        return self.state.phase.value, decoy, line.framing == Framing.LCP

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

    @property
    def settled(self) -> tuple[str, bool, bool]:
        decoy = self.covered and len(self.keys[0]) > KEYSET_LEN
        return self.state, decoy, self.cover[4] == "lcp"


@contextmanager
def compiled(role: str, wish: Wish | None = None) -> Iterator[Compiled]:
    words = (wish or Wish()).words
    argv = [str(program()), role, "prefer", STATIC.hex(), str(REKEY), *words]
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
