# SPDX-License-Identifier: GPL-2.0-or-later
"""Mode decoy is agreed on as head is, and nobody on the wire can change what was offered."""

from dataclasses import replace

import pytest

from pppshroud.cover import DataKeys
from pppshroud.decoy.keys import DecoyKeys, SideKeys
from pppshroud.handshake.answer import LnsConfig
from pppshroud.handshake.cpe import CpeConfig
from pppshroud.handshake.events import Phase
from pppshroud.message import Message
from pppshroud.params import (
    Choice,
    Offer,
    ParamError,
    fit,
    pull_choice,
    pull_offer,
    push_choice,
    push_offer,
)
from pppshroud.wire import KEY_LEN, Abort, Framing, Kind, Mode
from tests.handshake_parts import Run, aborts, phase, start_cpe, start_lns
from tests.handshake_world import STATIC, World

BOTH = (Mode.DECOY, Mode.HEAD)
FRAMINGS = (Framing.LCP, Framing.PPP)
CPE = CpeConfig(offer=Offer(BOTH, FRAMINGS))
LNS = LnsConfig(STATIC, modes=BOTH, framings=FRAMINGS, rekey=60)


def meet(cpe_config: CpeConfig, lns_config: LnsConfig) -> tuple[Run, Run]:
    """Let the two do a handshake as far as RESP."""
    cpe, lns = start_cpe(cpe_config), start_lns(lns_config)
    lns.on(cpe.sent()[0])
    if lns.sent()[0].kind is Kind.RESP:
        cpe.on(lns.sent()[0])
    return cpe, lns


@pytest.mark.parametrize(
    ("offer", "allowed", "chosen"),
    [
        (Offer(BOTH, FRAMINGS), (BOTH, FRAMINGS), (Mode.DECOY, Framing.LCP)),
        (Offer(BOTH, FRAMINGS[::-1]), (BOTH, FRAMINGS), (Mode.DECOY, Framing.PPP)),
        (Offer(BOTH[::-1], FRAMINGS), (BOTH, FRAMINGS), (Mode.HEAD, Framing.PPP)),
        (Offer(BOTH, FRAMINGS), ((Mode.HEAD,), FRAMINGS), (Mode.HEAD, Framing.PPP)),
        (Offer(BOTH, FRAMINGS), (BOTH, (Framing.PPP,)), (Mode.DECOY, Framing.PPP)),
        (Offer((Mode.HEAD, Mode.DECOY), (Framing.LCP,)), (BOTH, FRAMINGS), (2, Framing.LCP)),
        (Offer((77, Mode.DECOY)), (BOTH, FRAMINGS), (Mode.DECOY, Framing.PPP)),
        (Offer((Mode.HEAD,), (Framing.LCP,)), (BOTH, FRAMINGS), None),
        (Offer((Mode.DECOY,)), ((Mode.HEAD,), FRAMINGS), None),
        (Offer((Mode.PLAIN, Mode.HEAD), FRAMINGS), (BOTH, FRAMINGS), (Mode.HEAD, Framing.PPP)),
    ],
)
def test_first_mode_that_both_have_with_a_framing_that_fits(
    offer: Offer,
    allowed: tuple[tuple[int, ...], tuple[int, ...]],
    chosen: tuple[int, int] | None,
) -> None:
    lns_config = LnsConfig(STATIC, modes=allowed[0], framings=allowed[1])
    cpe, lns = meet(CpeConfig(offer=offer), lns_config)
    if chosen is None:
        assert aborts(lns) == [Abort.MODE]
        return
    assert phase(cpe) is Phase.WAIT_DONE
    accepted = cpe.state.attempt.accepted  # type: ignore[union-attr]
    assert accepted is not None
    assert (accepted.choice.mode, accepted.choice.framing) == chosen
    assert isinstance(accepted.keys, DecoyKeys if chosen[0] == Mode.DECOY else DataKeys)


@pytest.mark.parametrize("mode", Mode)
def test_framings_that_go_with_a_mode(mode: Mode) -> None:
    fitting = {framing for framing in Framing if fit(mode, framing)}
    wanted = {Mode.PLAIN: {2}, Mode.HEAD: {1}, Mode.DECOY: {1, 2}, Mode.FULL: {1, 2}}
    assert fitting == wanted[mode]


def test_cpe_discards_a_choice_that_does_not_fit() -> None:
    with pytest.raises(ParamError, match="mode 1 does not go with framing 2"):
        pull_choice(push_choice(Choice(Mode.HEAD, Framing.LCP)), Offer(BOTH, FRAMINGS))


@pytest.mark.parametrize(
    "altered",
    [Offer((Mode.HEAD,), FRAMINGS), Offer(BOTH[::-1], FRAMINGS), Offer(BOTH),
     Offer((Mode.PLAIN,), (Framing.LCP,)), Offer((Mode.DECOY, Mode.PLAIN), FRAMINGS)],
)  # fmt: skip
def test_offer_altered_on_the_way_ends_in_no_key(altered: Offer) -> None:
    cpe, lns = start_cpe(CPE), start_lns(replace(LNS, modes=(*BOTH, Mode.PLAIN)))
    (init,) = cpe.sent()
    assert pull_offer(init.body[KEY_LEN:]) == CPE.offer
    forged = replace(init, body=init.body[:KEY_LEN] + push_offer(altered))
    if altered.modes == (Mode.PLAIN,):
        lns = start_lns(LNS)
        lns.on(forged)
        assert aborts(lns) == [Abort.MODE]
        return
    lns.on(forged)
    (resp,) = lns.sent()
    assert resp.kind is Kind.RESP
    assert cpe.on(resp) == ()
    assert phase(cpe) is Phase.WAIT_RESP


def test_resp_altered_on_the_way_is_discarded() -> None:
    cpe, lns = start_cpe(CPE), start_lns(LNS)
    lns.on(cpe.sent()[0])
    (resp,) = lns.sent()
    for at in (0, KEY_LEN, len(resp.body) - 17, len(resp.body) - 1):
        body = bytearray(resp.body)
        body[at] ^= 1
        assert cpe.on(Message(resp.kind, resp.handshake_id, bytes(body))) == ()
    cpe.on(resp)
    assert phase(cpe) is Phase.WAIT_DONE


def test_rekeys_alternate_the_phase_at_both_ends() -> None:
    world = World(cpe_config=CPE, lns_config=LNS)
    used: list[SideKeys] = []
    for _ in range(60):
        world.run(5)
        send, receive = world.cpe.line.send, world.lns.line.receive
        assert isinstance(send, SideKeys)
        assert len({keys.phase for keys in receive if isinstance(keys, SideKeys)}) == len(receive)
        used += [] if send in used else [send]
    world.assert_agreed()
    assert len(used) >= 5
    assert [keys.phase for keys in used] == [number % 2 for number in range(len(used))]
    assert world.cpe.lost == world.lns.lost == 0
