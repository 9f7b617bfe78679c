# SPDX-License-Identifier: GPL-2.0-or-later
"""A CPE and an LNS on a simulated line that loses, repeats, delays and reorders packets."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from pppshroud.handshake import cpe, lns
from pppshroud.handshake.answer import LnsConfig
from pppshroud.handshake.events import (
    ENTROPY_LEN,
    Action,
    CloseLink,
    Event,
    LcpDown,
    Line,
    MessageArrived,
    NcpOpened,
    NetworkPhase,
    OpenNcps,
    Path,
    Phase,
    PlainNcp,
    RecordKey,
    Report,
    SaveOffence,
    Send,
    SetLine,
    Tick,
    Why,
)
from pppshroud.handshake.keys import DirectionKeys
from pppshroud.message import pull_message, push_message
from pppshroud.vectors.material import octets

STATIC = octets("the LNS", 32)
REOPEN = 1.0  # seconds until LCP is open again
NCP_RETRY = 3.0
DATA_INTERVAL = 0.25


@dataclass
class Weather:
    """What the line does to a packet."""

    loss: float = 0.0
    repeat: float = 0.0
    delay: float = 0.01  # seconds at most; more than that between two packets keeps them in order


@dataclass
class Side:
    """One end: its state, its data path, and what it was told to do."""

    state: cpe.Cpe | lns.Lns
    line: Line = field(default_factory=Line)
    done: list[Action] = field(default_factory=list)
    was_covered: bool = False  # since LCP opened
    received: int = 0  # data frames
    lost: int = 0  # data frames that came while the path was covered and fitted no key
    early: int = 0  # the same while it was blocked: the LNS waits for CONFIRM


class World:
    """Both ends and the time."""

    def __init__(
        self,
        seed: int = 0,
        weather: Weather | None = None,
        cpe_config: cpe.CpeConfig | None = None,
        lns_config: LnsConfig | None = None,
        known: tuple[bytes, ...] = (),
    ) -> None:
        self.random = random.Random(seed)
        self.weather = weather or Weather()
        self.now = 0.0
        self.queue: list[tuple[float, int, Callable[[], None]]] = []
        self.count = 0
        self.epoch = 0  # how often LCP has opened: a frame of an earlier one is void
        self.closed: list[Why] = []
        self.cpe = Side(cpe.Cpe(cpe_config or cpe.CpeConfig(), known))
        self.lns = Side(lns.Lns(lns_config or LnsConfig(STATIC, rekey=60)))
        self.open_lcp()

    def at(self, delay: float, act: Callable[[], None]) -> None:
        """Do something later, unless LCP closes before."""
        epoch = self.epoch
        self.count += 1
        guarded = lambda: act() if epoch == self.epoch else None  # noqa: E731
        heapq.heappush(self.queue, (self.now + delay, self.count, guarded))

    def other(self, side: Side) -> Side:
        """Return the other end."""
        return self.lns if side is self.cpe else self.cpe

    def run(self, seconds: float) -> None:
        """Let time pass."""
        end = self.now + seconds
        while True:
            due = [side.state.deadline for side in (self.cpe, self.lns)]
            times = [time for time in due if time is not None] + [q[0] for q in self.queue[:1]]
            self.now = max(self.now, min([*times, end]))
            if self.now >= end and not any(time < end for time in times):
                return
            for side in (self.cpe, self.lns):
                if side.state.deadline is not None and side.state.deadline <= self.now:
                    self.happen(side, Tick())
            while self.queue and self.queue[0][0] <= self.now:
                heapq.heappop(self.queue)[2]()

    def happen(self, side: Side, event: Event) -> None:
        """Step one state machine and do what it wants."""
        entropy = self.random.randbytes(ENTROPY_LEN)
        if isinstance(side.state, cpe.Cpe):
            side.state, actions = cpe.step(side.state, event, self.now, entropy)
        else:
            side.state, actions = lns.step(side.state, event, self.now, entropy)
        side.done += actions
        for action in actions:
            self.carry_out(side, action)

    def carry_out(self, side: Side, action: Action) -> None:
        """Do one action."""
        match action:
            case Send():
                packet = push_message(action.message, self.count & 0xFF, 0)
                self.transmit(side, lambda: self.deliver(self.other(side), packet))
            case SetLine():
                self.set_line(side, action.line)
            case OpenNcps(Path.PLAIN):
                self.send_plain_ncp(side)
            case CloseLink():
                self.closed.append(action.why)
                self.close_lcp()
            case OpenNcps() | RecordKey() | SaveOffence() | Report():
                pass

    def set_line(self, side: Side, line: Line) -> None:
        """Take over a data path, which never goes from covered to plain."""
        side.line = line
        side.was_covered |= line.path is Path.COVERED
        assert not (side.was_covered and line.path is Path.PLAIN), "plain after covered"
        assert (line.path is Path.COVERED) == (line.send is not None)
        assert len(line.receive) <= 2

    def transmit(self, side: Side, arrive: Callable[[], None]) -> None:
        """Put a packet on the line."""
        for _ in range(2 if self.random.random() < self.weather.repeat else 1):
            if self.random.random() >= self.weather.loss:
                self.at(self.random.uniform(0.001, self.weather.delay), arrive)

    def deliver(self, side: Side, packet: bytes) -> None:
        """Hand an LCP packet over."""
        self.happen(side, MessageArrived(pull_message(packet)))

    def open_lcp(self) -> None:
        """Both sides reach the network phase, the LNS a little earlier."""
        self.epoch += 1
        for side in (self.cpe, self.lns):
            side.was_covered = False
        self.happen(self.lns, NetworkPhase())
        self.at(0.02, lambda: self.happen(self.cpe, NetworkPhase()))
        self.at(DATA_INTERVAL, self.send_data)

    def close_lcp(self, *, lost: bool = False) -> None:
        """LCP goes down at both ends, and opens again."""
        self.epoch += 1
        for side in (self.cpe, self.lns):
            self.happen(side, LcpDown(lost))
            assert side.line == Line(), "the data path is not blocked"
        self.at(REOPEN, self.open_lcp)

    def send_data(self) -> None:
        """Both ends send a frame under their present key, if they may."""
        for side in (self.cpe, self.lns):
            if side.line.path is Path.COVERED and side.line.send is not None:
                self.transmit(side, self.data_frame(self.other(side), side.line.send))
        self.at(DATA_INTERVAL, self.send_data)

    def data_frame(self, side: Side, keys: DirectionKeys) -> Callable[[], None]:
        """Return the arrival of a frame under `keys`."""

        def arrive() -> None:
            if keys in side.line.receive:
                side.received += 1
            elif side.line.path is Path.COVERED:
                side.lost += 1
            else:
                side.early += 1

        return arrive

    def send_plain_ncp(self, side: Side) -> None:
        """An NCP in plain repeats its request until the other end is in plain as well."""
        if side.line.path is not Path.PLAIN:
            return

        def arrive() -> None:
            self.happen(self.other(side), PlainNcp())
            if self.other(side).line.path is Path.PLAIN:
                self.happen(self.other(side), NcpOpened())

        self.transmit(side, arrive)
        if self.other(side).line.path is not Path.PLAIN:
            self.at(NCP_RETRY, lambda: self.send_plain_ncp(side))

    @property
    def phases(self) -> tuple[Phase, Phase]:
        """Where the two ends are."""
        return self.cpe.state.phase, self.lns.state.phase

    @property
    def losses(self) -> int:
        """How many frames came that fitted no key."""
        return sum(side.lost + side.early for side in (self.cpe, self.lns))

    def assert_agreed(self) -> None:
        """Both ends are covered and each can read what the other sends."""
        assert self.phases == (Phase.COVERED, Phase.COVERED)
        assert self.cpe.line.send in self.lns.line.receive
        assert self.lns.line.send in self.cpe.line.receive
