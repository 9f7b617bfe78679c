# SPDX-License-Identifier: GPL-2.0-or-later
"""False ports: docs/decoy.md section 4.3."""

from __future__ import annotations

from functools import lru_cache

from pppshroud.decoy.feistel import turn, walk
from pppshroud.decoy.keys import CommonKeys
from pppshroud.decoy.loud import LOUD, SEATS
from pppshroud.decoy.siphash import siphash
from pppshroud.decoy.unfit import DecoyError, Unfit

STEPS = 4
NOT_QUIET = frozenset((0, *LOUD))
SWAP = dict(zip(LOUD + SEATS, SEATS + LOUD, strict=True))


def is_quiet(port: int) -> bool:
    """Return whether a port may be a false one: the set Q."""
    return port not in NOT_QUIET


@lru_cache(maxsize=1 << 16)
def turn_port(keys: CommonKeys, port: int, tag: bytes, *, inverse: bool = False) -> int:
    """Return the false port of a real one, or the other way round; raise DecoyError without one.

    `tag` is the last 4 octets of the false address that the port belongs to.
    """

    def change(half: int, r: int, other: int) -> int:
        return half ^ siphash(keys.port, bytes([r, other]) + tag) & 0xFF

    def step(value: int) -> int:
        first, second = turn(value >> 8, value & 0xFF, change, inverse=inverse)
        return first << 8 | second

    start = port if inverse else SWAP.get(port, port)
    if not is_quiet(start):
        raise DecoyError(Unfit.PORT)
    end = walk(start, step, is_quiet, STEPS, Unfit.PORT)
    return SWAP.get(end, end) if inverse else end
