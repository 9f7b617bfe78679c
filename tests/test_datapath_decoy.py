# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of docs/vectors/decoy.json through the loaded programs of mode decoy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pppshroud.wire import DECOY_OKM_LEN, KEYSET_LEN, SHORT_KEY_LEN

from .datapath.frames import PEER_TEXT, SESSION, pppoe, turned
from .datapath.world import DROP, NEXT, Guest, Result, Testrun, World

pytest_plugins = ("tests.datapath.fixtures",)

VECTORS = json.loads(
    (Path(__file__).parents[1] / "docs/vectors/decoy.json").read_text(encoding="utf-8")
)
SIDE_LEN = 2 * KEYSET_LEN + SHORT_KEY_LEN
CHAIN_LEN = 32
REASONS = {"short": "rx_length", "kind": "rx_unknown", "plain": "rx_refused"}


@pytest.fixture(scope="module")
def _loaded(guest: Guest) -> Iterator[Testrun]:
    with World(guest) as namespace:
        namespace.add_pair()
        with namespace.testrun("wan0", "decoy", obj=guest.decoy) as run:
            yield run


@pytest.fixture
def run(_loaded: Testrun) -> Iterator[Testrun]:
    """A test runner with a PPPoE session in mode HOLD."""
    _loaded.say(f"pppoe {SESSION} {PEER_TEXT}")
    yield _loaded
    _loaded.say("close")


def _keys(row: dict[str, Any], phase: int) -> bytes:
    okm = bytes.fromhex(VECTORS["okm"][phase])
    assert len(okm) == DECOY_OKM_LEN
    start = 0 if row.get("direction", "up") == "up" else SIDE_LEN
    return bytes([phase]) + okm[start : start + SIDE_LEN] + okm[2 * SIDE_LEN : -CHAIN_LEN]


def _content(frame: bytes) -> bytes:
    """PPP protocol and packet, as long as the frame tells."""
    return frame[20 : 20 + int.from_bytes(frame[18:20], "big")]


def _whole(content: bytes) -> tuple[bytes, int]:
    """The PPP protocol, which tells block from whole cover, or a decoy's whole flag."""
    flag = content[3] & 4 if content[1] == 0x21 else content[3] & 0x40
    return content[:2], flag if content[1] in (0x21, 0x57) else 0


def _rows(name: str) -> list[Any]:
    return [pytest.param(row, id=f"{i}-{row['name']}") for i, row in enumerate(VECTORS[name])]


def _received(run: Testrun, row: dict[str, Any], field: str = "frame") -> Result:
    return run.frame("in", pppoe("in", int(row["wire_protocol"], 16), bytes.fromhex(row[field])))


@pytest.mark.parametrize("row", _rows("frames"))
def test_received(run: Testrun, row: dict[str, Any]) -> None:
    key, other = (_keys(row, phase) for phase in (row["phase"], 1 - row["phase"]))
    sent = bytes.fromhex(row["protocol"] + row["packet"])
    for keys in ((key,), (key, other), (other, key)):
        run.set("cover", key, *keys)
        result = _received(run, row)
        assert result.verdict == NEXT, result.counter
        assert _content(result.frame) == sent


@pytest.mark.parametrize("row", _rows("frames"))
def test_sent(run: Testrun, row: dict[str, Any]) -> None:
    """The sender's rule is its own: what differs from the vector has to come back as it was."""
    key = _keys(row, row["phase"])
    run.set("cover", key, key)
    frame = pppoe("out", int(row["protocol"], 16), bytes.fromhex(row["packet"]))
    result = run.frame("out", frame)
    assert result.verdict == NEXT, result.counter
    assert result.counter in ("tx_decoy", "tx_block", "tx_whole")
    if result.counter == "tx_decoy":
        assert len(result.frame) == len(frame)
    back = run.frame("in", turned(result.frame))
    assert back.verdict == NEXT
    assert _content(back.frame) == _content(frame)
    wanted = bytes.fromhex(row["wire_protocol"] + row["frame"])
    if _whole(_content(result.frame)) == _whole(wanted):
        assert _content(result.frame) == wanted


@pytest.mark.parametrize("row", _rows("receiver_drops"))
def test_receiver_drops(run: Testrun, row: dict[str, Any]) -> None:
    run.set("cover", _keys(row, 0), *(_keys(row, phase) for phase in row["phases"]))
    result = _received(run, row)
    assert result.verdict == DROP
    assert result.counter == REASONS.get(row["reason"], "rx_false")
