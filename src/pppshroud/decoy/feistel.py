# SPDX-License-Identifier: GPL-2.0-or-later
"""Feistel permutations and walks: docs/decoy.md section 4."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pppshroud.decoy.unfit import DecoyError, Unfit

ROUNDS = 12

Half = TypeVar("Half")


def turn(
    first: Half,
    second: Half,
    change: Callable[[Half, int, Half], Half],
    *,
    inverse: bool,
    rounds: int = ROUNDS,
) -> tuple[Half, Half]:
    """Permute the pair (A, B). `change(half, r, other)` combines a half with f(r, other)."""
    for r in reversed(range(rounds)) if inverse else range(rounds):
        if r % 2 == 0:
            first = change(first, r, second)
        else:
            second = change(second, r, first)
    return first, second


def walk(
    value: int, step: Callable[[int], int], within: Callable[[int], bool], most: int, why: Unfit
) -> int:
    """Apply `step` until the value lies in the set; raise DecoyError after `most` steps."""
    for _ in range(most):
        value = step(value)
        if within(value):
            return value
    raise DecoyError(why)
