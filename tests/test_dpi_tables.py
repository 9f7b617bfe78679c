# SPDX-License-Identifier: GPL-2.0-or-later
"""The tables of tests.dpi: the short report, and what the sender's rule costs and leaves."""

from __future__ import annotations

import struct

import pytest

from pppshroud.wire import BLOCK_LEN
from tests.dpi.frames import Frames
from tests.dpi.judge import STRINGS, Row
from tests.dpi.limit import Limit
from tests.dpi.markdown import markdown
from tests.dpi.report import Report
from tests.dpi.rule import BLOCK_COST, OCTET_COST, Packet, last_told, weigh
from tests.dpi.traffic import USE_CASES

NAME = "www.example.org"
SOURCE = bytes(6)
DNS = next(case for case in USE_CASES if case.name == "dns")


def tcp(payload: bytes) -> Packet:
    """Of one flow, 40 octets of headers."""
    ends = bytes([192, 0, 2, 1, 198, 51, 100, 7])
    header = struct.pack("!BBHHHBBH", 0x45, 0, 40 + len(payload), 0, 0, 64, 6, 0) + ends
    return Packet(
        SOURCE, header + struct.pack("!HHIIBBHHH", 9, 443, 1, 1, 80, 16, 0, 0, 0) + payload
    )


BULK = bytes([0xFF]) * 200
NAMED = BULK[:100] + NAME.encode()


@pytest.mark.parametrize(("early", "exposed"), [(0, True), (6, True), (7, False), (16, False)])
def test_rule_exposes_late_name(early: int, exposed: bool) -> None:
    flow = [tcp(BULK)] * 6 + [tcp(NAMED)] + [tcp(BULK)] * 20
    weight = weigh(flow, {NAME}, early)
    assert weight.exposed == (len(NAME) if exposed else 0)
    assert last_told(flow, {NAME}) == 7


def test_rule_cost() -> None:
    packet = tcp(BULK)
    weight = weigh([packet] * 10 + [tcp(b"")], set(), early=4)
    behind = len(packet.ip) - BLOCK_LEN
    assert weight.cost == pytest.approx(11 * BLOCK_COST + 4 * OCTET_COST * behind)
    assert weight.words.startswith("40 %, ")


def test_rule_nothing_told() -> None:
    assert last_told([tcp(BULK)], {NAME}) == 0


def report(rows: list[Row]) -> str:
    limits = [Limit("dns", "pppoe", mode, "line", 2, 2, 9, 1) for mode in ("off", "head", "decoy")]
    return markdown("A title", Report([DNS], rows, limits, [Frames("dns", "pppoe", 7, 2)]))


def rows(encapsulation: str, exposed: int) -> list[Row]:
    """Of two engines, one of which tells the use case; with a false record and two false names."""
    ends = Row("dns", "ndpi", encapsulation, "off", "line", 2, 2, bytes_exposed=exposed)
    told = Row("dns", STRINGS, encapsulation, "off", "line", 2, 1, (NAME,), bytes_exposed=exposed)
    head = Row("dns", "ndpi", encapsulation, "head", "line", 2)
    records = Row("dns", "ndpi", encapsulation, "decoy", "line", 2, false_records=1)
    names = Row("dns", STRINGS, encapsulation, "decoy", "line", 2, false_records=2)
    return [ends, told, head, records, names]


def test_report_short() -> None:
    text = report(rows("pppoe", 30) + rows("l2tp", 30))
    assert f"| {DNS.title} | 2 | 1 engines, 30 octets | nothing |" in text
    assert "| nothing; false records 1, names 2 |" in text
    assert "| dns | ends | yes |" in text
    assert "Of 9 frames in mode decoy 2 were noise" in text
    assert "| dns | 2 | 2 (1) | 2 (1) | 2 (1) |" in text


def test_report_two_figures() -> None:
    assert "| 1 engines, 30 / 20 octets |" in report(rows("pppoe", 30) + rows("l2tp", 20))


def test_report_leak_shown() -> None:
    leak = Row("dns", STRINGS, "pppoe", "head", "line", 2, 1, (NAME,), bytes_exposed=15)
    assert "| 1 engines, 15 octets | nothing; false" in report([*rows("pppoe", 30), leak])
