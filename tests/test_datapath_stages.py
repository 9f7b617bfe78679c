# SPDX-License-Identifier: GPL-2.0-or-later
"""Programs of mode decoy that go on by tail calls: one is missing, or leaves something behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pppshroud.wire import SIDE_LEN

from .datapath.decoys import OKM, VECTORS, content, key, row_key, uncovered
from .datapath.frames import IPV4, ipv4, pppoe
from .datapath.world import DROP, NEXT, Result, Testrun

pytest_plugins = ("tests.datapath.fixtures",)

STAGES = {
    0: "uncover", 1: "reveal", 2: "disguise", 3: "restore", 4: "noise",
    5: "read", 6: "show hosts", 7: "hide hosts", 8: "show name", 9: "hide name",
}  # fmt: skip
"""As in bpf/decoy/stage.h."""
ROWS = [
    next(row for row in VECTORS["frames"] if row["name"] == name)
    for name in (
        "IPv4 TCP, payload 80",
        "IPv6 TCP, timestamps",
        "IPv4 UDP, payload 40",
        "IPv4 ICMP error that quotes TCP",
        "IPv4 DNS, answer with CNAME",
        "looks like RTCP",
        "NCP",
    )
]
LOST = {"tx_memory", "rx_memory", "rx_false"}


@pytest.fixture
def lacking(decoy_run: Testrun) -> Iterator[Testrun]:
    """A test runner that gets its missing program back."""
    yield decoy_run
    decoy_run.say("lack")


def _packet(row: dict[str, Any]) -> bytes:
    return bytes.fromhex(row["protocol"] + row["packet"])


def _sent(run: Testrun, row: dict[str, Any]) -> Result:
    packet = bytes.fromhex(row["packet"])
    return run.frame("out", pppoe("out", int(row["protocol"], 16), packet))


def _received(run: Testrun, row: dict[str, Any]) -> Result:
    frame = bytes.fromhex(row["frame"])
    return run.frame("in", pppoe("in", int(row["wire_protocol"], 16), frame))


def _both(run: Testrun, row: dict[str, Any]) -> tuple[Result, Result]:
    run.set("cover", row_key(row, row["phase"]), row_key(row, row["phase"]))
    return _sent(run, row), _received(run, row)


@pytest.mark.parametrize("stage", STAGES, ids=STAGES.values())
def test_missing(lacking: Testrun, stage: int) -> None:
    """What would have gone that way is dropped and counted; all else is as it was."""
    assert lacking.say(f"lack {stage}") == "1"
    lost = 0
    for row in ROWS:
        for way, result in zip(("out", "in"), _both(lacking, row), strict=True):
            if result.verdict == DROP:
                assert result.counter in LOST
                lost += 1
            elif way == "out":
                # A decoy or, where that could not be begun, noise; never the packet.
                assert uncovered(row, content(result.frame)) == _packet(row)
                assert content(result.frame) != _packet(row)
            else:
                assert content(result.frame) == _packet(row)
    assert lost


def test_all_there(lacking: Testrun) -> None:
    """The same frames with all programs: none is lost."""
    assert lacking.say("lack 10") == "0"
    for row in ROWS:
        assert [result.verdict for result in _both(lacking, row)] == [NEXT, NEXT]


def test_no_key_stays_behind(decoy_run: Testrun) -> None:
    """In the scratch areas, which nobody erases; the cover of what was sent last does."""
    for row in ROWS:
        _both(decoy_run, row)
    keys = key(0)
    decoy_run.set("cover", keys, keys)
    last = decoy_run.frame("out", pppoe("out", IPV4, ipv4(200, 47)))
    assert last.counter == "tx_whole"
    assert decoy_run.say(f"scratch {last.frame[22:86].hex()}") == "1"
    common = [okm[2 * SIDE_LEN :][at : at + 16] for okm in OKM for at in (0, 16, 32, 48)]
    sides = [okm[at : at + 16] for okm in OKM for at in range(0, 2 * SIDE_LEN, 16)]
    assert {decoy_run.say(f"scratch {part.hex()}") for part in common + sides} == {"0"}


def test_merged(decoy_run: Testrun) -> None:
    """Several decoys in one can not be told apart any more."""
    keys = key(0)
    decoy_run.set("cover", keys, keys)
    row = next(row for row in ROWS if row["name"] == "IPv4 UDP, payload 40")
    frame = pppoe("in", IPV4, bytes.fromhex(row["frame"]))
    for lcp in (False, True):
        decoy_run.set("cover", keys, keys, lcp=lcp)
        merged = decoy_run.frame("merged", frame)
        assert (merged.verdict, merged.counter) == (DROP, "rx_super")
    decoy_run.set("plain")
    assert decoy_run.frame("merged", frame).counter == "rx_plain"
