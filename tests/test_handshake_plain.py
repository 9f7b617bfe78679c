# SPDX-License-Identifier: GPL-2.0-or-later
"""Mode plain, docs/decoy.md section 12: agreed on as the others are, only ever with framing lcp."""

from dataclasses import replace

import pytest

from pppshroud.handshake.answer import LnsConfig
from pppshroud.handshake.cpe import CpeConfig
from pppshroud.handshake.events import (
    Line,
    ManyFrames,
    NcpOpened,
    OpenNcps,
    Path,
    Phase,
    PlainNcp,
    Policy,
    RecordKey,
    Send,
    SetLine,
    Tick,
    Why,
)
from pppshroud.params import Offer
from pppshroud.wire import CONFIRM_TRIES, KEY_MAX_AGE, OVERLAP, Abort, Framing, Kind, Mode
from tests.handshake_parts import PUBLIC, STATIC, Run, aborts, phase, start_cpe, start_lns, why
from tests.handshake_world import Weather, World

PLAIN = Line(Path.PLAIN, framing=Framing.LCP)
CPE = CpeConfig(offer=Offer((Mode.PLAIN,), (Framing.LCP,)))
LNS = LnsConfig(STATIC, modes=(Mode.DECOY, Mode.PLAIN), framings=(Framing.PPP, Framing.LCP))


def wait_done() -> tuple[Run, Run]:
    """Both ends, the CPE having sent CONFIRM."""
    cpe, lns = start_cpe(CPE), start_lns(LNS)
    lns.on(cpe.sent()[0])
    cpe.on(lns.sent()[0])
    return cpe, lns


def agreed() -> tuple[Run, Run]:
    cpe, lns = wait_done()
    lns.on(cpe.sent()[0])
    cpe.on(lns.sent()[0])
    return cpe, lns


def test_blocked_until_done() -> None:
    cpe, lns = wait_done()
    assert phase(cpe) is Phase.WAIT_DONE
    assert cpe.state.line == lns.state.line == Line()
    assert [type(action) for action in cpe.done] == [Send]
    lns.on(cpe.sent()[0])
    assert lns.sent()[0].kind is Kind.DONE
    assert lns.done[1:2] == (SetLine(PLAIN),)
    assert lns.done[-1] == OpenNcps(Path.PLAIN)
    assert why(lns) == [Why.AGREED]
    cpe.on(lns.sent()[0])
    assert cpe.done[0] == RecordKey(PUBLIC)
    assert cpe.done[2] == SetLine(PLAIN)
    assert cpe.done[-1] == OpenNcps(Path.PLAIN)
    assert phase(cpe) is phase(lns) is Phase.PLAIN


def test_no_rekey_and_no_other_handshake() -> None:
    cpe, lns = agreed()
    assert cpe.state.deadline is lns.state.deadline is None
    for run in (cpe, lns):
        for event in (Tick(), ManyFrames(), PlainNcp(), NcpOpened()):
            assert run.on(event, KEY_MAX_AGE) == ()
    lns.on(start_cpe(CPE).sent()[0])
    assert aborts(lns) == [Abort.NOT_OFFERED]
    assert phase(lns) is Phase.PLAIN


def test_repeated_confirm_gets_the_same_done() -> None:
    cpe, lns = wait_done()
    (confirm,) = cpe.sent()
    lns.on(confirm)
    (done,) = lns.sent()
    assert lns.on(confirm, OVERLAP - 1) == (Send(done),)
    assert lns.on(confirm, 2) == ()


def test_no_done_closes() -> None:
    cpe, _ = wait_done()
    for _ in range(CONFIRM_TRIES):
        assert cpe.state.deadline is not None
        cpe.on(Tick(), cpe.state.deadline - cpe.now)
    assert why(cpe) == [Why.NO_DONE]
    assert cpe.state.line == Line()


@pytest.mark.parametrize("end", [CPE, LNS])
def test_never_under_require(end: CpeConfig | LnsConfig) -> None:
    with pytest.raises(ValueError, match="mode plain can not be used with policy require"):
        replace(end, policy=Policy.REQUIRE)


@pytest.mark.parametrize("seed", range(8))
def test_bad_line_never_parts_the_framings(seed: int) -> None:
    world = World(seed, Weather(loss=0.3, repeat=0.2, delay=0.6), CPE, LNS)
    world.run(120)
    world.weather = Weather()
    world.run(60)
    assert world.phases == (Phase.PLAIN, Phase.PLAIN)
    assert world.cpe.line == world.lns.line, "one end has the framing, the other not"
