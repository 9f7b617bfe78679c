# SPDX-License-Identifier: GPL-2.0-or-later
"""The demo's report: right figures, honest sentence, every byte explained, nothing unescaped."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests import packets
from tests.demo.example import Meaning, explain_clear, explain_covered, find_clear, find_covered
from tests.demo.page import render_page, write_page
from tests.demo.report import Side, closing_sentence, group_rows, merge_records, write_json

NAME = "www.example.org"
QUERY = packets.pppoe(0x21, packets.udp("203.0.113.7", 5300, "198.51.100.53", 53,
                      packets.dns_query(NAME)))  # fmt: skip
NOISE = packets.pppoe(0x57, bytes(range(64)))
LINE = 22  # bytes of Ethernet, PPPoE and PPP headers


def record(engine: str, app: str, *, true: bool, **changes: Any) -> dict[str, Any]:
    return {
        "engine": engine, "start": "2023-11-14T22:13:20.000000Z",
        "end": "2023-11-14T22:13:21.000000Z", "src": "203.0.113.7", "sport": 5300,
        "dst": "198.51.100.53", "dport": 53, "proto": "udp", "app": app, "names": [NAME],
        "packets": 2, "bytes": 182, "true": true,
    } | changes  # fmt: skip


def side(records: list[dict[str, Any]], names: list[str], example: bytes) -> Side:
    document = {
        "engines": [{"engine": "tshark", "version": "4.0.17"}],
        "records": records,
        "true_records": sum(item["true"] for item in records),
        "names": names,
    }
    return Side(document, 180.0, 0.0, 1492, example)


OFF = side(
    [
        record("tshark", "DNS", true=True),
        record("ndpi", "dns", true=True, src="198.51.100.53", sport=53, dst="203.0.113.7",
               dport=5300, names=[NAME.upper(), "other.example"], packets=3),
    ],
    [NAME],
    QUERY,
)  # fmt: skip
ON = side(
    [record("tshark", "", true=False, src="2001:db8::1", sport=0, dport=0, names=[])], [], NOISE
)


def test_json_has_what_the_demo_promises(tmp_path: Path) -> None:
    write_json(tmp_path / "report.json", OFF, ON)
    document = json.loads((tmp_path / "report.json").read_bytes())
    keys = ["records", "true_records", "names", "session_up_ms", "bytes_added_per_packet", "mtu"]
    assert list(document) == ["off", "on"]
    assert list(document["off"]) == list(document["on"]) == keys
    assert (document["off"]["true_records"], document["on"]["true_records"]) == (2, 0)
    assert (document["off"]["names"], document["on"]["names"]) == ([NAME], [])


def test_rows_merge_engines_and_directions() -> None:
    (row,) = merge_records(OFF.records)
    assert (row.source, row.destination) == ("203.0.113.7:5300", "198.51.100.53:53")
    assert (row.apps, row.engines) == (["DNS"], ["tshark", "ndpi"])
    assert (row.names, row.packets, row.true) == ([NAME, "other.example"], 3, True)


def test_rows_of_one_pair_are_grouped() -> None:
    other = record("ndpi", "DNS", true=True, sport=5301, names=["other.example"])
    ping = record("tshark", "ICMP", true=True, proto="icmp", sport=0, dport=0, names=[])
    rows = group_rows(merge_records([*OFF.records[:1], other, ping]))
    assert [(row.source, row.flows, row.packets) for row in rows] == [
        ("203.0.113.7", 2, 4), ("203.0.113.7", 1, 2),
    ]  # fmt: skip
    assert rows[0].names == [NAME, "other.example"]


def test_closing_sentence_when_covered() -> None:
    assert closing_sentence(OFF, ON) == (
        "With the cover on, none of the 2 true records and 1 name could be recorded; the carrier "
        "still sees that this line was in use, when, how many packets of which size went each "
        "way, and of bulk data what lies behind the first 64 bytes of a packet, as the programs "
        "sent it; it knows whose line it is, and the ISP and everything beyond it see the "
        "traffic as ever."
    )


def test_closing_sentence_when_leaking() -> None:
    leak = side([record("tshark", "DNS", true=True)], [], NOISE)
    assert closing_sentence(OFF, leak).startswith("The cover leaked: with it on, 1 record and no ")


@pytest.mark.parametrize("control", [side([], [NAME], QUERY), side(OFF.records, [], QUERY)])
def test_closing_sentence_without_positive_control(control: Side) -> None:
    assert closing_sentence(control, ON).startswith("This run proves nothing: even with the cover")


def test_clear_packet_explained() -> None:
    example = explain_clear(QUERY, [NAME])
    labels = QUERY.index(b"\x03www")
    expected = [Meaning.LINE] * LINE + [Meaning.HEADER] * 12
    expected += [Meaning.SOURCE] * 4 + [Meaning.DESTINATION] * 4
    expected += [Meaning.PORTS] * 4 + [Meaning.HEADER] * 4
    expected += [Meaning.CONTENT] * 12 + [Meaning.NAME] * 16 + [Meaning.CONTENT] * 5
    assert list(example.meanings) == expected
    assert example.meanings[labels] is Meaning.NAME
    assert example.values == {
        Meaning.SOURCE: "203.0.113.7",
        Meaning.DESTINATION: "198.51.100.53",
        Meaning.PORTS: "5300 to 53",
        Meaning.NAME: NAME,
    }


def test_clear_packet_ipv6_explained() -> None:
    inner = packets.udp6("2001:db8::7", 5300, "2001:db8::53", 53, packets.dns_query(NAME))
    example = explain_clear(packets.pppoe(0x57, inner), [NAME])
    assert (
        example.meanings[LINE + 8 : LINE + 40]
        == (Meaning.SOURCE,) * 16 + (Meaning.DESTINATION,) * 16
    )
    assert example.values[Meaning.DESTINATION] == "2001:db8::53"


def test_covered_packet_explained() -> None:
    whole = explain_covered(packets.pppoe(0x57, bytes(100)))
    block = explain_covered(packets.pppoe(0x21, bytes(100)))
    assert whole.meanings == (Meaning.LINE,) * LINE + (Meaning.NOISE,) * 100
    assert (
        block.meanings == (Meaning.LINE,) * LINE + (Meaning.NOISE,) * 64 + (Meaning.CONTENT,) * 36
    )


def test_examples_found(tmp_path: Path) -> None:
    longer = packets.pppoe(0x57, bytes(80))
    frames = [NOISE, longer, packets.pppoe(0xC021, bytes(64)), QUERY, NOISE[:-1] + b"\xff"]
    capture = packets.write_capture(tmp_path / "a.pcap", frames)
    assert find_clear(capture, NAME) == QUERY
    assert find_covered(capture, 61, 0) == NOISE
    assert find_covered(capture, 61, 1) == frames[-1]
    assert find_covered(capture, 90, 0) == longer
    with pytest.raises(LookupError, match=r"no DNS question for never\.example"):
        find_clear(capture, "never.example")
    with pytest.raises(LookupError, match="no packet that is covered whole after packet 5"):
        find_covered(capture, 61, 5)


class Tags(HTMLParser):
    """Gathers tags, attributes and the text outside of the style sheet."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in {"meta", "br", "rect"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def parse(page: str) -> Tags:
    tags = Tags()
    tags.feed(page)
    tags.close()
    assert tags.open == []
    return tags


def test_page_is_well_formed_and_self_contained(tmp_path: Path) -> None:
    write_page(tmp_path / "report.html", OFF, ON)
    page = (tmp_path / "report.html").read_text()
    tags = parse(page)
    assert not tags.seen & {"script", "link", "img", "iframe", "object"}
    assert not tags.attributes & {"src", "href", "srcset"}
    assert "url(" not in page
    assert "@import" not in page
    text = "".join(tags.text)
    assert "1 conversation recorded" in text
    assert "no conversations recorded" in text
    assert closing_sentence(OFF, ON) in text


def test_page_escapes_names_from_the_wire() -> None:
    evil = '<script>alert("1")</script>'
    records = [record("tshark", evil, true=True, names=[evil])]
    tags = parse(render_page(side(records, [evil, NAME], QUERY), ON))
    assert "script" not in tags.seen
    assert evil in "".join(tags.text)
