# SPDX-License-Identifier: GPL-2.0-or-later
"""Both state machines against each other: whatever the line does, they agree or go down."""

import random

import pytest

from pppshroud.handshake.answer import LnsConfig
from pppshroud.handshake.cpe import CpeConfig
from pppshroud.handshake.events import (
    CloseLink,
    Level,
    MessageArrived,
    OpenNcps,
    Path,
    Phase,
    Policy,
    RecordKey,
    Report,
    Send,
    Why,
)
from pppshroud.message import Message, pull_message, push_message
from pppshroud.noise import public_key
from pppshroud.vectors.material import octets
from pppshroud.wire import Abort, Kind
from tests.handshake_world import STATIC, Side, Weather, World

OTHER = octets("another LNS", 32)
PREFER, REQUIRE, OFF = CpeConfig(), CpeConfig(Policy.REQUIRE), CpeConfig(Policy.OFF)


def sent(side: Side) -> list[Kind]:
    return [action.message.kind for action in side.done if isinstance(action, Send)]


def reasons(side: Side) -> list[Why | None]:
    return [action.why for action in side.done if isinstance(action, Report)]


def test_clean_line_takes_four_messages_and_one_round_trip() -> None:
    world = World()
    world.run(0.07)
    world.assert_agreed()
    assert sent(world.cpe) == [Kind.INIT, Kind.CONFIRM]
    assert sent(world.lns) == [Kind.RESP, Kind.DONE]
    assert OpenNcps(Path.COVERED) in world.cpe.done
    assert OpenNcps(Path.COVERED) in world.lns.done
    assert RecordKey(public_key(STATIC)) in world.cpe.done


def test_first_use_is_recorded_only_once_and_holds_for_the_rekey() -> None:
    world = World()
    world.run(200)
    world.assert_agreed()
    assert sum(isinstance(action, RecordKey) for action in world.cpe.done) == 1
    assert sent(world.cpe).count(Kind.CONFIRM) >= 3


def test_rekey_changes_every_key_and_loses_no_frame() -> None:
    world = World()
    world.run(1)
    before = world.cpe.line, world.lns.line
    world.run(120)
    world.assert_agreed()
    assert world.cpe.line.send != before[0].send
    assert world.lns.line.send != before[1].send
    assert world.losses == 0
    assert world.cpe.received > 400
    assert not world.closed


def test_old_keys_are_gone_when_the_overlap_is_over() -> None:
    world = World()
    world.run(1)
    while len(world.cpe.line.receive) == 1:
        world.run(1)
    world.run(0.5)
    assert len(world.lns.line.receive) == 2
    world.run(31)
    assert len(world.cpe.line.receive) == len(world.lns.line.receive) == 1


@pytest.mark.parametrize("seed", range(40))
def test_bad_line_never_parts_the_keys(seed: int) -> None:
    """What World asserts on the way: never plain after covered, blocked when LCP is down."""
    weather = Weather(loss=random.Random(seed).choice((0.05, 0.2, 0.4)), repeat=0.3, delay=1.5)
    world = World(seed, weather, REQUIRE, LnsConfig(STATIC, Policy.REQUIRE, rekey=60))
    for _ in range(40):
        world.run(10)
        assert world.losses == 0
    world.weather = Weather()
    world.run(120)
    world.assert_agreed()


@pytest.mark.parametrize("seed", range(20))
def test_bad_line_under_prefer_ends_in_the_same_path_at_both_ends(seed: int) -> None:
    world = World(seed, Weather(loss=0.5, repeat=0.2, delay=1.0))
    world.run(60)
    world.weather = Weather()
    world.run(120)
    assert world.phases in {(Phase.COVERED,) * 2, (Phase.PLAIN,) * 2}
    assert world.losses == 0


@pytest.mark.parametrize("seed", range(10))
def test_forged_messages_never_make_a_side_use_other_keys(seed: int) -> None:
    """An attacker repeats old messages and sends altered ones to both ends.

    He may break the first handshake (section 11), but neither end takes other keys than its peer's.
    """
    world = World(seed, Weather(delay=0.2), REQUIRE, LnsConfig(STATIC, Policy.REQUIRE, rekey=60))
    chance = random.Random(seed)
    for _ in range(600):
        world.run(0.5)
        every = [a for side in (world.cpe, world.lns) for a in side.done if isinstance(a, Send)]
        packet = bytearray(push_message(chance.choice(every).message, 1, 0))
        if chance.random() < 0.5:
            packet[chance.randrange(20, len(packet))] ^= 1 << chance.randrange(8)
        side = chance.choice((world.cpe, world.lns))
        world.happen(side, MessageArrived(pull_message(bytes(packet))))
        assert (world.cpe.lost, world.lns.lost) == (0, 0)
    world.run(90)
    world.assert_agreed()


def test_attacker_cannot_rekey_a_session_to_himself() -> None:
    """An INIT without knowledge of the chain, with and without a PROOF, gets no answer."""
    world = World()
    world.run(1)
    done = len(world.lns.done)
    for tail in (b"", b"\x08\x00\x10" + bytes(16)):
        body = public_key(octets("attacker", 32)) + b"\x01\x00\x01\x01" + tail
        packet = push_message(Message(Kind.INIT, 0x66666666, body), 1, 0)
        world.happen(world.lns, MessageArrived(pull_message(packet)))
    assert world.lns.done[done:] == []
    world.assert_agreed()


@pytest.mark.parametrize("loss", [Kind.INIT, Kind.RESP, Kind.CONFIRM, Kind.DONE])
def test_each_message_lost_once(loss: Kind) -> None:
    world = World()
    lost: list[Kind] = []
    carry_out = world.carry_out

    def drop_first(side: Side, action: object) -> None:
        if isinstance(action, Send) and action.message.kind is loss and not lost:
            lost.append(loss)
            return
        carry_out(side, action)  # type: ignore[arg-type]

    world.carry_out = drop_first  # type: ignore[method-assign]
    world.run(2)
    assert lost == [loss]
    assert not world.closed
    world.assert_agreed()
    assert world.losses == 0


@pytest.mark.parametrize(
    ("cpe_config", "lns_policy", "outcome"),
    [
        (PREFER, Policy.PREFER, Phase.COVERED),
        (PREFER, Policy.REQUIRE, Phase.COVERED),
        (REQUIRE, Policy.PREFER, Phase.COVERED),
        (PREFER, Policy.OFF, Phase.PLAIN),
        (OFF, Policy.PREFER, Phase.PLAIN),
        (OFF, Policy.OFF, Phase.PLAIN),
    ],
)
def test_policies(cpe_config: CpeConfig, lns_policy: Policy, outcome: Phase) -> None:
    world = World(cpe_config=cpe_config, lns_config=LnsConfig(STATIC, lns_policy))
    world.run(30)
    assert world.phases == (outcome, outcome)
    assert not world.closed


@pytest.mark.parametrize(
    ("cpe_config", "lns_policy"), [(REQUIRE, Policy.OFF), (OFF, Policy.REQUIRE)]
)
def test_policies_that_exclude_each_other(cpe_config: CpeConfig, lns_policy: Policy) -> None:
    world = World(cpe_config=cpe_config, lns_config=LnsConfig(STATIC, lns_policy))
    world.run(30)
    assert len(world.closed) >= 2
    assert OpenNcps(Path.COVERED) not in world.cpe.done + world.lns.done


def test_wrong_key_under_prefer_is_plain_with_an_alarm() -> None:
    world = World(known=(public_key(OTHER),))
    world.run(30)
    assert world.phases == (Phase.PLAIN, Phase.PLAIN)
    assert reasons(world.cpe)[-1] is Why.UNTRUSTED
    assert all(a.level is Level.ALARM for a in world.cpe.done if isinstance(a, Report))
    (abort,) = (
        a.message for a in world.cpe.done if isinstance(a, Send) and a.message.body == b"\5"
    )
    assert (abort.kind, abort.body[0]) == (Kind.ABORT, Abort.UNTRUSTED)
    assert not world.cpe.was_covered


def test_wrong_key_under_require_is_down() -> None:
    world = World(cpe_config=CpeConfig(Policy.REQUIRE, pinned=(public_key(OTHER),)))
    world.run(8)
    assert CloseLink(Why.UNTRUSTED) in world.cpe.done
    assert not world.cpe.was_covered


def test_pinned_key_wins_over_a_known_one() -> None:
    pinned = CpeConfig(pinned=(public_key(OTHER), public_key(STATIC)))
    world = World(cpe_config=pinned, known=(public_key(OTHER),))
    world.run(1)
    world.assert_agreed()
    assert not any(isinstance(action, RecordKey) for action in world.cpe.done)


def test_lcp_reopening_starts_anew_with_other_keys() -> None:
    world = World()
    world.run(1)
    before = world.cpe.line.send
    world.close_lcp()
    world.run(2)
    world.assert_agreed()
    assert world.cpe.line.send != before
