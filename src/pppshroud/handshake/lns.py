# SPDX-License-Identifier: GPL-2.0-or-later
"""The LNS's state machine: protocol sections 5.3, 5.4 and 5.6."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from pppshroud.handshake.answer import Answer, LnsConfig, answer_init, refuse_init
from pppshroud.handshake.attempt import authenticates
from pppshroud.handshake.events import (
    Actions,
    Event,
    LcpDown,
    Level,
    Line,
    MessageArrived,
    Mismatch,
    NcpOpened,
    NetworkPhase,
    OpenNcps,
    Path,
    Phase,
    PlainNcp,
    Policy,
    Send,
    SetLine,
    Tick,
    Why,
)
from pppshroud.handshake.settle import close, settle_plain
from pppshroud.message import Message, Received
from pppshroud.wire import (
    INIT_RATE_COUNT,
    INIT_RATE_SECONDS,
    KEY_MAX_AGE,
    LNS_WAIT,
    OVERLAP,
    VERSION,
    Abort,
    Kind,
)


@dataclass(frozen=True)
class Session:
    """The handshake whose keys are in use."""

    answer: Answer
    confirm: bytes  # the CONFIRM that completed it, from Kind on
    repeat_until: float  # how long its repetitions are answered
    overlap_until: float | None = None


@dataclass(frozen=True)
class Lns:
    """The state of one session."""

    config: LnsConfig
    line: Line = field(default_factory=Line)
    up: bool = False  # in the network phase
    closing: bool = False  # until LCP is down
    ncp_opened: bool = False
    wait_until: float | None = None
    answer: Answer | None = None  # a handshake that waits for CONFIRM
    session: Session | None = None
    agreed: Session | None = None  # the handshake that has chosen mode plain
    computed: tuple[float, ...] = ()  # when handshakes were computed, of late

    @property
    def phase(self) -> Phase:
        """The state of section 5.3. A rekey goes on within covered."""
        if self.session is not None:
            return Phase.COVERED
        if self.answer is not None:
            return Phase.WAIT_CONFIRM
        return Phase.PLAIN if self.line.path is Path.PLAIN else Phase.IDLE

    @property
    def deadline(self) -> float | None:
        """When the next Tick is due."""
        return min(self._deadlines(), default=None)

    def _deadlines(self) -> Iterator[float]:
        if self.wait_until is not None:
            yield self.wait_until
        if self.answer is not None:
            yield self.answer.until
        if self.session is not None:
            yield self.session.answer.born + KEY_MAX_AGE
            if self.session.overlap_until is not None:
                yield self.session.overlap_until


Step = tuple[Lns, Actions]


def step(state: Lns, event: Event, now: float, entropy: bytes) -> Step:
    """Return the next state, and what to do now in this order."""
    match event:
        case LcpDown():
            result: Step = Lns(state.config), (SetLine(Line()),)
        case NetworkPhase() if not state.up and not state.closing:
            result = _begin(state, now)
        case MessageArrived() if state.up:
            result = _receive(state, event.received, now, entropy)
        case PlainNcp() if state.up:
            result = _receive_plain_ncp(state)
        case NcpOpened():
            result = replace(state, ncp_opened=True), ()
        case Mismatch() if state.line.path is Path.COVERED:
            result = _close(state, Why.MISMATCH, "no covered frame could be read for a minute")
        case Tick():
            result = _tick(state, now)
        case _:
            result = state, ()
    return result


def _begin(state: Lns, now: float) -> Step:
    state = replace(state, up=True, wait_until=now + LNS_WAIT)
    if state.config.policy is Policy.OFF:
        return _settle_plain(state, Why.OFF, "", Level.INFO)
    return state, ()


def _receive_plain_ncp(state: Lns) -> Step:
    if state.phase is Phase.IDLE:
        return _settle_plain(state, Why.NO_SHROUD, "it sent a plain NCP packet")
    if state.phase is Phase.WAIT_CONFIRM:
        return _settle_plain(state, Why.GAVE_UP, "it sent a plain NCP packet")
    return state, ()


def _receive(state: Lns, received: Received, now: float, entropy: bytes) -> Step:
    message = received.message
    result: Step = state, ()
    if message.kind is Kind.INIT and state.phase is Phase.COVERED:
        result = _receive_rekey(state, received, now, entropy)
    elif message.kind is Kind.INIT:
        result = _receive_init(state, received, now, entropy)
    elif message.kind is Kind.CONFIRM and message.is_ours:
        result = _receive_confirm(state, received, now)
    elif message.kind is Kind.ABORT and _ends_wait(state, message):
        result = _settle_plain(state, Why.GAVE_UP, "it sent ABORT")
    return result


def _receive_init(state: Lns, received: Received, now: float, entropy: bytes) -> Step:
    if state.answer is not None and received.repeat == state.answer.init:
        return state, (Send(state.answer.resp),)
    opened = state.ncp_opened or state.agreed is not None
    refusal = refuse_init(state.config, received.message, opened=opened)
    if refusal is not None:
        return state, (_abort(received.message, refusal),)
    state, answer = _answer(state, received, now, entropy)
    if answer is None:
        return state, ()
    line = Line(Path.BLOCKED, None, (answer.keys.up,) if answer.keys else ())
    state = replace(state, line=line, wait_until=None, answer=answer)
    return state, (SetLine(line), Send(answer.resp))


def _receive_rekey(state: Lns, received: Received, now: float, entropy: bytes) -> Step:
    """Section 5.6, step 2: nothing is installed, and a wrong PROOF gets no answer at all."""
    if state.answer is not None and received.repeat == state.answer.init:
        return state, (Send(state.answer.resp),)
    assert state.session is not None
    before = state.session.answer
    if not before.proves(received.message):
        return state, ()
    if refuse_init(state.config, received.message, before=before) is not None:
        return state, (_abort(received.message, Abort.MODE),)
    state, answer = _answer(state, received, now, entropy, before)
    if answer is None:
        return state, ()
    return replace(state, answer=answer), (Send(answer.resp),)


def _answer(
    state: Lns, received: Received, now: float, entropy: bytes, before: Answer | None = None
) -> tuple[Lns, Answer | None]:
    """Compute RESP, if there were not too many of late and the CPE's key is sound."""
    computed = tuple(time for time in state.computed if now - time < INIT_RATE_SECONDS)
    if len(computed) >= INIT_RATE_COUNT:
        return state, None
    answer = answer_init(state.config, received, entropy, now, before)
    return replace(state, computed=(*computed, now)), answer


def _receive_confirm(state: Lns, received: Received, now: float) -> Step:
    session, answer = state.session, state.answer
    last = session or state.agreed
    if last is not None and received.repeat == last.confirm:
        return state, (Send(last.answer.done),) if now < last.repeat_until else ()
    if answer is None or not _is_of(received.message, answer):
        return state, ()
    if not authenticates(answer.confirm_key, received.message):
        return state, ()
    new = Session(answer, received.repeat, now + OVERLAP)
    keys = answer.keys
    if keys is None:
        return _agree(state, new)
    line = Line(Path.COVERED, keys.down, (keys.up,), answer.framing)
    opening: Actions = (OpenNcps(Path.COVERED),)
    if session is not None:
        line = replace(line, receive=(keys.up, state.line.receive[0]))
        new, opening = replace(new, overlap_until=now + OVERLAP), ()
    state = replace(state, line=line, answer=None, session=new)
    return state, (SetLine(line), Send(answer.done), *opening)


def _agree(state: Lns, new: Session) -> Step:
    """Settle as plain because both ends want that: docs/decoy.md section 12."""
    line, actions = settle_plain(
        state.config.policy, Why.AGREED, "", Level.INFO, new.answer.framing
    )
    return replace(state, line=line, answer=None, agreed=new), (Send(new.answer.done), *actions)


def _tick(state: Lns, now: float) -> Step:
    session = state.session
    if state.wait_until is not None and now >= state.wait_until:
        return _settle_plain(state, Why.NO_SHROUD, f"no INIT came in {LNS_WAIT} s")
    if state.answer is not None and now >= state.answer.until:
        if session is None:
            return _close(state, Why.NO_CONFIRM, "RESP was sent, CONFIRM did not come")
        state = replace(state, answer=None)
    if session is None:
        return state, ()
    if now >= session.answer.born + KEY_MAX_AGE:
        return _close(state, Why.OLD_KEYS, "the CPE did not rekey")
    if session.overlap_until is None or now < session.overlap_until:
        return state, ()
    line = replace(state.line, receive=state.line.receive[:1])
    state = replace(state, line=line, session=replace(session, overlap_until=None))
    return state, (SetLine(line),)


def _settle_plain(state: Lns, why: Why, text: str, level: Level = Level.WARNING) -> Step:
    line, actions = settle_plain(state.config.policy, why, text, level)
    plain = line.path is Path.PLAIN
    return Lns(state.config, line, plain, not plain, computed=state.computed), actions


def _close(state: Lns, why: Why, text: str) -> Step:
    return Lns(state.config, closing=True), close(why, text)


def _ends_wait(state: Lns, abort: Message) -> bool:
    """Whether an ABORT is of the handshake that waits for CONFIRM, and that is not a rekey."""
    waits = state.answer is not None and state.session is None
    return waits and abort.is_ours and _is_of(abort, state.answer)


def _is_of(message: Message, answer: Answer | None) -> bool:
    return answer is not None and message.handshake_id == answer.resp.handshake_id


def _abort(message: Message, reason: Abort) -> Send:
    return Send(replace(message, kind=Kind.ABORT, version=VERSION, body=bytes([reason])))
