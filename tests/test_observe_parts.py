# SPDX-License-Identifier: GPL-2.0-or-later
"""The parts of `observe` that need no engine: string search, joins, plausibility, ndpi's CSV."""

from __future__ import annotations

import io
import random
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pppshroud.observe import ndpi, needles
from pppshroud.observe.engine import Result
from pppshroud.observe.needles import Needles
from pppshroud.observe.program import EngineError
from pppshroud.observe.record import iso_time, plausible
from pppshroud.observe.report import printable
from pppshroud.observe.streams import StreamJoiner, find_segment
from pppshroud.observe.strings import Finding, find_names
from pppshroud.progress import Progress
from tests import packets

UNSPECIFIED = str(IPv4Address(0))
INFO_HASH = "5a" * 19 + "c3"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"x\r\nhOsT: a.example\r\n", [Finding("http-host", "a.example")]),
        (b"To: <sip:bob@b.example>", [Finding("sip", "bob@b.example")]),
        (b"\r\nCall-ID: 7@x\r\n", [Finding("call-id", "7@x")]),
        (
            b"\x13BitTorrent protocol" + bytes(8) + bytes.fromhex(INFO_HASH),
            [Finding("info-hash", INFO_HASH)],
        ),
        (packets.client_hello("tls.example.net"), [Finding("tls-sni", "tls.example.net")]),
        (packets.dns_query("www.example.org"), [Finding("dns-name", "www.example.org")]),
        (b"\x13BitTorrent protocol" + bytes(27), []),
        (b"\0\0\0\x09\0\x08\0\0\x04name", []),
        (b"\x07label\x07example\0\0\1\0\1", []),
    ],
)
def test_find_names(data: bytes, expected: list[Finding]) -> None:
    assert find_names(data) == expected


@given(st.binary(max_size=300))
def test_find_names_arbitrary_bytes(data: bytes) -> None:
    assert all(finding.token for finding in find_names(data))


@pytest.mark.parametrize(
    ("token", "data"),
    [
        ("www.example.org", b"..WwW.eXample.ORG.."),
        ("www.example.org", b"\x03WWW\x07example\x03org\0"),
        (INFO_HASH, b"<" + bytes.fromhex(INFO_HASH) + b">"),
        (INFO_HASH, b"info_hash=" + INFO_HASH.upper().encode()),
        ("/secret", b"GET /SECRET HTTP"),
    ],
)
def test_needle_found(token: str, data: bytes) -> None:
    sought = Needles([token, "elsewhere.example"])
    sought.search(data)
    assert sought.found == [token]


@pytest.mark.parametrize(
    ("token", "data"),
    [
        (INFO_HASH, bytes.fromhex(INFO_HASH).lower()),  # raw bytes have no small letters
        ("www.example.org", b"www-example-org"),
        ("deadbeef", bytes.fromhex("deadbeef")),  # four raw bytes turn up in noise by chance
    ],
)
def test_needle_not_found(token: str, data: bytes) -> None:
    sought = Needles([token])
    sought.search(data)
    assert sought.found == []


def test_needle_across_two_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needles, "CHUNK", 7)
    path = tmp_path / "capture"
    path.write_bytes(b"0123456789www.example.org0123456789")
    sought = Needles(["www.example.org"])
    sought.search_file(path)
    assert sought.found == ["www.example.org"]


def segments(data: bytes, sizes: list[int]) -> list[bytes]:
    ends = ("203.0.113.7", 1, "198.51.100.20", 80)
    parts, position = [], 0
    for size in sizes:
        part = data[position : position + size]
        parts.append(packets.tcp(ends, 0xFFFFFFF0 + position & 0xFFFFFFFF, 0, 0x18, part))
        position += size
    return parts


@given(st.lists(st.integers(1, 12), min_size=5, max_size=12), st.randoms(use_true_random=False))
def test_joins_hold_a_token_split_in_order(sizes: list[int], chance: random.Random) -> None:
    data = (b"padding-" * 20)[: chance.randrange(sum(sizes))] + b"www.example.org"
    joiner = StreamJoiner(len(b"www.example.org") - 1)
    parts = segments(data, [*sizes, len(data)])
    joins = [join for part in parts for join in joiner.take(part)]
    payloads = [found[2] for found in map(find_segment, parts) if found]
    assert any(b"www.example.org" in piece for piece in (*joins, *payloads))


def test_joins_two_segments_swapped() -> None:
    first, second = segments(b"GET www.example.org", [10, 9])
    joiner = StreamJoiner(14)
    joins = [join for part in (second, first) for join in joiner.take(part)]
    assert joins == [b"GET www.example.org"]


def test_joins_other_flow_not_joined() -> None:
    first, second = segments(b"GET www.example.org", [10, 9])
    other = second[:12] + b"\x01" + second[13:]
    joiner = StreamJoiner(14)
    assert [join for part in (first, other) for join in joiner.take(part)] == []


@given(st.binary(max_size=80))
def test_find_segment_arbitrary_bytes(data: bytes) -> None:
    for start in (b"", b"\x45\0\0\0\0\0\0\0\0\x06", b"\x60\0\0\0\0\0\x06"):
        found = find_segment(start + data)
        assert found is None or found[2]


@pytest.mark.parametrize(
    ("source", "destination", "expected"),
    [
        ("203.0.113.7", "198.51.100.20", True),
        (UNSPECIFIED, "255.255.255.255", True),
        ("192.168.1.1", "224.0.0.251", True),
        ("2001:db8::1", "ff02::fb", True),
        ("::", "ff02::1:ff00:1", True),
        ("224.0.0.1", "198.51.100.20", False),
        ("127.0.0.1", "198.51.100.20", False),
        ("203.0.113.7", UNSPECIFIED, False),
        ("203.0.113.7", "250.1.2.3", False),
        ("240.0.0.1", "198.51.100.20", False),
        ("ff02::1", "2001:db8::1", False),
        ("", "198.51.100.20", False),
    ],
)
def test_plausible(source: str, destination: str, *, expected: bool) -> None:
    assert plausible(source, destination) is expected


CSV = (
    "#flow_id,protocol,first_seen,last_seen,duration,src_ip,src_port,dst_ip,dst_port,"
    "ndpi_proto_num,ndpi_proto,server_name_sni,c_to_s_pkts,c_to_s_bytes,s_to_c_pkts,s_to_c_bytes\n"
    "1,6,5.250,6.500,1.25,203.0.113.7,40001,198.51.100.20,80,7,HTTP,a.example,4,315,2,164\n"
    "2,17,1.000,1.000,0,203.0.113.7,40002,198.51.100.20,9,0,Unknown,,1,60,0,0\n"
    "3,17,2.000,2.000,0,224.1.2.3,40002,198.51.100.20,9,0,Unknown,,1,60,0,0\n"
    "4,6,5.250,6.500,1.25,203.0.113.7,40001,198.51.100.20,80,7,HTTP,no,ise,4,315,2,164\n"
)


@pytest.mark.parametrize("separator", [",", "|"])
def test_ndpi_rows(separator: str) -> None:
    result = Result("ndpi", "4.2.0")
    ndpi.parse(CSV.replace(",", separator), result)
    unknown, http = (record.to_json() for record in result.records)
    assert (unknown["app"], unknown["names"], unknown["packets"]) == ("", [], 1)
    assert http == {
        "engine": "ndpi",
        "start": "1970-01-01T00:00:05.250000Z",
        "end": "1970-01-01T00:00:06.500000Z",
        "src": "203.0.113.7",
        "sport": 40001,
        "dst": "198.51.100.20",
        "dport": 80,
        "proto": "tcp",
        "app": "HTTP",
        "names": ["a.example"],
        "packets": 6,
        "bytes": 479,
    }
    assert result.discarded == {"impossible address": 1, "unreadable row": 1}


@pytest.mark.parametrize("text", ["", "flows: 3\n"])
def test_ndpi_other_format_refused(text: str) -> None:
    with pytest.raises(EngineError, match="wrote no column 'protocol': this version of its CSV"):
        ndpi.parse(text, Result("ndpi", "9.9"))


def test_printable_keeps_the_terminal_safe() -> None:
    assert printable("a\x1b[2J\nb\u202e") == "a\ufffd[2J\ufffdb\ufffd"


def test_iso_time_out_of_range() -> None:
    assert iso_time(1e30) == ""


def test_progress_in_a_log_is_seldom() -> None:
    stream = io.StringIO()
    progress = Progress("reading", 200, stream)
    progress.update(10)
    assert stream.getvalue() == ""
    progress.due = 0.0
    progress.update(50)
    progress.update(51)
    progress.finish()
    assert stream.getvalue() == "reading: 25 %\n"
