# SPDX-License-Identifier: GPL-2.0-or-later
"""Section 5.5: peers that end the session when they are offered something."""

import pytest

from pppshroud.handshake.cpe import Cpe, CpeConfig
from pppshroud.handshake.events import (
    CodeRejected,
    LcpDown,
    Level,
    Line,
    NetworkPhase,
    Phase,
    Policy,
    Report,
    SaveOffence,
    SetLine,
    Why,
)
from pppshroud.handshake.offence import Offence
from pppshroud.vectors.material import octets
from tests.handshake_parts import PUBLIC, Run, phase, reply, start_cpe, why

OTHER = octets("other", 32)
REQUIRE = CpeConfig(Policy.REQUIRE)


def lose(run: Run) -> Offence:
    """The line is lost after an INIT; return what is to be remembered."""
    run.on(LcpDown(lost=True), 1)
    (offence,) = (action.offence for action in run.done if isinstance(action, SaveOffence))
    return offence


def test_offence_suppresses_the_offer_for_ten_minutes_and_doubles() -> None:
    run = start_cpe()
    waits = []
    for _ in range(10):
        offence = lose(run)
        waits.append(offence.until - run.now)
        run.on(NetworkPhase())
        assert why(run) == [Why.SUPPRESSED]
        assert phase(run) is Phase.PLAIN
        run.on(LcpDown())
        run.on(NetworkPhase(), waits[-1])
        assert phase(run) is Phase.WAIT_RESP
    assert waits == [600, 1200, 2400, 4800, 9600, 19200, 38400, 76800, 86400, 86400]


def test_offence_on_a_line_with_a_known_key_takes_five_losses() -> None:
    run = start_cpe(known=(PUBLIC,))
    for _ in range(4):
        assert lose(run).until <= run.now
        run.on(NetworkPhase())
        assert phase(run) is Phase.WAIT_RESP
    assert lose(run).until == run.now + 600
    run.on(NetworkPhase())
    assert [a.level for a in run.done if isinstance(a, Report)] == [Level.ALARM]


@pytest.mark.parametrize("case", ["late", "own", "resp", "require"])
def test_no_offence(case: str) -> None:
    run = start_cpe(REQUIRE if case == "require" else None)
    if case == "resp":
        run.on(reply(run.sent()[0]).resp)
    run.on(LcpDown(lost=case != "own"), 10.1 if case == "late" else 1)
    assert run.done == (SetLine(Line()),)


def test_loss_after_code_reject_is_an_offence_too() -> None:
    run = start_cpe()
    run.on(CodeRejected(b""))
    assert lose(run).losses == 1


def test_resp_clears_the_memory() -> None:
    run = start_cpe()
    offence = lose(run)
    run.on(NetworkPhase(), offence.until - run.now)
    run.on(reply(run.sent()[0]).resp)
    assert SaveOffence(Offence()) in run.done


def test_require_offers_in_spite_of_offences() -> None:
    run = Run(Cpe(REQUIRE, offence=Offence(9, 1e9)))
    run.on(NetworkPhase())
    assert phase(run) is Phase.WAIT_RESP
