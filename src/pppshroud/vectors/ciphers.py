# SPDX-License-Identifier: GPL-2.0-or-later
"""threefish512.json and whole.json: the block cipher, and whole-packet cover step by step."""

from __future__ import annotations

from typing import Any

from pppshroud.cover import KeySet, cover_whole, keystream, uncover_whole
from pppshroud.poly1305 import accumulate
from pppshroud.threefish import Threefish512
from pppshroud.vectors.material import key_set, octets
from pppshroud.wire import BLOCK_LEN

# skein_golden_kat_internals.txt of the Skein 1.3 submission.
PUBLISHED = (
    ("Skein 1.3, zero key", bytes(64), bytes(16), bytes(64)),
    (
        "Skein 1.3, counting key",
        bytes(range(0x10, 0x50)),
        bytes(range(16)),
        bytes(range(0xFF, 0xBF, -1)),
    ),
)
WHOLE_LENGTHS = (65, 66, 79, 80, 81, 127, 128, 129, 191, 192, 193, 576, 1492, 2048)


def threefish_vectors() -> dict[str, Any]:
    """Return threefish512.json."""
    cases = list(PUBLISHED)
    for i in range(4):
        cases.append((f"zero tweak {i}", octets(f"key {i}", 64), bytes(16), octets(f"p {i}", 64)))
    return {
        "about": "Threefish-512, protocol section 6.4. All values are octets.",
        "vectors": [_threefish_case(*case) for case in cases],
    }


def _threefish_case(name: str, key: bytes, tweak: bytes, plain: bytes) -> dict[str, str]:
    return {
        "name": name,
        "key": key.hex(),
        "tweak": tweak.hex(),
        "plain": plain.hex(),
        "cipher": Threefish512(key, tweak).encrypt(plain).hex(),
    }


def whole_vectors() -> dict[str, Any]:
    """Return whole.json."""
    keys = [key_set("whole"), KeySet(b"\xff" * 208)]
    vectors = [_whole_case(keys[0], octets(f"whole {n}", n)) for n in WHOLE_LENGTHS]
    vectors += [_whole_case(keys[1], fill * 100) for fill in (b"\x00", b"\xff")]
    return {
        "about": "Whole-packet cover, protocol section 6.5: P to C, with H(P[64..]), M, X, "
        "S(M ^ X) and H(C[64..]) on the way. Any octets, not only packets. Hashes are "
        "little-endian. The key set is block, whole, rest and hash key.",
        "vectors": vectors,
    }


def _whole_case(keys: KeySet, plain: bytes) -> dict[str, Any]:
    covered = cover_whole(keys, plain)
    assert uncover_whole(keys, covered) == plain
    first_hash = accumulate(keys.multiplier, plain[BLOCK_LEN:])
    last_hash = accumulate(keys.multiplier, covered[BLOCK_LEN:])
    low = (int.from_bytes(plain[:16], "little") + first_hash) % (1 << 128)
    inner = low.to_bytes(16, "little") + plain[16:BLOCK_LEN]
    outer = keys.whole.encrypt(inner)
    nonce = bytes(a ^ b for a, b in zip(inner, outer, strict=True))
    return {
        "length": len(plain),
        "key_set": keys.octets.hex(),
        "plain": plain.hex(),
        "hash_of_plain": first_hash.to_bytes(16, "little").hex(),
        "m": inner.hex(),
        "x": outer.hex(),
        "keystream": keystream(keys, nonce, len(plain) - BLOCK_LEN).hex(),
        "hash_of_cover": last_hash.to_bytes(16, "little").hex(),
        "cover": covered.hex(),
    }
