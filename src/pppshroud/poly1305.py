# SPDX-License-Identifier: GPL-2.0-or-later
"""The Poly1305 accumulator of RFC 8439 section 2.5, with the final addend `s` left out."""

PRIME = (1 << 130) - 5
CLAMP = 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
CHUNK_LENGTH = 16  # octets


def clamp(key: bytes) -> int:
    """Return the multiplier `r` from 16 little-endian octets."""
    if len(key) != CHUNK_LENGTH:
        raise ValueError(f"Poly1305's r is made from 16 octets, not {len(key)}")
    return int.from_bytes(key, "little") & CLAMP


def accumulate(r: int, data: bytes) -> int:
    """Return the low 128 bits of the fully reduced accumulator over `data`."""
    total = 0
    for start in range(0, len(data), CHUNK_LENGTH):
        chunk = data[start : start + CHUNK_LENGTH] + b"\x01"
        total = (total + int.from_bytes(chunk, "little")) * r % PRIME
    return total & (1 << 128) - 1
