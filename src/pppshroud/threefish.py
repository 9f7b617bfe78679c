# SPDX-License-Identifier: GPL-2.0-or-later
"""Threefish-512, the tweakable block cipher of Skein 1.3 (Ferguson et al., 2010, section 3.3).

Plain Python pays for each operation, hardly for the length of an integer. So many blocks
are enciphered at once: each of the eight state words is one long integer that holds that
word of every block, 128 bits apart; the upper 64 bits of each place take the carries.
"""

from functools import lru_cache

BLOCK_LENGTH = 64  # octets, also of the key
TWEAK_LENGTH = 16  # octets
SUBKEYS = 19  # one before every four of the 72 rounds, one at the end
WORD_MASK = (1 << 64) - 1
PARITY = 0x1BD11BDAA9FC1A22  # C240 of Skein 1.3

Words = tuple[int, int, int, int, int, int, int, int]


class Threefish512:
    """One key and tweak, both little-endian octets. Blocks are 64 octets, little-endian."""

    def __init__(self, key: bytes, tweak: bytes = bytes(TWEAK_LENGTH)) -> None:
        if len(key) != BLOCK_LENGTH or len(tweak) != TWEAK_LENGTH:
            raise ValueError(
                f"Threefish-512 takes a key of 64 and a tweak of 16 octets, not {len(key)} and "
                f"{len(tweak)}"
            )
        self._subkeys = _expand_key(_load(key), _load(tweak))

    def encrypt(self, block: bytes) -> bytes:
        """Encipher 64 octets."""
        return self.encrypt_blocks(block)

    def encrypt_blocks(self, blocks: bytes) -> bytes:
        """Encipher each 64 octets of `blocks` on their own, all at once."""
        count, odd = divmod(len(blocks), BLOCK_LENGTH)
        if odd or not count:
            raise ValueError(f"{len(blocks)} octets are not a whole number of 64-octet blocks")
        ones, mask = _places(count)
        state = _gather(blocks, mask)
        for s in range(0, SUBKEYS - 1, 2):
            state = _rounds_0_to_3(*_add(state, self._subkeys[s], ones, mask), mask)
            state = _rounds_4_to_7(*_add(state, self._subkeys[s + 1], ones, mask), mask)
        state = _add(state, self._subkeys[-1], ones, mask)
        return _scatter(state, mask, count)

    def decrypt(self, block: bytes) -> bytes:
        """Decipher 64 octets."""
        if len(block) != BLOCK_LENGTH:
            raise ValueError(f"a block has 64 octets, not {len(block)}")
        state = _subtract(_gather(block, WORD_MASK), self._subkeys[-1])
        for s in range(SUBKEYS - 2, 0, -2):
            state = _subtract(_undo_4_to_7(*state, WORD_MASK), self._subkeys[s])
            state = _subtract(_undo_0_to_3(*state, WORD_MASK), self._subkeys[s - 1])
        return b"".join((word & WORD_MASK).to_bytes(8, "little") for word in state)


def _load(octets: bytes) -> tuple[int, ...]:
    return tuple(int.from_bytes(octets[i : i + 8], "little") for i in range(0, len(octets), 8))


def _expand_key(key: tuple[int, ...], tweak: tuple[int, ...]) -> list[Words]:
    parity = PARITY
    for word in key:
        parity ^= word
    k = (*key, parity)
    t = (*tweak, tweak[0] ^ tweak[1])
    subkeys: list[Words] = []
    for s in range(SUBKEYS):
        a, b, c, d, e, f, g, h = (k[(s + i) % 9] for i in range(8))
        f = f + t[s % 3] & WORD_MASK
        g = g + t[(s + 1) % 3] & WORD_MASK
        h = h + s & WORD_MASK
        subkeys.append((a, b, c, d, e, f, g, h))
    return subkeys


@lru_cache(maxsize=64)
def _places(count: int) -> tuple[int, int]:
    """Return 1 and 2^64-1 in each of `count` places."""
    ones = sum(1 << 128 * i for i in range(count))
    return ones, ones * WORD_MASK


def _gather(blocks: bytes, mask: int) -> Words:
    """Return the state words; two neighbours come out of one integer."""
    words = []
    for start in range(0, BLOCK_LENGTH, 16):
        pairs = [blocks[i : i + 16] for i in range(start, len(blocks), BLOCK_LENGTH)]
        pair = int.from_bytes(b"".join(pairs), "little")
        words += [pair & mask, pair >> 64 & mask]
    a, b, c, d, e, f, g, h = words
    return a, b, c, d, e, f, g, h


def _scatter(state: Words, mask: int, count: int) -> bytes:
    pairs = [
        (state[i] & mask | (state[i + 1] & mask) << 64).to_bytes(16 * count, "little")
        for i in range(0, 8, 2)
    ]
    return b"".join(
        pair[start : start + 16] for start in range(0, 16 * count, 16) for pair in pairs
    )


def _add(state: Words, key: Words, ones: int, mask: int) -> Words:
    """Add a subkey. The words that MIX rotates must not bring a carry; it masks the others."""
    a, b, c, d, e, f, g, h = state
    i, j, k, l, m, n, o, p = key  # noqa: E741  (the alphabet)
    return (
        a + i * ones, b + j * ones & mask, c + k * ones, d + l * ones & mask,
        e + m * ones, f + n * ones & mask, g + o * ones, h + p * ones & mask,
    )  # fmt: skip


def _subtract(state: Words, key: Words) -> Words:
    a, b, c, d, e, f, g, h = (x - k & WORD_MASK for x, k in zip(state, key, strict=True))
    return a, b, c, d, e, f, g, h


def _rounds_0_to_3(a: int, b: int, c: int, d: int, e: int, f: int, g: int, h: int, m: int) -> Words:
    """Rounds 8i to 8i+3: four times MIX on pairs of words, the permutation in the names."""
    a = a + b & m
    b = (b << 46 | b >> 18) & m ^ a
    c = c + d & m
    d = (d << 36 | d >> 28) & m ^ c
    e = e + f & m
    f = (f << 19 | f >> 45) & m ^ e
    g = g + h & m
    h = (h << 37 | h >> 27) & m ^ g
    c = c + b & m
    b = (b << 33 | b >> 31) & m ^ c
    e = e + h & m
    h = (h << 27 | h >> 37) & m ^ e
    g = g + f & m
    f = (f << 14 | f >> 50) & m ^ g
    a = a + d & m
    d = (d << 42 | d >> 22) & m ^ a
    e = e + b & m
    b = (b << 17 | b >> 47) & m ^ e
    g = g + d & m
    d = (d << 49 | d >> 15) & m ^ g
    a = a + f & m
    f = (f << 36 | f >> 28) & m ^ a
    c = c + h & m
    h = (h << 39 | h >> 25) & m ^ c
    g = g + b & m
    b = (b << 44 | b >> 20) & m ^ g
    a = a + h & m
    h = (h << 9 | h >> 55) & m ^ a
    c = c + f & m
    f = (f << 54 | f >> 10) & m ^ c
    e = e + d & m
    d = (d << 56 | d >> 8) & m ^ e
    return a, b, c, d, e, f, g, h


def _rounds_4_to_7(a: int, b: int, c: int, d: int, e: int, f: int, g: int, h: int, m: int) -> Words:
    """Rounds 8i+4 to 8i+7."""
    a = a + b & m
    b = (b << 39 | b >> 25) & m ^ a
    c = c + d & m
    d = (d << 30 | d >> 34) & m ^ c
    e = e + f & m
    f = (f << 34 | f >> 30) & m ^ e
    g = g + h & m
    h = (h << 24 | h >> 40) & m ^ g
    c = c + b & m
    b = (b << 13 | b >> 51) & m ^ c
    e = e + h & m
    h = (h << 50 | h >> 14) & m ^ e
    g = g + f & m
    f = (f << 10 | f >> 54) & m ^ g
    a = a + d & m
    d = (d << 17 | d >> 47) & m ^ a
    e = e + b & m
    b = (b << 25 | b >> 39) & m ^ e
    g = g + d & m
    d = (d << 29 | d >> 35) & m ^ g
    a = a + f & m
    f = (f << 39 | f >> 25) & m ^ a
    c = c + h & m
    h = (h << 43 | h >> 21) & m ^ c
    g = g + b & m
    b = (b << 8 | b >> 56) & m ^ g
    a = a + h & m
    h = (h << 35 | h >> 29) & m ^ a
    c = c + f & m
    f = (f << 56 | f >> 8) & m ^ c
    e = e + d & m
    d = (d << 22 | d >> 42) & m ^ e
    return a, b, c, d, e, f, g, h


def _undo_0_to_3(a: int, b: int, c: int, d: int, e: int, f: int, g: int, h: int, m: int) -> Words:
    """The inverse of _rounds_0_to_3, for a single block."""
    b = ((b ^ g) >> 44 | (b ^ g) << 20) & m
    g = g - b & m
    h = ((h ^ a) >> 9 | (h ^ a) << 55) & m
    a = a - h & m
    f = ((f ^ c) >> 54 | (f ^ c) << 10) & m
    c = c - f & m
    d = ((d ^ e) >> 56 | (d ^ e) << 8) & m
    e = e - d & m
    b = ((b ^ e) >> 17 | (b ^ e) << 47) & m
    e = e - b & m
    d = ((d ^ g) >> 49 | (d ^ g) << 15) & m
    g = g - d & m
    f = ((f ^ a) >> 36 | (f ^ a) << 28) & m
    a = a - f & m
    h = ((h ^ c) >> 39 | (h ^ c) << 25) & m
    c = c - h & m
    b = ((b ^ c) >> 33 | (b ^ c) << 31) & m
    c = c - b & m
    h = ((h ^ e) >> 27 | (h ^ e) << 37) & m
    e = e - h & m
    f = ((f ^ g) >> 14 | (f ^ g) << 50) & m
    g = g - f & m
    d = ((d ^ a) >> 42 | (d ^ a) << 22) & m
    a = a - d & m
    b = ((b ^ a) >> 46 | (b ^ a) << 18) & m
    a = a - b & m
    d = ((d ^ c) >> 36 | (d ^ c) << 28) & m
    c = c - d & m
    f = ((f ^ e) >> 19 | (f ^ e) << 45) & m
    e = e - f & m
    h = ((h ^ g) >> 37 | (h ^ g) << 27) & m
    g = g - h & m
    return a, b, c, d, e, f, g, h


def _undo_4_to_7(a: int, b: int, c: int, d: int, e: int, f: int, g: int, h: int, m: int) -> Words:
    """The inverse of _rounds_4_to_7, for a single block."""
    b = ((b ^ g) >> 8 | (b ^ g) << 56) & m
    g = g - b & m
    h = ((h ^ a) >> 35 | (h ^ a) << 29) & m
    a = a - h & m
    f = ((f ^ c) >> 56 | (f ^ c) << 8) & m
    c = c - f & m
    d = ((d ^ e) >> 22 | (d ^ e) << 42) & m
    e = e - d & m
    b = ((b ^ e) >> 25 | (b ^ e) << 39) & m
    e = e - b & m
    d = ((d ^ g) >> 29 | (d ^ g) << 35) & m
    g = g - d & m
    f = ((f ^ a) >> 39 | (f ^ a) << 25) & m
    a = a - f & m
    h = ((h ^ c) >> 43 | (h ^ c) << 21) & m
    c = c - h & m
    b = ((b ^ c) >> 13 | (b ^ c) << 51) & m
    c = c - b & m
    h = ((h ^ e) >> 50 | (h ^ e) << 14) & m
    e = e - h & m
    f = ((f ^ g) >> 10 | (f ^ g) << 54) & m
    g = g - f & m
    d = ((d ^ a) >> 17 | (d ^ a) << 47) & m
    a = a - d & m
    b = ((b ^ a) >> 39 | (b ^ a) << 25) & m
    a = a - b & m
    d = ((d ^ c) >> 30 | (d ^ c) << 34) & m
    c = c - d & m
    f = ((f ^ e) >> 34 | (f ^ e) << 30) & m
    e = e - f & m
    h = ((h ^ g) >> 24 | (h ^ g) << 40) & m
    g = g - h & m
    return a, b, c, d, e, f, g, h
