# SPDX-License-Identifier: GPL-2.0-or-later
"""Payloads, as long as they were, under a tweak of 16 octets: docs/decoy.md section 7."""

from __future__ import annotations

from functools import lru_cache

from pppshroud.cover import KeySet, keystream
from pppshroud.decoy.feistel import ROUNDS, turn
from pppshroud.decoy.keys import SideKeys
from pppshroud.poly1305 import accumulate
from pppshroud.threefish import Threefish512
from pppshroud.wire import BLOCK_LEN, WHOLE_MAX

HALF_MAX = 32
LONG = 32  # octets from which on few rounds are enough
LONG_ROUNDS = 4
HASH_LEN = 16
HASH_MASK = (1 << 8 * HASH_LEN) - 1
WHOLE = range(BLOCK_LEN + 1, WHOLE_MAX + 1)


def turn_payload(
    keys: SideKeys, tweak: bytes, payload: bytes, *, whole: bool, inverse: bool = False
) -> bytes:
    """Cover a payload, or uncover it. `whole` needs 65 to 2048 octets."""
    if len(payload) < BLOCK_LEN:
        return _turn_short(keys.short, tweak, payload, inverse)
    if whole:
        return _turn_whole(keys.payload, tweak, payload, inverse)
    return _turn_block(keys.payload, tweak, payload, inverse)


def _turn_short(key: bytes, tweak: bytes, payload: bytes, inverse: bool) -> bytes:
    length = len(payload)

    def change(half: bytes, r: int, other: bytes) -> bytes:
        block = other.ljust(HALF_MAX, b"\0") + tweak + bytes([r, length])
        return _xor(half, threefish(key).encrypt(block.ljust(BLOCK_LEN, b"\0"))[: len(half)])

    halves = payload[: length // 2], payload[length // 2 :]
    rounds = LONG_ROUNDS if length >= LONG else ROUNDS
    return b"".join(turn(*halves, change, inverse=inverse, rounds=rounds)) if payload else b""


def _turn_block(keys: KeySet, tweak: bytes, payload: bytes, inverse: bool) -> bytes:
    addend = accumulate(keys.multiplier, tweak)
    cipher = keys.block.decrypt if inverse else keys.block.encrypt
    block = cipher(_add(payload[:BLOCK_LEN], addend))
    return _add(block, -addend) + payload[BLOCK_LEN:]


def _turn_whole(keys: KeySet, tweak: bytes, payload: bytes, inverse: bool) -> bytes:
    tail = payload[BLOCK_LEN:]
    first = _add(payload[:BLOCK_LEN], accumulate(keys.multiplier, tweak + tail))
    second = (keys.whole.decrypt if inverse else keys.whole.encrypt)(first)
    tail = _xor(tail, keystream(keys, _xor(first, second), len(tail)))
    return _add(second, -accumulate(keys.multiplier, tweak + tail)) + tail


@lru_cache(maxsize=64)
def threefish(key: bytes) -> Threefish512:
    """Return the cipher with its key expanded."""
    return Threefish512(key)


def _add(block: bytes, addend: int) -> bytes:
    total = int.from_bytes(block[:HASH_LEN], "little") + addend & HASH_MASK
    return total.to_bytes(HASH_LEN, "little") + block[HASH_LEN:]


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
