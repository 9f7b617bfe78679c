# SPDX-License-Identifier: GPL-2.0-or-later
"""The redial benchmark: from captures and events to times, and what it finds too late."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pppshroud.message import Message, push_message
from pppshroud.wire import PPP_LCP, Kind
from tests import packets
from tests.bench.errors import BenchError
from tests.bench.redial import pull_sessions, ups
from tests.bench.redial_report import Carrier, Dial, as_json, as_table, complaints, distribution

START, STEP = 1_700_000_000 * packets.SECOND_NS, 10_000_000
"""Times of packets.write_capture."""
MONITORED = """\
[2023-11-14T22:13:20.250000] 3: cpe0    inet 192.0.2.2/24 scope global cpe0\\       valid_lft 1sec
[2023-11-14T22:13:20.500001] 5: ppp0    inet 10.0.0.2 peer 10.0.0.1/32 scope global ppp0\\  valid
[2023-11-14T22:13:21.000000] Deleted 5: ppp0    inet 10.0.0.2 peer 10.0.0.1/32 scope global ppp0\\
[2023-11-14T22:13:22.000000] 6: ppp0    inet 10.0.0.2 peer 10.0.0.1/32 scope global ppp0\\  valid
"""
PADS = packets.ethernet(0x8863, bytes.fromhex("116500070000"))
ACK = packets.pppoe(PPP_LCP, bytes.fromhex("0201000a0506deadbeef"))


def back(frame: bytes) -> bytes:
    """The same frame the other way."""
    return frame[6:12] + frame[:6] + frame[12:]


def message(kind: Kind) -> bytes:
    return packets.pppoe(PPP_LCP, push_message(Message(kind, 7, bytes(32)), 1, 0))


def test_ups_of_the_session_only() -> None:
    assert ups(MONITORED) == [START + 500_001_000, START + 2 * packets.SECOND_NS]


def test_pull_sessions(tmp_path: Path) -> None:
    first = [PADS, ACK, back(ACK), message(Kind.INIT), back(message(Kind.RESP))]
    path = packets.write_capture(tmp_path / "dials.pcap", [*first, PADS, back(ACK), ACK])
    assert list(pull_sessions(path)) == [
        (START + 2 * STEP, (("INIT", START + 3 * STEP), ("RESP", START + 4 * STEP))),
        (START + 7 * STEP, ()),
    ]


def test_pull_sessions_lcp_not_open(tmp_path: Path) -> None:
    path = packets.write_capture(tmp_path / "dials.pcap", [PADS, ACK, ACK])
    with pytest.raises(BenchError, match="LCP did not open"):
        list(pull_sessions(path))


def dial(ms: float) -> Dial:
    up = 10 * packets.SECOND_NS
    return Dial(up - int(ms * 1e6), up, (("INIT", up - 5_000_000),))


def carrier(later_ms: float) -> Carrier:
    """Dials whose host gets slower and slower: only neighbours can be compared."""
    plain = tuple(dial(100.0 * n) for n in range(1, 11))
    shrouded = tuple(dial(100.0 * n + later_ms) for n in range(1, 11))
    return Carrier(10.0, plain, shrouded)


def test_distribution() -> None:
    values = [float(n) for n in range(20, 0, -1)]
    assert distribution(values) == {"min": 1.0, "median": 10.5, "p90": 18.0, "max": 20.0}


@pytest.mark.parametrize(("later", "faults"), [(70.0, 0), (70.5, 1)])
def test_complaints_beyond_a_round_trip_and_50_ms(later: float, faults: int) -> None:
    found = complaints([carrier(later)])
    assert len(found) == faults
    assert all("70.5 ms later" in text and "70 ms are allowed" in text for text in found)


def test_report() -> None:
    (shown,) = json.loads(as_json([carrier(30.0)]))
    assert shown["later_ms"] == 30.0
    assert shown["without"]["median"] == 550.0
    assert shown["with"]["samples"][0] == 130.0
    assert shown["with"]["stages"]["INIT to IPCP up"] == 5.0
    rows = as_table([carrier(30.0)]).splitlines()
    assert len(rows) == 4
    assert rows[3].split("|")[-3:-1] == [" +30.0 ", "      70 "]
