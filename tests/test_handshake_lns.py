# SPDX-License-Identifier: GPL-2.0-or-later
"""Section 5.3 row by row, and what 5.4 and 5.6 say of the LNS."""

import json
from dataclasses import replace
from pathlib import Path as File
from typing import Any

import pytest

from pppshroud.handshake.answer import LnsConfig
from pppshroud.handshake.events import (
    CloseLink,
    LcpDown,
    Line,
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
from pppshroud.handshake.lns import Lns
from pppshroud.message import Message, pull_message, push_message
from pppshroud.noise import seal
from pppshroud.params import Offer
from pppshroud.wire import Abort, Kind
from tests.handshake_parts import (
    STATIC,
    Caller,
    Run,
    aborts,
    covered_lns,
    phase,
    start_lns,
    wait_confirm,
    why,
)

VECTORS = json.loads((File(__file__).parent.parent / "docs/vectors/messages.json").read_text())
REQUIRE = LnsConfig(STATIC, Policy.REQUIRE)


def test_lns_never_sends_first() -> None:
    run = start_lns()
    assert run.done == ()
    assert phase(run) is Phase.IDLE


def test_acceptable_init_installs_the_receiving_key_set_then_answers() -> None:
    run = start_lns()
    caller = Caller()
    line, send = run.on(caller.init)
    assert isinstance(send, Send)
    _, keys = caller.take(send.message)
    assert line == SetLine(Line(Path.BLOCKED, None, (keys.up,)))
    assert phase(run) is Phase.WAIT_CONFIRM


@pytest.mark.parametrize("case", VECTORS["answers"], ids=lambda case: case["name"])
def test_answer_vector(case: dict[str, Any]) -> None:
    run = start_lns(LnsConfig(bytes.fromhex(VECTORS["lns_static_private"])))
    run.on(pull_message(bytes.fromhex(case["packet"])).message)
    answers = run.sent()
    assert [answer.kind.name for answer in answers] == [case["answer"]] * (case["answer"] != "none")
    if case["answer"] == "ABORT":
        assert push_message(answers[0], 1, 0).hex() == case["abort"]
        assert phase(run) is Phase.IDLE


def test_init_before_the_network_phase_is_discarded() -> None:
    assert Run(Lns(LnsConfig(STATIC))).on(Caller().init) == ()


def test_plain_ncp_in_idle_settles_as_plain() -> None:
    run = start_lns()
    run.on(PlainNcp())
    assert why(run) == [Why.NO_SHROUD]
    assert run.done[-1] == OpenNcps(Path.PLAIN)


def test_ten_seconds_in_idle_settle_as_plain() -> None:
    run = start_lns()
    assert run.on(Tick(), 9.9) == ()
    run.on(Tick(), 0.2)
    assert why(run) == [Why.NO_SHROUD]
    assert phase(run) is Phase.PLAIN


def test_ten_seconds_in_idle_under_require_close_the_link() -> None:
    run = start_lns(REQUIRE)
    run.on(Tick(), 10)
    assert run.done[-1] == CloseLink(Why.NO_SHROUD)
    assert run.on(Caller().init) == ()
    assert run.on(NetworkPhase()) == ()


def test_same_init_gets_the_same_resp() -> None:
    run, _, _ = wait_confirm()
    (resp,) = run.sent()
    for _ in range(9):
        assert run.on(Caller().init) == (Send(resp),)


def test_another_init_replaces_the_handshake() -> None:
    run, confirm, _ = wait_confirm()
    caller = Caller(2)
    run.on(caller.init)
    (resp,) = run.sent()
    assert run.on(confirm) == ()
    confirm, keys = caller.take(resp)
    run.on(confirm)
    assert run.state.line == Line(Path.COVERED, keys.down, (keys.up,))


def test_unacceptable_init_does_not_end_the_wait() -> None:
    run, confirm, _ = wait_confirm()
    run.on(replace(Caller(2).init, version=2))
    assert aborts(run) == [Abort.VERSION]
    run.on(confirm)
    assert phase(run) is Phase.COVERED


def test_confirm_installs_the_sending_key_set_then_sends_done_then_opens() -> None:
    run, confirm, keys = wait_confirm()
    line, send, ncps = run.on(confirm)
    assert line == SetLine(Line(Path.COVERED, keys.down, (keys.up,)))
    assert isinstance(send, Send)
    assert send.message.kind is Kind.DONE
    assert ncps == OpenNcps(Path.COVERED)


def test_confirm_that_is_not_authentic_is_discarded() -> None:
    run, confirm, _ = wait_confirm()
    for bad in (
        replace(confirm, body=confirm.body[:-1] + b"\0"),
        replace(confirm, body=b""),
        replace(confirm, handshake_id=2),
        replace(confirm, version=2),
        replace(confirm, kind=Kind.DONE),
    ):
        assert run.on(bad) == ()
    assert phase(run) is Phase.WAIT_CONFIRM


def test_confirm_with_a_malformed_payload_is_discarded() -> None:
    run, confirm, _ = wait_confirm()
    assert isinstance(run.state, Lns)
    assert run.state.answer is not None
    key = run.state.answer.confirm_key
    assert run.on(replace(confirm, body=seal(key, 0, b"", b"\x80\0\0"))) == ()
    run.on(replace(confirm, body=seal(key, 0, b"", b"\7\0\1x")))
    assert phase(run) is Phase.COVERED


def test_abort_or_plain_ncp_in_wait_confirm_settles_as_plain() -> None:
    for event in (PlainNcp(), replace(Caller().init, kind=Kind.ABORT, body=b"\5")):
        run, _, _ = wait_confirm()
        run.on(event)
        assert why(run) == [Why.GAVE_UP]
        assert run.state.line == Line(Path.PLAIN)


def test_abort_of_another_handshake_is_discarded() -> None:
    run, _, _ = wait_confirm()
    assert run.on(Message(Kind.ABORT, 99, b"\5")) == ()


def test_no_confirm_closes_the_link_under_every_policy() -> None:
    run, _, _ = wait_confirm()
    assert run.on(Tick(), 29.9) == ()
    run.on(Tick(), 0.2)
    assert run.done[0] == SetLine(Line())
    assert run.done[-1] == CloseLink(Why.NO_CONFIRM)


def test_same_confirm_gets_the_same_done_for_30_s() -> None:
    run, confirm, _ = covered_lns()
    (done,) = run.sent()
    assert run.on(confirm, 29.9) == (Send(done),)
    assert run.on(confirm, 0.2) == ()


def test_covered_discards_what_is_not_a_rekey() -> None:
    run, confirm, _ = covered_lns()
    for event in (
        Caller().init,
        Caller(2).init,
        Caller(3, Offer(proof=bytes(16))).init,
        replace(Caller(2).init, version=2),
        replace(confirm, kind=Kind.ABORT, body=b"\5"),
        PlainNcp(),
        Tick(),
    ):
        assert run.on(event) == ()
    assert phase(run) is Phase.COVERED


def test_init_on_a_plain_line_counts_until_an_ncp_is_opened() -> None:
    run = start_lns()
    run.on(PlainNcp())
    run.on(Caller().init)
    assert phase(run) is Phase.WAIT_CONFIRM
    assert run.state.line.path is Path.BLOCKED
    run = start_lns()
    run.on(PlainNcp())
    run.on(NcpOpened())
    run.on(Caller().init)
    assert aborts(run) == [Abort.NOT_OFFERED]
    assert phase(run) is Phase.PLAIN


def test_lcp_down_erases_everything() -> None:
    run, _, _ = covered_lns()
    assert run.on(LcpDown()) == (SetLine(Line()),)
    assert run.state == Lns(LnsConfig(STATIC))


def test_at_most_four_handshakes_in_ten_seconds() -> None:
    run = start_lns()
    for number in range(4):
        run.on(Caller(number).init)
        assert len(run.sent()) == 1
    assert run.on(Caller(4).init, 9.9) == ()
    assert len(run.on(Caller(3).init)) == 1, "answered from memory"
    run.on(Caller(4).init, 0.2)
    assert len(run.sent()) == 1


def test_low_order_keys_count_as_computed() -> None:
    run = start_lns()
    for number in range(4):
        message = Caller(number).init
        assert run.on(replace(message, body=bytes(32) + message.body[32:])) == ()
    assert run.on(Caller(9).init) == ()


def test_policy_off_is_plain_at_once_and_refuses() -> None:
    run = start_lns(LnsConfig(STATIC, Policy.OFF))
    assert run.done[0] == SetLine(Line(Path.PLAIN))
    run.on(Caller().init)
    assert aborts(run) == [Abort.NOT_OFFERED]


def test_first_mode_of_the_offer_that_is_allowed_is_chosen() -> None:
    run = start_lns(LnsConfig(STATIC, modes=(1, 2)))
    run.on(Caller(1, Offer((3, 2, 1))).init)
    assert isinstance(run.state, Lns)
    assert run.state.answer is not None
    assert run.state.answer.mode == 2


def test_keys_of_a_day_close_the_link() -> None:
    run, _, _ = covered_lns()
    run.on(Tick(), 86400)
    assert run.done[-1] == CloseLink(Why.OLD_KEYS)


def test_mismatch_closes_the_link() -> None:
    run, _, _ = covered_lns()
    run.on(Mismatch())
    assert run.done[-1] == CloseLink(Why.MISMATCH)
