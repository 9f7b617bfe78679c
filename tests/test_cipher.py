# SPDX-License-Identifier: GPL-2.0-or-later
"""The C cipher under sanitizers, built by two compilers: all vectors, and against the reference."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from pppshroud.cover import KeySet, cover_block, cover_whole

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build/cipher"
EDGES = (65, 66, 79, 80, 81, 95, 96, 97, 127, 128, 129, 192, 193, 1500, 2047, 2048)


def _make(target: str) -> str:
    done = subprocess.run(
        ["make", "-C", str(ROOT / "src/cipher"), f"BUILD={BUILD}", target],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_cipher_vectors() -> None:
    said = _make("check")
    assert "cipher-gcc: " in said
    assert "cipher-clang: " in said


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_cipher_equals_reference(compiler: str) -> None:
    """Key sets with all bits of the hash key set, carries in the sums, all edges of lengths."""
    _make("all")
    rng = random.Random(1)
    keys = [rng.randbytes(208) for _ in range(4)] + [b"\xff" * 208, b"\0" * 208]
    packets = [rng.randbytes(n) for n in EDGES] + [b"\xff" * n for n in EDGES]
    cases = [(key, packet) for key in keys for packet in packets]
    lines = [f"whole {key.hex()} {packet.hex()}" for key, packet in cases]
    lines += [f"block {key.hex()} {packet.hex()}" for key, packet in cases]
    done = subprocess.run(
        [str(BUILD / f"cipher-{compiler}")],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    expected = [cover_whole(KeySet(key), packet).hex() for key, packet in cases]
    expected += [cover_block(KeySet(key), packet).hex() for key, packet in cases]
    assert done.stdout.splitlines() == expected
