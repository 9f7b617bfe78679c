# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of docs/vectors/decoy.json through the loaded programs of mode decoy."""

from __future__ import annotations

from typing import Any

import pytest

from .datapath.decoys import VECTORS, content, is_whole, reference, row_key
from .datapath.frames import pppoe, turned
from .datapath.world import DROP, NEXT, Result, Testrun

pytest_plugins = ("tests.datapath.fixtures",)

REASONS = {"short": "rx_length", "kind": "rx_unknown", "plain": "rx_refused"}


def _rows(name: str) -> list[Any]:
    return [pytest.param(row, id=f"{i}-{row['name']}") for i, row in enumerate(VECTORS[name])]


def _received(decoy_run: Testrun, row: dict[str, Any]) -> Result:
    information = bytes.fromhex(row["frame"])
    return decoy_run.frame("in", pppoe("in", int(row["wire_protocol"], 16), information))


@pytest.mark.parametrize("row", _rows("frames"))
def test_received(decoy_run: Testrun, row: dict[str, Any]) -> None:
    key, other = (row_key(row, phase) for phase in (row["phase"], 1 - row["phase"]))
    sent = bytes.fromhex(row["protocol"] + row["packet"])
    for keys in ((key,), (key, other), (other, key)):
        decoy_run.set("cover", key, *keys)
        result = _received(decoy_run, row)
        assert result.verdict == NEXT, result.counter
        assert content(result.frame) == sent


@pytest.mark.parametrize("row", _rows("frames"))
def test_sent(decoy_run: Testrun, row: dict[str, Any]) -> None:
    """The sender's rule is its own; whatever it says, the frame is the reference's."""
    key = row_key(row, row["phase"])
    decoy_run.set("cover", key, key)
    frame = pppoe("out", int(row["protocol"], 16), bytes.fromhex(row["packet"]))
    result = decoy_run.frame("out", frame)
    assert result.verdict == NEXT, result.counter
    assert result.counter in ("tx_decoy", "tx_block", "tx_whole")
    if result.counter == "tx_decoy":
        assert len(result.frame) == len(frame)
    back = decoy_run.frame("in", turned(result.frame))
    assert back.verdict == NEXT
    assert content(back.frame) == content(frame)
    sent = content(result.frame)
    assert sent == reference(row, whole=is_whole(sent))


@pytest.mark.parametrize("row", _rows("receiver_drops"))
def test_receiver_drops(decoy_run: Testrun, row: dict[str, Any]) -> None:
    decoy_run.set("cover", row_key(row, 0), *(row_key(row, phase) for phase in row["phases"]))
    result = _received(decoy_run, row)
    assert result.verdict == DROP
    assert result.counter == REASONS.get(row["reason"], "rx_false")
