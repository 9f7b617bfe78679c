# SPDX-License-Identifier: GPL-2.0-or-later
"""The benchmark of an LNS: from the guest's log and counts to figures, and what it complains of."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.bench import lns
from tests.bench.errors import BenchError
from tests.bench.lns import Handshake, Row

LOG = """\
REGIONS calibration count=1 packets=5
REGIONS open,7 count=1 packets=7
REGIONS out-base,7 count=3 packets=10
REGIONS in-base,7 count=3 packets=10
REGIONS out,7 count=3 packets=10
REGIONS in,7 count=3 packets=10
COUNTED 7 out=20000 in=10000
MEMORY 7 table=1000 count=200 roll=30 flow=4 session=3760
REGIONS sweep,7 count=1 packets=1
HANDSHAKES count=2 regions=4 seconds=0.000001
"""
HERE = "HANDSHAKES count=30 regions=60 seconds=0.100000\n"
COUNTS = "\n".join([
    "0 10", "700 70", *["100 0"] * 3, *["50 0"] * 3, "600 0", "9000 0", "600 0", *["300 50"] * 3,
    "0 42", *["5 10"] * 4,
])  # fmt: skip
ROW = Row(7, 50.0, 30.0, 110.0, 42.0, 1234, 3760)


def test_parse() -> None:
    assert lns.parse(LOG, COUNTS, 7) == ROW


@pytest.mark.parametrize(
    ("log", "message"),
    [
        (LOG.replace("in=10000", "in=9999"), "of 10000 packets not all were covered by block"),
        (LOG.replace("MEMORY 7", "MEMORY 8"), "did not finish 7 sessions"),
        (LOG.replace("REGIONS out,7", "REGIONS away,7"), "made no region out,7"),
    ],
)
def test_parse_unfinished(log: str, message: str) -> None:
    with pytest.raises(BenchError, match=message):
        lns.parse(log, COUNTS, 7)


def test_handshake() -> None:
    assert lns.handshake(LOG, COUNTS, HERE) == Handshake(30.0, 300.0)
    with pytest.raises(BenchError, match="were not counted"):
        lns.handshake(LOG, COUNTS + "\n1 1", HERE)


def test_growth_is_complained_of() -> None:
    assert lns.complaints([ROW, replace(ROW, sessions=100, insn_out=50.9)]) == []
    (complaint,) = lns.complaints([ROW, replace(ROW, sessions=100, insn_in=31.0)])
    assert complaint == "insn_in: 1.033 times as much with 100 sessions as with 7"


def test_json_has_every_figure() -> None:
    pppd = {"plain": 1_000_000, "shroud": 1_500_000}
    document = json.loads(lns.as_json([ROW], replace(ROW, sessions=64), Handshake(30.4, 300), pppd))
    assert document == {
        "rows": [
            {**vars(ROW), "packets_per_ginsn_out": 20_000_000, "packets_per_ginsn_in": 33_333_333}
        ],
        "router_bytes": 1234 + 3760,
        "handshake_insn": 30,
        "handshakes_per_second_here": 300,
        "pppd_private_bytes": pppd,
    }
