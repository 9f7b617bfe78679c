# SPDX-License-Identifier: GPL-2.0-or-later
"""SipHash-2-4 (Aumasson and Bernstein, 2012): F of docs/decoy.md section 4."""

from __future__ import annotations

from functools import lru_cache

KEY_LEN = 16  # octets
MASK = (1 << 64) - 1
CONSTANTS = (0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573)

State = tuple[int, int, int, int]


@lru_cache(maxsize=1 << 16)
def siphash(key: bytes, message: bytes) -> int:
    """Return the tag as a number; its octets are little-endian."""
    if len(key) != KEY_LEN:
        raise ValueError(f"SipHash takes a key of 16 octets, not {len(key)}")
    k = (int.from_bytes(key[:8], "little"), int.from_bytes(key[8:], "little"))
    a, b, c, d = (k[i % 2] ^ constant for i, constant in enumerate(CONSTANTS))
    padded = message + bytes(-(len(message) + 1) % 8) + bytes([len(message) % 256])
    for start in range(0, len(padded), 8):
        word = int.from_bytes(padded[start : start + 8], "little")
        a, b, c, d = _rounds(2, (a, b, c, d ^ word))
        a ^= word
    a, b, c, d = _rounds(4, (a, b, c ^ 0xFF, d))
    return a ^ b ^ c ^ d


def _rounds(count: int, state: State) -> State:
    a, b, c, d = state
    for _ in range(count):
        a = a + b & MASK
        b = (b << 13 | b >> 51) & MASK ^ a
        a = (a << 32 | a >> 32) & MASK
        c = c + d & MASK
        d = (d << 16 | d >> 48) & MASK ^ c
        a = a + d & MASK
        d = (d << 21 | d >> 43) & MASK ^ a
        c = c + b & MASK
        b = (b << 17 | b >> 47) & MASK ^ c
        c = (c << 32 | c >> 32) & MASK
    return a, b, c, d
