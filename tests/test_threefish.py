# SPDX-License-Identifier: GPL-2.0-or-later
"""Threefish-512 and the Poly1305 accumulator: published vectors, inverses, second opinions."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.poly1305 import Poly1305
from hypothesis import given
from hypothesis import strategies as st

from pppshroud.poly1305 import accumulate, clamp
from pppshroud.threefish import Threefish512

VECTORS = Path(__file__).parent.parent / "docs/vectors/threefish512.json"

# skein_golden_kat_internals.txt of the Skein 1.3 submission to NIST, written out by hand:
# the vector file is made by the code under test.
ZERO = (
    "b1a2bbc6ef6025bc40eb3822161f36e375d1bb0aee3186fbd19e47c5d479947b"
    "7bc2f8586e35f0cff7e7f03084b0b7b1f1ab3961a580a3e97eb41ea14a6d7bbe"
)
COUNTING = (
    "e304439626d45a2cb401cad8d636249a6338330eb06d45dd8b36b90e97254779"
    "272a0a8d99463504784420ea18c9a725af11dffea10162348927673d5c1caf3d"
)
BLOCK = st.binary(min_size=64, max_size=64)


def test_published_zero_key() -> None:
    assert Threefish512(bytes(64)).encrypt(bytes(64)).hex() == ZERO


def test_published_counting_key() -> None:
    cipher = Threefish512(bytes(range(0x10, 0x50)), bytes(range(16)))
    assert cipher.encrypt(bytes(range(0xFF, 0xBF, -1))).hex() == COUNTING


@pytest.mark.parametrize(
    "case", json.loads(VECTORS.read_text())["vectors"], ids=lambda c: c["name"]
)
def test_vector(case: dict[str, str]) -> None:
    cipher = Threefish512(bytes.fromhex(case["key"]), bytes.fromhex(case["tweak"]))
    assert cipher.encrypt(bytes.fromhex(case["plain"])).hex() == case["cipher"]
    assert cipher.decrypt(bytes.fromhex(case["cipher"])).hex() == case["plain"]


@given(key=BLOCK, tweak=st.binary(min_size=16, max_size=16), block=BLOCK)
def test_decrypt_undoes_encrypt(key: bytes, tweak: bytes, block: bytes) -> None:
    cipher = Threefish512(key, tweak)
    assert cipher.decrypt(cipher.encrypt(block)) == block
    assert cipher.encrypt(cipher.decrypt(block)) == block


@given(key=BLOCK, blocks=st.lists(BLOCK, min_size=1, max_size=32))
def test_many_blocks_are_enciphered_each_on_its_own(key: bytes, blocks: list[bytes]) -> None:
    cipher = Threefish512(key)
    assert cipher.encrypt_blocks(b"".join(blocks)) == b"".join(map(cipher.encrypt, blocks))


def test_carries_do_not_reach_the_next_block() -> None:
    cipher = Threefish512(b"\xff" * 64)
    blocks = [b"\xff" * 64, bytes(64), b"\xff" * 64]
    assert cipher.encrypt_blocks(b"".join(blocks)) == b"".join(map(cipher.encrypt, blocks))


@pytest.mark.parametrize("length", [0, 63, 65])
def test_wrong_length(length: int) -> None:
    cipher = Threefish512(bytes(64))
    with pytest.raises(ValueError, match=f"{length} octets are not a whole number"):
        cipher.encrypt(bytes(length))
    with pytest.raises(ValueError, match=f"a block has 64 octets, not {length}"):
        cipher.decrypt(bytes(length))
    with pytest.raises(ValueError, match=f"not {length} and 16"):
        Threefish512(bytes(length))


@given(key=st.binary(min_size=16, max_size=16), data=st.binary(max_size=200))
def test_accumulator_is_the_tag_with_zero_s(key: bytes, data: bytes) -> None:
    tag = Poly1305.generate_tag(key + bytes(16), data)
    assert accumulate(clamp(key), data).to_bytes(16, "little") == tag


@given(s=st.binary(min_size=16, max_size=16), data=st.binary(max_size=200))
def test_accumulator_of_extreme_r(s: bytes, data: bytes) -> None:
    total = accumulate(clamp(b"\xff" * 16), data) + int.from_bytes(s, "little")
    tag = Poly1305.generate_tag(b"\xff" * 16 + s, data)
    assert (total % (1 << 128)).to_bytes(16, "little") == tag


def test_clamp_wants_16_octets() -> None:
    with pytest.raises(ValueError, match="16 octets, not 15"):
        clamp(bytes(15))
