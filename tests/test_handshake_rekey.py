# SPDX-License-Identifier: GPL-2.0-or-later
"""Section 5.6: rekeying, as each side sees it alone."""

from dataclasses import replace

import pytest

from pppshroud.handshake.answer import LnsConfig
from pppshroud.handshake.cpe import Cpe, CpeConfig
from pppshroud.handshake.events import (
    CloseLink,
    CodeRejected,
    Line,
    ManyFrames,
    Path,
    Phase,
    Policy,
    Send,
    SetLine,
    Tick,
    Why,
)
from pppshroud.handshake.keys import chain_of
from pppshroud.message import Message
from pppshroud.params import Choice, push_params
from pppshroud.vectors.material import octets
from pppshroud.wire import Abort, Kind, Mode, Param
from tests.handshake_parts import (
    STATIC,
    Caller,
    Run,
    aborts,
    covered_cpe,
    covered_lns,
    phase,
    reply,
    start_cpe,
)

OTHER = octets("other", 32)
REQUIRE = CpeConfig(Policy.REQUIRE)


def start_rekey(run: Run) -> Message:
    assert run.state.deadline is not None
    run.on(Tick(), run.state.deadline - run.now)
    (init,) = run.sent()
    return init


def test_rekey_comes_within_the_last_tenth_of_the_interval() -> None:
    run = covered_cpe()
    start = run.now
    init = start_rekey(run)
    assert 3240 <= run.now - start <= 3600
    assert init.body[32:] == push_params([(Param.MODES, b"\1"), (Param.PROOF, init.body[-16:])])


@pytest.mark.parametrize(
    ("ours", "theirs", "used"),
    [(60, 3600, 60), (60, 60, 60), (3600, 3599, 3599), (43200, 60, 60), (43200, 43200, 43200)],
)
def test_rekey_of_the_cpes_own_interval(ours: int, theirs: int, used: int) -> None:
    """The shorter one counts."""
    run = start_cpe(CpeConfig(rekey=ours))
    answer = reply(run.sent()[0], choice=Choice(rekey=theirs))
    run.on(answer.resp)
    run.on(answer.done)
    start = run.now
    start_rekey(run)
    assert used * 0.9 <= run.now - start <= used


def test_rekey_resp_goes_to_second_place_and_done_to_first() -> None:
    run = covered_cpe()
    old = run.state.line
    init = start_rekey(run)
    assert isinstance(run.state, Cpe)
    assert run.state.session is not None
    chain = chain_of(run.state.session.accepted.keys)
    answer = reply(init, chain=chain)
    line, confirm = run.on(answer.resp)
    assert line == SetLine(replace(old, receive=(*old.receive, answer.keys.down)))
    assert isinstance(confirm, Send)
    (line,) = run.on(answer.done)
    new = Line(Path.COVERED, answer.keys.up, (answer.keys.down, *old.receive))
    assert line == SetLine(new)
    assert run.on(Tick(), 29.9) == ()
    assert run.on(Tick(), 0.2) == (SetLine(replace(new, receive=(answer.keys.down,))),)


@pytest.mark.parametrize("refusal", ["nothing", "abort", "code-reject", "untrusted"])
def test_rekey_that_fails_keeps_the_keys_and_is_tried_again(refusal: str) -> None:
    run = covered_cpe()
    line = run.state.line
    init = start_rekey(run)
    if refusal == "abort":
        run.on(replace(init, kind=Kind.ABORT, body=b"\4"))
    elif refusal == "code-reject":
        run.on(CodeRejected(b""))
    else:
        if refusal == "untrusted":
            run.on(reply(init, OTHER).resp)
        for wait in (0.5, 1, 2, 4):
            run.on(Tick(), wait)
    assert phase(run) is Phase.COVERED
    assert run.state.line == line
    assert run.state.deadline == run.now + 60
    run.on(Tick(), 60)
    (again,) = run.sent()
    assert again.handshake_id != init.handshake_id


def test_rekey_must_not_change_the_mode() -> None:
    config = CpeConfig(offer=replace(CpeConfig().offer, modes=(Mode.HEAD, Mode.DECOY)))
    run = covered_cpe(config)
    init = start_rekey(run)
    assert isinstance(run.state, Cpe)
    assert run.state.session is not None
    chain = chain_of(run.state.session.accepted.keys)
    assert run.on(reply(init, choice=Choice(mode=Mode.DECOY), chain=chain).resp) == ()


def test_many_frames_hasten_the_rekey() -> None:
    run = covered_cpe()
    run.on(ManyFrames())
    assert [message.kind for message in (run.on(Tick()), run.sent())[1]] == [Kind.INIT]


def test_keys_of_a_day_close_the_link() -> None:
    run = covered_cpe()
    while run.now < 100 + 86400 and run.state.phase is not Phase.IDLE:
        assert run.state.deadline is not None
        run.on(Tick(), run.state.deadline - run.now)
    assert run.now == 100 + 86400
    assert run.done[-1] == CloseLink(Why.OLD_KEYS)


def test_rekey_installs_nothing_before_confirm() -> None:
    run, _, keys = covered_lns()
    line = run.state.line
    caller = Caller.rekey(2, keys.chain)
    run.on(caller.init, 60)
    assert [type(action) for action in run.done] == [Send]
    confirm, new = caller.take(run.sent()[0], keys.chain)
    first, done = run.on(confirm)
    expected = Line(Path.COVERED, new.down, (new.up, keys.up))
    assert line.send == keys.down
    assert first == SetLine(expected)
    assert isinstance(done, Send)
    assert run.on(Tick(), 29.9) == ()
    assert run.on(Tick(), 0.2) == (SetLine(replace(expected, receive=(new.up,))),)


def test_rekey_with_the_chain_before_last_is_discarded() -> None:
    run, _, keys = covered_lns()
    caller = Caller.rekey(2, keys.chain)
    run.on(caller.init, 60)
    confirm, _ = caller.take(run.sent()[0], keys.chain)
    run.on(confirm)
    assert run.on(caller.init, 60) == ()
    assert run.on(Caller.rekey(3, keys.chain).init) == ()


def test_rekey_that_is_not_confirmed_is_forgotten() -> None:
    run, _, keys = covered_lns()
    line = run.state.line
    caller = Caller.rekey(2, keys.chain)
    run.on(caller.init, 60)
    confirm, _ = caller.take(run.sent()[0], keys.chain)
    assert run.on(Tick(), 30) == ()
    assert run.on(confirm) == ()
    assert run.state.line == line
    assert phase(run) is Phase.COVERED


def test_rekey_to_another_mode_is_refused() -> None:
    run, _, keys = covered_lns(LnsConfig(STATIC, modes=(1, 3)))
    caller = Caller.rekey(2, keys.chain)
    other = Caller(2, replace(caller.offer, modes=(3,)))
    run.on(other.init, 60)
    assert aborts(run) == [Abort.MODE]
