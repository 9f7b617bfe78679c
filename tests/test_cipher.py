# SPDX-License-Identifier: GPL-2.0-or-later
"""The C cipher under sanitizers, built by two compilers: all vectors, and against the reference."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from pppshroud.cover import KeySet, cover_block, cover_whole

from .cipher_vectors import cases
from .testbed import toolchain

ROOT = Path(__file__).resolve().parents[1]
BUILD = "build/cipher"
EDGES = (65, 66, 79, 80, 81, 95, 96, 97, 127, 128, 129, 192, 193, 1500, 2047, 2048)


@pytest.fixture(scope="module", params=["gcc", "clang"])
def program(request: pytest.FixtureRequest) -> str:
    """The cipher's test program as this compiler made it: its path in the build image."""
    return built(f"cipher-{request.param}")


def built(name: str) -> str:
    """Build the test programs; return the path of one in the build image."""
    (ROOT / BUILD).mkdir(parents=True, exist_ok=True)
    toolchain.run(["make", "-j2", "CC=gcc", f"BUILD=/src/{BUILD}", "all"], cwd="src/cipher")
    return f"/src/{BUILD}/{name}"


def answers(program: str, commands: list[str], *, fails: bool = False) -> list[str]:
    """Give a test program commands; return its answers. It must fail if `fails` is set."""
    name = f"{BUILD}/{Path(program).name}.commands"
    (ROOT / name).write_text("".join(f"{command}\n" for command in commands))
    argv = ["sh", "-c", f"exec {program} <{Path(name).name}"]
    done = toolchain.run(argv, cwd=BUILD, check=not fails)
    assert bool(done.returncode) == fails
    return done.stdout.splitlines()


def test_cipher_vectors(program: str) -> None:
    vectors = cases(ROOT / "docs/vectors")
    assert vectors
    assert answers(program, [command for command, _ in vectors]) == [end for _, end in vectors]


def test_cipher_equals_reference(program: str) -> None:
    """Key sets with all bits of the hash key set, carries in the sums, all edges of lengths."""
    rng = random.Random(1)
    keys = [rng.randbytes(208) for _ in range(4)] + [b"\xff" * 208, b"\0" * 208]
    packets = [rng.randbytes(n) for n in EDGES] + [b"\xff" * n for n in EDGES]
    pairs = [(key, packet) for key in keys for packet in packets]
    lines = [f"whole {key.hex()} {packet.hex()}" for key, packet in pairs]
    lines += [f"block {key.hex()} {packet.hex()}" for key, packet in pairs]
    expected = [cover_whole(KeySet(key), packet).hex() for key, packet in pairs]
    expected += [cover_block(KeySet(key), packet).hex() for key, packet in pairs]
    assert answers(program, lines) == expected
