# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets there and back through reference, C in a process and BPF in a guest's kernel.

Some hundreds here; `./inv roundtrip` takes millions.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .datapath.kept import Guests, Kept
from .datapath.world import Guest, running, running_decoy
from .roundtrip import captures, generate, implementations
from .roundtrip.compare import REFERENCE, SENT, Comparison, DifferError
from .roundtrip.mutate import packets
from .roundtrip.session import Packet, random_session

pytest_plugins = ("tests.datapath.fixtures",)

BATCH = 40
BATCHES = 6
EXAMPLES = 10
SHARE = 0.25  # of the packets that the reference is asked about
RECEIVED = {"rx_decoy", "rx_block", "rx_whole", "rx_second"}
REFUSED = {"rx_unknown", "tx_malformed"}


@pytest.fixture(scope="module")
def replay() -> Path:
    """The programs for a process."""
    return implementations.build_replay()


@pytest.fixture(params=[True, False], ids=["decoy", "head"], scope="module")
def _compared(
    request: pytest.FixtureRequest, guests: Guests, replay: Path
) -> Iterator[tuple[bool, Kept[Comparison]]]:
    decoy: bool = request.param

    @contextmanager
    def beside(guest: Guest) -> Iterator[Comparison]:
        with (
            implementations.in_process(replay, decoy=decoy) as process,
            (running_decoy if decoy else running)(guest) as kernel,
        ):
            yield Comparison(process, kernel)

    with Kept(beside) as kept:
        yield decoy, kept


@pytest.fixture
def comparison(_compared: tuple[bool, Kept[Comparison]], guest: Guest) -> tuple[bool, Comparison]:
    """Whether it is of mode decoy; a process and a guest's kernel, to be compared."""
    decoy, kept = _compared
    return decoy, kept.on(guest)


def test_changed_captures_come_back(comparison: tuple[bool, Comparison]) -> None:
    decoy, both = comparison
    rng, pool = Random(6), captures.pool()
    for number in range(BATCHES):
        both.begin(random_session(rng, decoy=decoy, order=number % 3))
        both.round_trip(rng, packets(rng, pool, BATCH), SHARE)
    counted = {what for _, what in both.counts}
    wanted = RECEIVED | REFUSED | set(SENT)
    assert counted >= (wanted if decoy else wanted - {"tx_decoy", "rx_decoy"})
    assert both.counts[REFERENCE, "out"] > BATCH / 2
    assert both.counts[REFERENCE, "in"] > BATCH / 2


def test_generated_packets_come_back(comparison: tuple[bool, Comparison]) -> None:
    decoy, both = comparison

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(st.lists(generate.packets(), min_size=8, max_size=16), st.randoms(use_true_random=False))
    def send(batch: list[Packet], rng: Random) -> None:
        both.begin(random_session(rng, decoy=decoy))
        both.round_trip(rng, batch, SHARE)

    send()


def test_differences_are_found(replay: Path) -> None:
    """First one implementation has other keys than the other, then both than the reference."""
    rng, pool = Random(7), captures.pool()
    wanted, other = (random_session(rng, decoy=True) for _ in range(2))
    batch = packets(rng, pool, BATCH)
    with (
        implementations.in_process(replay, decoy=True) as one,
        implementations.in_process(replay, decoy=True) as two,
    ):
        both = Comparison(one, two)
        both.begin(wanted)
        two.say(other.command)
        with pytest.raises(DifferError, match=r"^sent"):
            both.round_trip(rng, batch, share=0)
        one.say(other.command)
        with pytest.raises(DifferError, match=r"^out"):
            both.round_trip(rng, batch, share=1)
