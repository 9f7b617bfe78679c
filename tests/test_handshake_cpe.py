# SPDX-License-Identifier: GPL-2.0-or-later
"""Section 5.2 row by row, and what 5.4 to 5.6 say of the CPE."""

from dataclasses import replace

import pytest

from pppshroud.handshake.cpe import Cpe, CpeConfig
from pppshroud.handshake.events import (
    CloseLink,
    CodeRejected,
    LcpDown,
    Level,
    Line,
    Mismatch,
    NetworkPhase,
    OpenNcps,
    Path,
    Phase,
    Policy,
    RecordKey,
    Report,
    Send,
    SetLine,
    Tick,
    Why,
)
from pppshroud.keys import push_key
from pppshroud.message import Message, push_message
from pppshroud.noise import seal
from pppshroud.params import Choice, push_choice
from pppshroud.vectors.material import octets
from pppshroud.wire import Kind, Mode
from tests.handshake_parts import PUBLIC, covered_cpe, phase, reply, start_cpe, wait_done, why

OTHER = octets("other", 32)
REQUIRE = CpeConfig(Policy.REQUIRE)


def test_network_phase_sends_init() -> None:
    run = start_cpe()
    (init,) = run.sent()
    assert (init.kind, init.version, init.suite, len(init.body)) == (Kind.INIT, 1, 1, 36)
    assert phase(run) is Phase.WAIT_RESP
    assert run.state.deadline == run.now + 0.5


def test_init_is_sent_four_times_then_no_answer() -> None:
    run = start_cpe()
    (init,) = run.sent()
    for wait in (0.5, 1, 2):
        assert run.state.deadline == run.now + wait
        assert run.on(Tick(), wait) == (Send(init),)
    run.on(Tick(), 4)
    assert why(run) == [Why.NO_ANSWER]
    assert run.now == 107.5
    assert phase(run) is Phase.PLAIN
    assert OpenNcps(Path.PLAIN) in run.done


def test_no_answer_under_require_closes_the_link() -> None:
    run = start_cpe(REQUIRE)
    for wait in (0.5, 1, 2, 4):
        run.on(Tick(), wait)
    assert run.done[-1] == CloseLink(Why.NO_ANSWER)
    assert run.state.line == Line()
    assert run.on(NetworkPhase()) == (), "not before LCP was down"


def test_tick_before_its_time_does_nothing() -> None:
    run = start_cpe()
    assert run.on(Tick(), 0.49) == ()


def test_trusted_resp_installs_both_key_sets_then_confirms_then_opens() -> None:
    run = start_cpe()
    answer = reply(run.sent()[0])
    line, confirm, ncps = run.on(answer.resp)
    assert line == SetLine(Line(Path.COVERED, answer.keys.up, (answer.keys.down,)))
    assert isinstance(confirm, Send)
    assert confirm.message.body == seal(answer.confirm_key, 0, b"", b"")
    assert ncps == OpenNcps(Path.COVERED)
    assert phase(run) is Phase.WAIT_DONE


def test_untrusted_resp_is_discarded_and_the_next_one_counts() -> None:
    run = start_cpe(known=(PUBLIC,))
    (init,) = run.sent()
    run.on(reply(init, OTHER).resp)
    (report,) = run.done
    assert isinstance(report, Report)
    assert (report.level, report.why) == (Level.ALARM, Why.UNTRUSTED)
    assert phase(run) is Phase.WAIT_RESP
    run.on(reply(init).resp)
    assert phase(run) is Phase.WAIT_DONE


def test_untrusted_resp_alone_ends_in_abort_and_plain() -> None:
    run = start_cpe(known=(PUBLIC,))
    (init,) = run.sent()
    run.on(reply(init, OTHER).resp)
    for wait in (0.5, 1, 2, 4):
        run.on(Tick(), wait)
    assert run.sent() == [replace(init, kind=Kind.ABORT, body=b"\5")]
    assert why(run) == [Why.UNTRUSTED]
    assert phase(run) is Phase.PLAIN


def test_resp_that_does_not_decrypt_or_is_malformed_is_discarded() -> None:
    run = start_cpe()
    (init,) = run.sent()
    good = reply(init)
    bad = [
        replace(good.resp, body=good.resp.body[:-1]),
        replace(good.resp, body=good.resp.body[:-1] + b"\0"),
        replace(good.resp, body=b""),
        replace(good.resp, handshake_id=init.handshake_id ^ 1),
        replace(good.resp, version=2),
        replace(good.resp, suite=2),
        reply(init, payload=b"").resp,
        reply(init, payload=push_choice(Choice(mode=Mode.FULL))).resp,
        reply(init, choice=Choice(rekey=59)).resp,
        good.done,
        replace(good.resp, kind=Kind.INIT),
        replace(good.resp, kind=Kind.CONFIRM),
    ]
    for message in bad:
        assert run.on(message) == (), message
        assert phase(run) is Phase.WAIT_RESP
    run.on(good.resp)
    assert phase(run) is Phase.WAIT_DONE


def test_resp_to_an_altered_offer_alone_ends_in_an_alarm() -> None:
    run = start_cpe()
    (init,) = run.sent()
    run.on(reply(replace(init, body=init.body + b"\7\0\0")).resp)
    for wait in (0.5, 1, 2, 4):
        run.on(Tick(), wait)
    assert why(run) == [Why.ALTERED]
    assert [a.level for a in run.done if isinstance(a, Report)] == [Level.ALARM]
    assert phase(run) is Phase.PLAIN


def quotations(init: Message) -> list[tuple[bytes, bool]]:
    packet = push_message(init, 1, 0)
    other = push_message(replace(init, handshake_id=init.handshake_id ^ 1), 1, 0)
    return [
        (b"", True), (packet, True), (packet[:1], True), (packet[:9], True), (packet[:20], True),
        (packet[:17], True), (other, False), (other[:19], True), (b"\x09" + packet[1:], False),
        (packet[:8] + b"\0\0\x0c" + packet[11:], False), (packet[:8] + b"\0", False),
    ]  # fmt: skip


@pytest.mark.parametrize("case", range(11))
def test_code_reject_counts_if_it_may_quote_this_init(case: int) -> None:
    run = start_cpe()
    quoted, counts = quotations(run.sent()[0])[case]
    run.on(CodeRejected(quoted))
    assert why(run) == ([Why.REFUSED] if counts else [])
    assert phase(run) is (Phase.PLAIN if counts else Phase.WAIT_RESP)


@pytest.mark.parametrize("body", [b"\4", b"\xff", b"\4\4"])
def test_abort_is_refusal_whatever_its_reason(body: bytes) -> None:
    run = start_cpe()
    run.on(replace(run.sent()[0], kind=Kind.ABORT, body=body))
    assert why(run) == [Why.REFUSED]
    assert phase(run) is Phase.PLAIN


def test_abort_without_a_reason_or_of_another_version_or_handshake_is_discarded() -> None:
    run = start_cpe()
    abort = replace(run.sent()[0], kind=Kind.ABORT, body=b"\4")
    for bad in (
        replace(abort, body=b""),
        replace(abort, version=2),
        replace(abort, suite=2),
        replace(abort, handshake_id=abort.handshake_id ^ 1),
    ):
        assert run.on(bad) == ()


def test_untrusted_key_is_told_once_and_before_the_payload_is_read() -> None:
    run = start_cpe(known=(PUBLIC,))
    (init,) = run.sent()
    assert len(run.on(reply(init, OTHER, payload=b"rubbish").resp)) == 1
    assert why(run) == [Why.UNTRUSTED]
    assert run.on(reply(init, OTHER).resp) == ()


def test_refusal_by_an_lns_that_is_known_is_an_alarm() -> None:
    for known, level in (((), Level.WARNING), ((PUBLIC,), Level.ALARM)):
        run = start_cpe(known=known)
        run.on(CodeRejected(b""))
        assert [a.level for a in run.done if isinstance(a, Report)] == [level]


def test_confirm_is_sent_five_times_then_the_link_is_closed() -> None:
    run, _ = wait_done()
    (confirm,) = run.sent()
    for wait in (0.5, 1, 2, 4):
        assert run.on(Tick(), wait) == (Send(confirm),)
    run.on(Tick(), 8)
    assert run.done[-1] == CloseLink(Why.NO_DONE)
    assert run.done[0] == SetLine(Line())
    assert run.now == 115.5


def test_after_resp_nothing_makes_it_plain() -> None:
    run, done = wait_done()
    (confirm,) = run.sent()
    for event in (
        CodeRejected(b""),
        replace(confirm, kind=Kind.ABORT, body=b"\4"),
        replace(done, body=done.body[:-1] + b"\0"),
        replace(done, body=confirm.body),
        NetworkPhase(),
    ):
        assert run.on(event) == ()
    assert phase(run) is Phase.WAIT_DONE


def test_done_records_a_key_of_first_use_and_says_its_fingerprint() -> None:
    run = covered_cpe()
    record, report = run.done
    assert record == RecordKey(PUBLIC)
    assert isinstance(report, Report)
    assert report.text.endswith(push_key(PUBLIC))
    assert phase(run) is Phase.COVERED


def test_key_of_first_use_is_not_recorded_before_done() -> None:
    run, _ = wait_done()
    assert not any(isinstance(action, RecordKey) for action in run.done)
    run.on(LcpDown())
    assert isinstance(run.state, Cpe)
    assert run.state.known == ()


def test_lcp_down_erases_everything_but_what_outlives_it() -> None:
    run = covered_cpe()
    assert isinstance(run.state, Cpe)
    known = run.state.known
    assert run.on(LcpDown()) == (SetLine(Line()),)
    assert run.state == Cpe(CpeConfig(), known)


def test_policy_off_sends_nothing() -> None:
    run = start_cpe(CpeConfig(Policy.OFF))
    assert run.sent() == []
    assert run.done[0] == SetLine(Line(Path.PLAIN))


def test_mismatch_closes_the_link() -> None:
    run = covered_cpe()
    run.on(Mismatch())
    assert run.done[-1] == CloseLink(Why.MISMATCH)
    assert start_cpe().on(Mismatch()) == ()
