# SPDX-License-Identifier: GPL-2.0-or-later
"""Block cover and whole-packet cover of one filled-up packet: protocol sections 6.4 and 6.5.

The packet `P` and the covered packet `C` have the same length, from 64 octets on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from pppshroud.poly1305 import accumulate, clamp
from pppshroud.threefish import Threefish512
from pppshroud.wire import BLOCK_LEN, HASH_KEY_LEN, KEYSET_LEN, OKM_LEN, WHOLE_MAX

HASH_MASK = (1 << 8 * HASH_KEY_LEN) - 1


@dataclass(frozen=True)
class KeySet:
    """The four keys of one direction: 208 octets as section 4.3 lays them out."""

    octets: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.octets) != KEYSET_LEN:
            raise ValueError(f"a key set has {KEYSET_LEN} octets, not {len(self.octets)}")

    @property
    def block(self) -> Threefish512:
        """Cipher of the first block under block cover."""
        return _expand(self.octets[:64])

    @property
    def whole(self) -> Threefish512:
        """Cipher of the first block under whole-packet cover."""
        return _expand(self.octets[64:128])

    @property
    def rest(self) -> Threefish512:
        """Cipher of the keystream of whole-packet cover."""
        return _expand(self.octets[128:192])

    @property
    def multiplier(self) -> int:
        """Poly1305's clamped r of whole-packet cover."""
        return clamp(self.octets[192:])


@lru_cache(maxsize=64)
def _expand(key: bytes) -> Threefish512:
    return Threefish512(key)


@dataclass(frozen=True)
class DataKeys:
    """What one handshake yields: the key sets of both directions and the secret for a rekey."""

    up: KeySet
    down: KeySet
    chain: bytes = field(repr=False)

    @classmethod
    def split(cls, okm: bytes) -> DataKeys:
        """Take the 448 octets of section 4.3 apart."""
        if len(okm) != OKM_LEN:
            raise ValueError(f"data keys have {OKM_LEN} octets, not {len(okm)}")
        up, down = KeySet(okm[:KEYSET_LEN]), KeySet(okm[KEYSET_LEN : 2 * KEYSET_LEN])
        return cls(up, down, okm[2 * KEYSET_LEN :])


def cover_block(keys: KeySet, packet: bytes) -> bytes:
    """Encipher the first 64 octets; any packet of 64 octets or more."""
    _check_length(packet, BLOCK_LEN)
    return keys.block.encrypt(packet[:BLOCK_LEN]) + packet[BLOCK_LEN:]


def uncover_block(keys: KeySet, packet: bytes) -> bytes:
    """The inverse of cover_block."""
    _check_length(packet, BLOCK_LEN)
    return keys.block.decrypt(packet[:BLOCK_LEN]) + packet[BLOCK_LEN:]


def cover_whole(keys: KeySet, packet: bytes) -> bytes:
    """Encipher all of a packet of 65 to 2048 octets: hash, encrypt, hash."""
    _check_length(packet, BLOCK_LEN + 1, WHOLE_MAX)
    tail = packet[BLOCK_LEN:]
    inner = _add_hash(packet[:BLOCK_LEN], accumulate(keys.multiplier, tail))
    outer = keys.whole.encrypt(inner)
    tail = _xor(tail, keystream(keys, _xor(inner, outer), len(tail)))
    return _add_hash(outer, -accumulate(keys.multiplier, tail)) + tail


def uncover_whole(keys: KeySet, packet: bytes) -> bytes:
    """The inverse of cover_whole."""
    _check_length(packet, BLOCK_LEN + 1, WHOLE_MAX)
    tail = packet[BLOCK_LEN:]
    outer = _add_hash(packet[:BLOCK_LEN], accumulate(keys.multiplier, tail))
    inner = keys.whole.decrypt(outer)
    tail = _xor(tail, keystream(keys, _xor(inner, outer), len(tail)))
    return _add_hash(inner, -accumulate(keys.multiplier, tail)) + tail


def keystream(keys: KeySet, nonce: bytes, length: int) -> bytes:
    """Return S(nonce): `length` octets."""
    number = int.from_bytes(nonce[:8], "little")
    counters = range(1, -(-length // BLOCK_LEN) + 1)
    blocks = b"".join((number ^ i).to_bytes(8, "little") + nonce[8:] for i in counters)
    return keys.rest.encrypt_blocks(blocks)[:length]


def _add_hash(block: bytes, addend: int) -> bytes:
    """Add to the first 16 octets as a little-endian number modulo 2^128."""
    total = int.from_bytes(block[:HASH_KEY_LEN], "little") + addend & HASH_MASK
    return total.to_bytes(HASH_KEY_LEN, "little") + block[HASH_KEY_LEN:]


def _xor(left: bytes, right: bytes) -> bytes:
    number = int.from_bytes(left, "little") ^ int.from_bytes(right, "little")
    return number.to_bytes(len(left), "little")


def _check_length(packet: bytes, least: int, most: int = 1 << 16) -> None:
    if not least <= len(packet) <= most:
        raise ValueError(f"a packet of {len(packet)} octets, {least} to {most} can be covered")
