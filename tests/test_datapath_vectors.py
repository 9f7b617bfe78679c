# SPDX-License-Identifier: GPL-2.0-or-later
"""Every vector of docs/vectors/frames.json through the loaded programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .datapath.frames import IPV4, IPV6, pppoe, turned
from .datapath.world import DROP, NEXT, Testrun

pytest_plugins = ("tests.datapath.fixtures",)

VECTORS = json.loads(
    (Path(__file__).parents[1] / "docs/vectors/frames.json").read_text(encoding="utf-8")
)
KEYS = [bytes.fromhex(key) for key in VECTORS["key_sets"]]
HEADER = 22


def _rows(name: str) -> list[Any]:
    return [pytest.param(row, id=f"{i}-{row['name']}") for i, row in enumerate(VECTORS[name])]


def _told_length(frame: bytes) -> int:
    return int.from_bytes(frame[18:20], "big") - 2


@pytest.mark.parametrize("row", _rows("good"))
def test_good_received(pppoe_run: Testrun, row: dict[str, Any]) -> None:
    pppoe_run.set("cover", KEYS[0], KEYS[0], KEYS[1])
    covered = bytes.fromhex(row["covered"])
    result = pppoe_run.frame("in", pppoe("in", int(row["wire_protocol"], 16), covered))
    assert result.verdict == NEXT, result.counter
    assert result.frame[20:22] == bytes.fromhex(row["protocol"])
    told = _told_length(result.frame)
    packet = bytes.fromhex(row["packet"])
    assert result.frame[HEADER : HEADER + told] == packet[:told]
    assert told >= len(packet) - 4  # but for PPP padding, which is not carried
    expected = {0: ("rx_block", "rx_whole"), 1: ("rx_second",)}[row["key_set"]]
    assert result.counter in expected


@pytest.mark.parametrize("row", _rows("good"))
def test_good_received_in_place(pppoe_run: Testrun, row: dict[str, Any]) -> None:
    key = KEYS[row["key_set"]]
    pppoe_run.set("cover", key, key)
    covered = bytes.fromhex(row["covered"])
    result = pppoe_run.frame("in", pppoe("in", int(row["wire_protocol"], 16), covered))
    told = _told_length(result.frame)
    assert result.verdict == NEXT, result.counter
    assert result.frame[20 : HEADER + told] == (
        bytes.fromhex(row["protocol"]) + bytes.fromhex(row["packet"])[:told]
    )


@pytest.mark.parametrize("row", _rows("good"))
def test_good_sent(pppoe_run: Testrun, row: dict[str, Any]) -> None:
    """The sender's rule is its own: where it decides otherwise, the peer must understand it."""
    key = KEYS[row["key_set"]]
    pppoe_run.set("cover", key, key)
    frame = pppoe("out", int(row["protocol"], 16), bytes.fromhex(row["packet"]))
    result = pppoe_run.frame("out", frame)
    assert result.verdict == NEXT, result.counter
    assert result.frame[:18] == frame[:18]
    assert _told_length(result.frame) == len(result.frame) - HEADER
    if result.frame[20:22] == bytes.fromhex(row["wire_protocol"]):
        assert result.frame[HEADER:] == bytes.fromhex(row["covered"])
    else:
        assert result.counter == "tx_whole"
        back = pppoe_run.frame("in", turned(result.frame)).frame
        told = _told_length(back)
        assert back[HEADER : HEADER + told] == frame[HEADER : HEADER + told]


@pytest.mark.parametrize("row", _rows("sender_discards"))
def test_sender_discards(pppoe_run: Testrun, row: dict[str, Any]) -> None:
    pppoe_run.set("cover", KEYS[0], KEYS[0])
    frame = pppoe("out", int(row["protocol"], 16), bytes.fromhex(row["packet"]))
    result = pppoe_run.frame("out", frame)
    assert result.verdict == DROP
    reasons = {"protocol": "tx_protocol", "long": "tx_long"}
    assert result.counter == reasons.get(row["reason"], "tx_malformed")


@pytest.mark.parametrize("row", _rows("receiver_discards"))
@pytest.mark.parametrize("keys", [1, 2])
def test_receiver_discards(pppoe_run: Testrun, row: dict[str, Any], keys: int) -> None:
    pppoe_run.set("cover", KEYS[0], *KEYS[:keys])
    protocol = int(row["wire_protocol"], 16)
    result = pppoe_run.frame("in", pppoe("in", protocol, bytes.fromhex(row["covered"])))
    assert result.verdict == DROP
    reasons = {"short": "rx_length", "long": "rx_length", "plain": "rx_refused"}
    assert result.counter == reasons.get(row["reason"], "rx_unknown")


@pytest.mark.parametrize("protocol", [IPV4, IPV6])
def test_truncated_on_the_way(pppoe_run: Testrun, protocol: int) -> None:
    pppoe_run.set("cover", KEYS[0], KEYS[0])
    frame = pppoe("in", protocol, b"\0" * 100, length=200)
    assert pppoe_run.frame("in", frame).counter == "rx_length"
