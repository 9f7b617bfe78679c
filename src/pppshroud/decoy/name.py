# SPDX-License-Identifier: GPL-2.0-or-later
"""The letters and digits of a run of DNS labels: docs/decoy.md section 8."""

from __future__ import annotations

from dataclasses import dataclass

from pppshroud.decoy.feistel import turn
from pppshroud.decoy.payload import threefish
from pppshroud.decoy.unfit import DecoyError, Unfit

UNIT_MAX = 92
HALF_MAX = UNIT_MAX // 2
BASES = {ord(first): (ord(first), size) for first, size in (("a", 26), ("A", 26), ("0", 10))}
PLACES = {
    octet: place for start, place in BASES.items() for octet in range(start, start + place[1])
}  # octet: the first of its alphabet, and how many are in it
OTHERS = frozenset(b"-_")


@dataclass(frozen=True)
class Unit:
    """Some characters: their values, and for each the size of its alphabet."""

    values: bytes
    sizes: bytes


def turn_name(key: bytes, tweak: bytes, text: bytes, *, inverse: bool = False) -> bytes:
    """Permute the letters and digits of `text`; `tweak` is D, 16 octets."""
    at = [index for index, octet in enumerate(text) if octet in PLACES]
    count = len(at)
    if count > UNIT_MAX:
        raise DecoyError(Unfit.DNS)
    starts = [PLACES[text[index]][0] for index in at]
    values = bytes(text[index] - start for index, start in zip(at, starts, strict=True))
    sizes = bytes(PLACES[text[index]][1] for index in at)

    def change(half: Unit, r: int, other: Unit) -> Unit:
        block = other.values.ljust(HALF_MAX, b"\0") + tweak + bytes([r, count])
        stream = threefish(key).encrypt(block)[: len(half.values)]
        sign = -1 if inverse else 1
        moved = zip(half.values, stream, half.sizes, strict=True)
        return Unit(bytes((v + sign * s) % size for v, s, size in moved), half.sizes)

    middle = count // 2
    halves = Unit(values[:middle], sizes[:middle]), Unit(values[middle:], sizes[middle:])
    first, second = turn(*halves, change, inverse=inverse)
    result = bytearray(text)
    for index, start, value in zip(at, starts, first.values + second.values, strict=True):
        result[index] = start + value
    return bytes(result)
