# SPDX-License-Identifier: GPL-2.0-or-later
"""The benchmark of dials: from the guest's output to figures, and what it finds too long."""

from __future__ import annotations

import json

import pytest

from tests.bench.dial import DIALS, Row, as_json, as_table, complaints, parse
from tests.bench.errors import BenchError

PLAIN = Row("plain", 150.0, (99.0, 100.0, 180.0))


def test_parse_takes_the_first_dial_apart() -> None:
    log = "".join(f"DIAL {n}000000\r\n" for n in range(900, 900 + DIALS))
    row = parse("head", f"other words\n{log}BENCH done\n")
    assert (row.mode, row.first_ms, row.ms) == ("head", 900.0, 900 + DIALS / 2)


def test_parse_misses_a_dial() -> None:
    with pytest.raises(BenchError, match=f"decoy: 1 of {DIALS} dials came up"):
        parse("decoy", "DIAL 1\nbench: the line coming up did not happen\n")


def test_both_ends_may_take_100_ms_longer() -> None:
    rows = [PLAIN, Row("head", 900.0, (200.0,)), Row("decoy", 900.0, (200.5,))]
    assert complaints(rows) == [
        "decoy: both ends together take 100.5 ms longer to dial, 100 ms are allowed"
    ]


def test_report() -> None:
    rows = [PLAIN, Row("head", 900.0, (140.0,))]
    shown = json.loads(as_json(rows))
    assert [row["later_ms"] for row in shown] == [0.0, 40.0]
    assert shown[0]["each_ms"] == [99.0, 100.0, 180.0]
    assert as_table(rows).splitlines()[3] == "| head | 140.0 | +40.0 | 100 | 900 |"
