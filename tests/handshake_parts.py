# SPDX-License-Identifier: GPL-2.0-or-later
"""One state machine at a time: the messages of the other side are made here, by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pppshroud.cover import DataKeys
from pppshroud.handshake import cpe, lns
from pppshroud.handshake.answer import LnsConfig
from pppshroud.handshake.events import (
    Action,
    Event,
    MessageArrived,
    NetworkPhase,
    Phase,
    Report,
    Send,
    Why,
)
from pppshroud.message import Message, Received, pull_message, push_message
from pppshroud.noise import (
    public_key,
    read_init,
    read_resp,
    rekey_proof,
    seal,
    write_init,
    write_resp,
)
from pppshroud.params import Choice, Offer, push_choice, push_offer
from pppshroud.vectors.material import octets
from pppshroud.wire import CHAIN_LEN, Kind, Mode

STATIC = octets("static", 32)
PUBLIC = public_key(STATIC)
FIRST = bytes(CHAIN_LEN)


def arrived(message: Message) -> MessageArrived:
    """Return the event of a message, by way of its octets."""
    return MessageArrived(pull_message(push_message(message, 7, 0)))


@dataclass
class Run:
    """A state machine, the time, and what it did at the last event."""

    state: cpe.Cpe | lns.Lns
    now: float = 100.0
    done: tuple[Action, ...] = ()
    count: int = 0

    def on(self, event: Event | Message, after: float = 0.0) -> tuple[Action, ...]:
        """Let something happen; return the actions."""
        self.now += after
        self.count += 1
        entropy = octets(f"entropy {self.count}", 40)
        event = arrived(event) if isinstance(event, Message) else event
        if isinstance(self.state, cpe.Cpe):
            self.state, self.done = cpe.step(self.state, event, self.now, entropy)
        else:
            self.state, self.done = lns.step(self.state, event, self.now, entropy)
        return self.done

    def sent(self) -> list[Message]:
        """Return the messages sent at the last event."""
        return [action.message for action in self.done if isinstance(action, Send)]


def start_cpe(config: cpe.CpeConfig | None = None, known: tuple[bytes, ...] = ()) -> Run:
    """Return a CPE that has just sent INIT."""
    run = Run(cpe.Cpe(config or cpe.CpeConfig(), known))
    run.on(NetworkPhase())
    return run


def start_lns(config: LnsConfig | None = None) -> Run:
    """Return an LNS in the network phase."""
    run = Run(lns.Lns(config or LnsConfig(STATIC)))
    run.on(NetworkPhase())
    return run


@dataclass(frozen=True)
class Reply:
    """What an LNS has to say to an INIT."""

    resp: Message
    done: Message
    confirm_key: bytes
    keys: DataKeys


def reply(
    init: Message, static: bytes = STATIC, choice: Choice | None = None, chain: bytes = FIRST,
    payload: bytes | None = None,
) -> Reply:  # fmt: skip
    """Answer an INIT as an LNS."""
    choice = choice or Choice()
    state, remote, _ = read_init(init.prologue, init.body)
    tail = push_choice(choice) if payload is None else payload
    state, body = write_resp(state, remote, octets("lns ephemeral", 32), static, tail)
    confirm_key, done_key = state.split()
    done = replace(init, kind=Kind.DONE, body=seal(done_key, 0, b"", b""))
    keys = DataKeys.split(state.data_keys(Mode.HEAD, chain))
    return Reply(replace(init, kind=Kind.RESP, body=body), done, confirm_key, keys)


class Caller:
    """A CPE made by hand."""

    def __init__(self, handshake_id: int = 1, offer: Offer | None = None) -> None:
        self.ephemeral = octets(f"caller {handshake_id}", 32)
        self.offer = offer or Offer()
        blank = Message(Kind.INIT, handshake_id)
        self.noise, body = write_init(blank.prologue, self.ephemeral, push_offer(self.offer))
        self.init = replace(blank, body=body)

    @classmethod
    def rekey(cls, handshake_id: int, chain: bytes) -> Caller:
        """Return one that knows the chain of the handshake before."""
        ephemeral = public_key(octets(f"caller {handshake_id}", 32))
        return cls(handshake_id, Offer(proof=rekey_proof(chain, handshake_id, ephemeral)))

    def take(self, resp: Message, chain: bytes = FIRST) -> tuple[Message, DataKeys]:
        """Return CONFIRM and the data keys."""
        state, static, _ = read_resp(self.noise, self.ephemeral, resp.body)
        assert static == PUBLIC
        confirm_key, _ = state.split()
        confirm = replace(self.init, kind=Kind.CONFIRM, body=seal(confirm_key, 0, b"", b""))
        return confirm, DataKeys.split(state.data_keys(Mode.HEAD, chain))


def received(message: Message) -> Received:
    """Return a message as it arrives."""
    return arrived(message).received


def phase(run: Run) -> Phase:
    """Return where a state machine is."""
    return run.state.phase


def why(run: Run) -> list[Why | None]:
    """Return what was reported at the last event."""
    return [action.why for action in run.done if isinstance(action, Report)]


def aborts(run: Run) -> list[int]:
    """Return the reasons of the ABORTs sent at the last event."""
    return [message.body[0] for message in run.sent() if message.kind is Kind.ABORT]


def wait_done(config: cpe.CpeConfig | None = None) -> tuple[Run, Message]:
    """A CPE that has taken a RESP, and the DONE that it waits for."""
    run = start_cpe(config)
    answer = reply(run.sent()[0])
    run.on(answer.resp)
    return run, answer.done


def covered_cpe(config: cpe.CpeConfig | None = None) -> Run:
    run, done = wait_done(config)
    run.on(done)
    return run


def wait_confirm(config: LnsConfig | None = None) -> tuple[Run, Message, DataKeys]:
    """An LNS that has sent RESP, the CONFIRM it waits for, and the keys."""
    run = start_lns(config)
    caller = Caller()
    run.on(caller.init)
    confirm, keys = caller.take(run.sent()[0])
    return run, confirm, keys


def covered_lns(config: LnsConfig | None = None) -> tuple[Run, Message, DataKeys]:
    """An LNS after CONFIRM."""
    run, confirm, keys = wait_confirm(config)
    run.on(confirm)
    return run, confirm, keys
