# SPDX-License-Identifier: GPL-2.0-or-later
"""The CPE's state machine: protocol sections 5.2, 5.4, 5.5 and 5.6."""

from __future__ import annotations

from dataclasses import replace

from pppshroud.handshake.attempt import (
    Accepted,
    Attempt,
    accept_resp,
    open_resp,
    start_attempt,
)
from pppshroud.handshake.cpe_state import Cpe, CpeConfig, Session
from pppshroud.handshake.events import (
    Actions,
    CodeRejected,
    Event,
    LcpDown,
    Level,
    Line,
    ManyFrames,
    MessageArrived,
    Mismatch,
    NetworkPhase,
    OpenNcps,
    Path,
    Phase,
    Policy,
    RecordKey,
    Report,
    SaveOffence,
    Send,
    SetLine,
    Tick,
    Why,
)
from pppshroud.handshake.offence import Offence
from pppshroud.handshake.settle import close, settle_plain
from pppshroud.keys import push_key
from pppshroud.message import Message, Received
from pppshroud.wire import (
    CONFIRM_TIMEOUT_MS,
    CONFIRM_TRIES,
    INIT_TIMEOUT_MS,
    INIT_TRIES,
    KEY_MAX_AGE,
    OFFENCE_WINDOW,
    OVERLAP,
    REKEY_JITTER_PERCENT,
    REKEY_RETRY,
    Abort,
    Kind,
)

__all__ = ["Cpe", "CpeConfig", "step"]

Step = tuple[Cpe, Actions]


def step(state: Cpe, event: Event, now: float, entropy: bytes) -> Step:
    """Return the next state, and what to do now in this order."""
    match event:
        case NetworkPhase():
            result = _begin(state, now, entropy)
        case LcpDown():
            result = _end(state, event.lost, now)
        case MessageArrived():
            result = _receive(state, event.received, now, entropy)
        case CodeRejected():
            result = _receive_reject(state, event.packet, now)
        case ManyFrames():
            result = _hasten_rekey(state, now)
        case Mismatch() if state.line.path is Path.COVERED:
            result = _close(state, Why.MISMATCH, "no covered frame could be read for a minute")
        case Tick():
            result = _tick(state, now, entropy)
        case _:
            result = state, ()
    return result


def _begin(state: Cpe, now: float, entropy: bytes) -> Step:
    if state.phase is not Phase.IDLE or state.closing:
        return state, ()
    if state.config.policy is Policy.OFF:
        return _settle_plain(state, Why.OFF, "", Level.INFO)
    if state.config.policy is Policy.PREFER and state.offence.suppresses(now):
        text = f"the next offer is {round(state.offence.until - now)} s away"
        return _settle_plain(state, Why.SUPPRESSED, text, _loudness(state))
    return _offer(replace(state, offered_at=now), now, entropy)


def _offer(state: Cpe, now: float, entropy: bytes) -> Step:
    before = state.session.accepted.keys if state.session else None
    timer = now + INIT_TIMEOUT_MS / 1000
    attempt = start_attempt(state.config.offer, before, entropy, timer)
    return replace(state, attempt=attempt), (Send(attempt.init),)


def _end(state: Cpe, lost: bool, now: float) -> Step:
    fresh = Cpe(state.config, state.known, state.offence)
    actions: Actions = (SetLine(fresh.line),)
    soon = state.offered_at is not None and now - state.offered_at <= OFFENCE_WINDOW
    if lost and soon and state.config.policy is Policy.PREFER:
        offence = state.offence.after_loss(now, known=bool(state.trusted))
        fresh, actions = replace(fresh, offence=offence), (*actions, SaveOffence(offence))
    return fresh, actions


def _receive(state: Cpe, received: Received, now: float, entropy: bytes) -> Step:
    message, attempt = received.message, state.attempt
    result: Step = state, ()
    if attempt is None or not attempt.expects(message):
        return result
    if message.kind is Kind.ABORT:
        result = _give_up(state, Why.REFUSED, f"by ABORT {message.body[0]}", now)
    elif message.kind is Kind.RESP:
        result = _receive_resp(state, attempt, message, now)
    elif attempt.accepted and attempt.accepted.fits(message):
        result = _receive_done(state, attempt.accepted, attempt.accepted_at, now, entropy)
    return result


def _receive_reject(state: Cpe, packet: bytes, now: float) -> Step:
    attempt = state.attempt
    if attempt is None or attempt.accepted or not attempt.is_quoted(packet):
        return state, ()
    return _give_up(state, Why.REFUSED, "by Code-Reject", now)


def _hasten_rekey(state: Cpe, now: float) -> Step:
    if state.session is None:
        return state, ()
    rekey_at = max(now, state.session.overlap_until or now)
    return replace(state, session=replace(state.session, rekey_at=rekey_at)), ()


def _receive_resp(state: Cpe, attempt: Attempt, message: Message, now: float) -> Step:
    opened = open_resp(attempt, message)
    if opened is None:
        return replace(state, attempt=replace(attempt, altered=True)), ()
    if not opened.is_trusted(state.trusted):
        text = f"the LNS shows the key {opened.fingerprint}, which is not the one expected"
        alarm = () if attempt.untrusted else (Report(Level.ALARM, Why.UNTRUSTED, text),)
        return replace(state, attempt=replace(attempt, untrusted=True)), alarm
    before = state.session.accepted.choice if state.session else None
    accepted = accept_resp(attempt, opened, before)
    return _accept(state, attempt, accepted, now) if accepted else (state, ())


def _accept(state: Cpe, attempt: Attempt, accepted: Accepted, now: float) -> Step:
    timer = now + CONFIRM_TIMEOUT_MS / 1000
    attempt = replace(attempt, accepted=accepted, accepted_at=now, timer=timer, tries=1)
    state = replace(state, attempt=attempt, offered_at=None)
    install: Actions
    keys = accepted.keys
    if keys is None:
        line, install = state.line, (Send(accepted.confirm),)
    elif state.session is None:
        line = Line(Path.COVERED, keys.up, (keys.down,), accepted.choice.framing)
        install = (SetLine(line), Send(accepted.confirm), OpenNcps(Path.COVERED))
    else:
        line = replace(state.line, receive=(state.line.receive[0], keys.down))
        install = (SetLine(line), Send(accepted.confirm))
        state = replace(state, session=replace(state.session, overlap_until=None))
    if state.offence != Offence():
        install = (*install, SaveOffence(Offence()))
    return replace(state, line=line, offence=Offence()), install


def _receive_done(state: Cpe, accepted: Accepted, born: float, now: float, entropy: bytes) -> Step:
    keys = accepted.keys
    if keys is None:
        return _agree(state, accepted)
    fraction = int.from_bytes(entropy[36:40], "big") / 2**32
    longest = min(accepted.choice.rekey, state.config.rekey)
    interval = longest * (1 - fraction * REKEY_JITTER_PERCENT / 100)
    in_use = now if state.session else born
    session = Session(accepted, born, in_use + interval)
    actions: Actions = ()
    if state.session is not None:
        old = state.line.receive[0]
        line = replace(state.line, send=keys.up, receive=(keys.down, old))
        session = replace(session, overlap_until=now + OVERLAP)
        state, actions = replace(state, line=line), (SetLine(line),)
    state, recording = _record(state, accepted)
    return replace(state, attempt=None, session=session), actions + recording


def _agree(state: Cpe, accepted: Accepted) -> Step:
    """Settle as plain because both ends want that: docs/decoy.md section 12."""
    state, recording = _record(state, accepted)
    line, actions = settle_plain(
        state.config.policy, Why.AGREED, "", Level.INFO, accepted.choice.framing
    )
    return replace(state, attempt=None, line=line), recording + actions


def _record(state: Cpe, accepted: Accepted) -> Step:
    """Remember the LNS's key if this was the first use of the line."""
    if state.trusted:
        return state, ()
    text = f"first use of this line: recorded the LNS's key {push_key(accepted.static)}"
    actions = (RecordKey(accepted.static), Report(Level.INFO, None, text))
    return replace(state, known=(accepted.static,)), actions


def _tick(state: Cpe, now: float, entropy: bytes) -> Step:
    session = state.session
    actions: Actions = ()
    if session is not None:
        if now >= session.born + KEY_MAX_AGE:
            return _close(state, Why.OLD_KEYS, "every rekey has failed")
        if session.overlap_until is not None and now >= session.overlap_until:
            line = replace(state.line, receive=state.line.receive[:1])
            state = replace(state, line=line, session=replace(session, overlap_until=None))
            actions = (SetLine(line),)
    if state.attempt is not None and now >= state.attempt.timer:
        state, more = _retransmit(state, state.attempt, now)
    elif state.attempt is None and session is not None and now >= session.rekey_at:
        state, more = _offer(state, now, entropy)
    else:
        more = ()
    return state, actions + more


def _retransmit(state: Cpe, attempt: Attempt, now: float) -> Step:
    if attempt.accepted:
        if attempt.tries == CONFIRM_TRIES:
            return _close(state, Why.NO_DONE, "CONFIRM was sent 5 times")
        message, first_ms = attempt.accepted.confirm, CONFIRM_TIMEOUT_MS
    else:
        if attempt.tries == INIT_TRIES:
            return _give_up(state, Why.NO_ANSWER, f"INIT was sent {INIT_TRIES} times", now)
        message, first_ms = attempt.init, INIT_TIMEOUT_MS
    timer = now + first_ms / 1000 * 2**attempt.tries
    attempt = replace(attempt, tries=attempt.tries + 1, timer=timer)
    return replace(state, attempt=attempt), (Send(message),)


def _give_up(state: Cpe, why: Why, text: str, now: float) -> Step:
    """End the wait for RESP: keep the keys in a rekey, else settle as plain."""
    attempt = state.attempt
    assert attempt is not None
    state = replace(state, attempt=None)
    farewell: Actions = ()
    if attempt.untrusted and why is Why.NO_ANSWER:
        why, text = Why.UNTRUSTED, "no answer with the expected key came"
        body = bytes([Abort.UNTRUSTED])
        farewell = (Send(Message(Kind.ABORT, attempt.init.handshake_id, body)),)
    elif attempt.altered and why is Why.NO_ANSWER:
        why, text = Why.ALTERED, "answers came, but not to the offer that was sent"
    if state.session is not None:
        session = replace(state.session, rekey_at=now + REKEY_RETRY)
        report = Report(Level.WARNING, why, f"rekey put off: {text}")
        return replace(state, session=session), (*farewell, report)
    level = Level.ALARM if why in (Why.UNTRUSTED, Why.ALTERED) else _loudness(state)
    state, actions = _settle_plain(state, why, text, level)
    return state, farewell + actions


def _loudness(state: Cpe) -> Level:
    return Level.ALARM if state.trusted else Level.WARNING


def _settle_plain(state: Cpe, why: Why, text: str, level: Level) -> Step:
    line, actions = settle_plain(state.config.policy, why, text, level)
    return replace(state, line=line, closing=line.path is not Path.PLAIN), actions


def _close(state: Cpe, why: Why, text: str) -> Step:
    return Cpe(state.config, state.known, state.offence, closing=True), close(why, text)
