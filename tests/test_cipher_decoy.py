# SPDX-License-Identifier: GPL-2.0-or-later
"""The C parts of mode decoy under sanitizers, by two compilers: docs/vectors/decoy-parts.json."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

import pytest

from .cipher_vectors import load
from .test_cipher import ROOT, answers, built

PARTS = load(ROOT / "docs/vectors", "decoy-parts.json")
OKM = PARTS["okm"]
SIPHASH_MAX = 15  # octets of a message that the C side takes


@pytest.fixture(scope="module", params=["gcc", "clang"])
def program(request: pytest.FixtureRequest) -> str:
    """The test program as this compiler made it: its path in the build image."""
    return built(f"decoy-{request.param}")


def _cases() -> Iterator[tuple[str, str]]:
    for row in PARTS["siphash"]:
        if len(row["message"]) // 2 <= SIPHASH_MAX:
            yield f"siphash {row['key']} {row['message']}", row["tag"]
    for row in PARTS["addresses"]:
        real, false = (ip_address(row[name]).packed.hex() for name in ("real", "false"))
        yield from _both_ways("address", "", real, false)
    for row in PARTS["ports"]:
        yield from _both_ways("port", row["tag"], f"{row['real']:04x}", f"{row['false']:04x}")
    for row in PARTS["payloads"]:
        yield from _both_ways("payload", f"{row['t']} {row['w']:02x}", row["p"], row["c"])


def _both_ways(command: str, more: str, real: str, false: str) -> Iterator[tuple[str, str]]:
    yield " ".join(f"{command} {OKM} {more} {real}".split()), false
    yield " ".join(f"un{command} {OKM} {more} {false}".split()), real


def test_decoy_vectors(program: str) -> None:
    vectors = list(_cases())
    assert len(vectors) > 100
    assert answers(program, [command for command, _ in vectors]) == [end for _, end in vectors]


@pytest.mark.parametrize(
    "octets", ["35010203", "e00000fb", "7f000001", "1a010203", "fe80" + 28 * "0"]
)
def test_no_false_address(program: str, octets: str) -> None:
    assert answers(program, [f"address {OKM} {octets}"], fails=True) == ["error"]


@pytest.mark.parametrize("port", [0, 95, 1023])
def test_no_false_port(program: str, port: int) -> None:
    command = f"port {OKM} 01020304 {port:04x}"
    assert answers(program, [command], fails=True) == ["error"]
