# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin's state machines in C against the reference in Python, over a pipe, in both roles."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from pppshroud.keys import push_key
from pppshroud.known import load_known, record_known
from pppshroud.noise import public_key
from pppshroud.wire import Framing, Mode
from tests.plugin_interop import (
    STATIC,
    Reference,
    Side,
    Wish,
    agreed,
    compiled,
    make,
    play,
    program,
)


@pytest.mark.parametrize("role", ["cpe", "lns"])
def test_handshake_and_rekeys_against_the_reference(role: str) -> None:
    with compiled(role) as ours:
        theirs = Reference("lns" if role == "cpe" else "cpe")
        sides: list[Side] = [ours, theirs]
        theirs.tell(1.0, "network")
        ours.tell(1.0, "network")
        now = play(sides, 1, 0.0)
        assert ours.covered
        assert theirs.covered
        assert agreed(sides)
        first = ours.keys
        play(sides, 200, 0.0, now)
        assert ours.covered
        assert theirs.covered
        assert agreed(sides)
        assert not set(first) & set(ours.keys), "the keys have not changed"
        at_cpe = ours if role == "cpe" else theirs
        assert at_cpe.recorded == [public_key(STATIC)]


DECOY, PLAIN = (Mode.DECOY, Mode.HEAD), (Mode.PLAIN, Mode.HEAD)
NATIVE, LCP, BOTH = (Framing.PPP,), (Framing.LCP,), (Framing.LCP, Framing.PPP)
EITHER = Wish((Mode.HEAD, Mode.DECOY, Mode.PLAIN), (Framing.PPP, Framing.LCP))


@pytest.mark.parametrize("role", ["cpe", "lns"])
@pytest.mark.parametrize(
    ("offer", "settled"),
    [
        (Wish(DECOY, NATIVE), ("covered", True, False)),
        (Wish(DECOY, BOTH), ("covered", True, True)),
        (Wish(DECOY[::-1], LCP), ("covered", True, True)),
        (Wish(DECOY[::-1], BOTH), ("covered", False, False)),
        (Wish(PLAIN, BOTH), ("plain", False, True)),
        (Wish(PLAIN, NATIVE), ("covered", False, False)),
        (Wish((Mode.HEAD,), LCP), ("plain", False, False)),
    ],
    ids=lambda value: "-".join(value.words) if isinstance(value, Wish) else "",
)
def test_modes_and_framings_against_the_reference(
    role: str, offer: Wish, settled: tuple[str, bool, bool]
) -> None:
    """What the two agree on, with its framing, and keep in a rekey; nothing fits: ABORT, plain."""
    mine, other = (offer, EITHER) if role == "cpe" else (EITHER, offer)
    with compiled(role, mine) as ours:
        theirs = Reference("lns" if role == "cpe" else "cpe", other)
        sides: list[Side] = [ours, theirs]
        theirs.tell(1.0, "network")
        ours.tell(1.0, "network")
        now = 1.0
        for _ in range(3):
            now = play(sides, 80, 0.0, now)
            assert ours.settled == theirs.settled == settled
            assert settled[0] == "plain" or agreed(sides)


@pytest.mark.parametrize("role", ["cpe", "lns"])
@pytest.mark.parametrize("seed", range(8))
def test_lossy_line_against_the_reference(role: str, seed: int) -> None:
    """One message in three is lost: in the end they agree, or the link is closed."""
    random.seed(seed)
    with compiled(role) as ours:
        theirs = Reference("lns" if role == "cpe" else "cpe")
        sides: list[Side] = [ours, theirs]
        theirs.tell(1.0, "network")
        ours.tell(1.0, "network")
        now = play(sides, 900, 0.33)
        play(sides, 30, 0.0, now)  # a rekey may have been under way
        if not any(side.closed for side in sides) and ours.covered and theirs.covered:
            assert agreed(sides)
        else:
            assert any(side.closed for side in sides) or not (ours.covered or theirs.covered)


def known(*arguments: str) -> str:
    """Run the C record of known keys."""
    command = [str(program().with_name("known")), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def test_one_record_of_known_keys(tmp_path: Path) -> None:
    """Either implementation reads and continues what the other has written."""
    path = tmp_path / "known"
    first, second = public_key(STATIC), STATIC
    known(str(path), "wan/me@isp", push_key(first))
    assert load_known(path, "wan/me@isp") == (first,)
    record_known(path, "wan2/a b", second)
    assert known(str(path), "wan2/a b").split() == [push_key(second)]
    known(str(path), "b", push_key(second))
    assert load_known(path, "wan/me@isp") == (first,)
    assert load_known(path, "wan2/a b") == load_known(path, "b") == (second,)


def test_unit_tests() -> None:
    """Vectors, tables and files, in C under AddressSanitizer and UBSan."""
    assert make("check").stdout.count(" 0 failed") == 7
