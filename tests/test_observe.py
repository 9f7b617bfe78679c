# SPDX-License-Identifier: GPL-2.0-or-later
"""`observe` with the real engines on small captures: exact records, truth, noise, refusals."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pppshroud.cli import main
from tests import packets, quic_initial
from tests.packets import CLIENT, CLIENT6, SERVER, SERVER6, conversation

RESOLVER = "198.51.100.53"
INFO_HASH = "5a" * 19 + "c3"
HELLO = packets.tls_record(packets.client_hello("tls.example.net"))
SPLIT = HELLO.index(b"tls.ex") + 6  # two segments, the name in neither whole
HTTP_REQUEST = b"GET /secret HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: curl/8\r\n\r\n"
HTTP_REPLY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
PEER_ID = b"-TR3000-abcdefghijkl"
BITTORRENT = b"\x13BitTorrent protocol" + bytes(8) + bytes.fromhex(INFO_HASH) + PEER_ID
SIP = (
    b"OPTIONS sip:bob@sip.example.com SIP/2.0\r\nVia: SIP/2.0/UDP 203.0.113.7:5060;branch=z9\r\n"
    b"From: <sip:alice@example.com>;tag=1\r\nTo: <sip:bob@sip.example.com>\r\n"
    b"Call-ID: call-77@host.example\r\nCSeq: 1 OPTIONS\r\n"
    b"Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
)
QUIC = quic_initial.initial(
    packets.client_hello(
        "quic.example.net", quic_initial.ALPN_H3, quic_initial.TRANSPORT_PARAMETERS
    ),
    bytes(range(8)),
)
TRAFFIC = [
    packets.udp(CLIENT, 5300, RESOLVER, 53, packets.dns_query("www.example.org")),
    packets.udp(RESOLVER, 53, CLIENT, 5300, packets.dns_answer("www.example.org", SERVER)),
    *conversation(40001, 80, HTTP_REQUEST, reply=HTTP_REPLY),
    *conversation(40002, 443, HELLO[:SPLIT], HELLO[SPLIT:]),
    *conversation(40003, 6881, BITTORRENT),
    packets.udp(CLIENT, 5060, SERVER, 5060, SIP),
    packets.udp(CLIENT, 50001, SERVER, 443, QUIC),
]
TRAFFIC6 = packets.udp6(CLIENT6, 5300, SERVER6, 53, packets.dns_query("six.example.org"))

# Protocol, ports, application in small letters, packets; the same for both engines.
FLOWS = {
    ("udp", 5300, 53, "dns", 2),
    ("tcp", 40001, 80, "http", 6),
    ("tcp", 40002, 443, "tls", 5),
    ("tcp", 40003, 6881, "bittorrent", 4),
    ("udp", 5060, 5060, "sip", 1),
    ("udp", 50001, 443, "quic", 1),
    ("udp", 5300, 53, "dns", 1),
}
TSHARK_NAMES = [
    ["www.example.org"],
    ["www.example.org", "http://www.example.org/secret"],
    ["tls.example.net"],
    [INFO_HASH],
    ["sip:bob@sip.example.com", "sip:alice@example.com", "call-77@host.example"],
    ["quic.example.net"],
    ["six.example.org"],
]
NDPI_NAMES = {"www.example.org", "tls.example.net", "quic.example.net", "six.example.org"}
TOKENS = [
    "www.example.org", "tls.example.net", INFO_HASH, "call-77@host.example", "ALICE",
    "quic.example.net", "six.example.org", "/secret",
]  # fmt: skip
ABSENT = ["never.example.org", "00112233445566778899"]
TRUTH = {
    "flows": [{"proto": "tcp", "src": SERVER, "dst": CLIENT, "dport": 443}],
    "tokens": TOKENS + ABSENT,
}

Frame = Callable[[int, bytes], bytes]
LINES: dict[str, Frame] = {
    "pppoe": packets.pppoe,
    "vlan": lambda protocol, data: packets.pppoe(protocol, data, vlans=(9, 7)),
    "l2tp": lambda protocol, data: packets.l2tp(protocol, data, flags=0x4002, checksummed=True),
    "ethernet": lambda protocol, data: packets.ethernet(
        {0x21: 0x0800, 0x57: 0x86DD}[protocol], data
    ),
}

pytestmark = pytest.mark.skipif(
    shutil.which("tshark") is None or shutil.which("ndpiReader") is None,
    reason="needs the Debian packages tshark and libndpi-bin",
)


def observe(capture: Path, *options: str, truth: object = TRUTH) -> dict[str, Any]:
    """Run the command on a capture; return the document it wrote."""
    truth_file, output = capture.with_name("truth.json"), capture.with_name("out.json")
    truth_file.write_text(json.dumps(truth))
    command = ["observe", str(capture), "--json", str(output), "--ground-truth", str(truth_file)]
    assert main([*command, *options]) == 0
    document = json.loads(output.read_bytes())
    assert isinstance(document, dict)
    return document


def flows_of(document: dict[str, Any], engine: str) -> list[dict[str, Any]]:
    return [record for record in document["records"] if record["engine"] == engine]


@pytest.fixture(params=LINES, name="capture")
def _capture(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    frame = LINES[request.param]
    frames = [frame(0x21, packet) for packet in TRAFFIC] + [frame(0x57, TRAFFIC6)]
    return packets.write_capture(tmp_path / f"{request.param}.pcapng", frames)


@pytest.mark.parametrize("engine", ["tshark", "ndpi"])
def test_flows_all_found(capture: Path, engine: str) -> None:
    records = flows_of(observe(capture, "--engine", engine), engine)
    keys = ("proto", "sport", "dport", "packets")
    assert sorted((*(r[key] for key in keys), r["app"].lower()) for r in records) == sorted(
        (proto, sport, dport, count, app) for proto, sport, dport, app, count in FLOWS
    )
    assert {r["src"] for r in records} == {CLIENT, CLIENT6}
    assert {r["dst"] for r in records} == {RESOLVER, SERVER, SERVER6}


def test_names_all_found(capture: Path) -> None:
    document = observe(capture)
    assert [record["names"] for record in flows_of(document, "tshark")] == TSHARK_NAMES
    assert {n for r in flows_of(document, "ndpi") for n in r["names"]} == NDPI_NAMES
    assert document["names"] == sorted(TOKENS)
    assert document["true_records"] == len(document["records"]) == 2 * len(FLOWS)


def test_strings_found_by_shape(capture: Path) -> None:
    found = {(x["kind"], x["token"], x["packets"]) for x in observe(capture)["strings"]}
    assert found == {
        ("dns-name", "www.example.org", 2),
        ("dns-name", "six.example.org", 1),
        ("http-host", "www.example.org", 1),
        ("info-hash", INFO_HASH, 1),
        ("sip", "alice@example.com", 1),
        ("sip", "bob@sip.example.com", 1),
        ("call-id", "call-77@host.example", 1),
    }


def test_record_exact(tmp_path: Path) -> None:
    capture = packets.write_capture(
        tmp_path / "dns.pcap", [packets.pppoe(0x21, packet) for packet in TRAFFIC[:2]]
    )
    document = observe(capture, "--engine", "tshark")
    length = sum(len(packet) + 22 for packet in TRAFFIC[:2])
    assert document["records"] == [
        {
            "engine": "tshark",
            "start": "2023-11-14T22:13:20.000000Z",
            "end": "2023-11-14T22:13:20.010000Z",
            "src": CLIENT,
            "sport": 5300,
            "dst": RESOLVER,
            "dport": 53,
            "proto": "udp",
            "app": "DNS",
            "names": ["www.example.org"],
            "packets": 2,
            "bytes": length,
            "true": True,  # by its name: the address pair is not in the ground truth
        }
    ]
    assert document["capture"]["lines"] == {"pppoe": 2}
    assert document["capture"]["bytes"] == length
    assert document["true_records"] == 1


def noise(length: int, chance: random.Random) -> tuple[int, bytes]:
    return chance.choice((0x21, 0x57)), chance.randbytes(length)


@pytest.mark.parametrize("line", ["pppoe", "l2tp"])
def test_noise_gives_nothing_true(tmp_path: Path, line: str) -> None:
    chance = random.Random(1)
    frames = [LINES[line](*noise(chance.randint(64, 1492), chance)) for _ in range(4000)]
    document = observe(packets.write_capture(tmp_path / "noise.pcap", frames))
    assert document["true_records"] == 0
    assert document["names"] == []
    assert document["strings"] == []
    discarded = document["engines"][0]["discarded"]
    assert sum(discarded.values()) > 0.99 * len(frames)
    assert all(record["names"] == [] for record in document["records"])


def test_one_true_packet_in_noise_is_found(tmp_path: Path) -> None:
    chance = random.Random(2)
    frames = [LINES["pppoe"](*noise(1000, chance)) for _ in range(500)]
    frames.insert(250, LINES["pppoe"](0x21, TRAFFIC[0]))
    document = observe(packets.write_capture(tmp_path / "leak.pcap", frames))
    assert document["names"] == ["www.example.org"]
    assert document["true_records"] == 2  # one by each engine
    assert document["strings"] == [{"kind": "dns-name", "token": "www.example.org", "packets": 1}]


def test_content_behind_noise_is_recognised_obliviously(tmp_path: Path) -> None:
    """A block of noise where the headers were, and the content left in clear behind it."""
    chance = random.Random(3)
    frames = [LINES["pppoe"](0x21, chance.randbytes(64) + HTTP_REQUEST)]
    frames += [LINES["pppoe"](0x57, chance.randbytes(64 + len(HTTP_REQUEST))) for _ in range(50)]
    capture = packets.write_capture(tmp_path / "tail.pcap", frames)
    document = observe(capture, "--engine", "oblivious", "--engine", "ndpi")
    ndpi, oblivious = document["engines"]
    assert (ndpi["records"], ndpi["guesses"], ndpi["names"]) == (0, {}, [])
    assert (oblivious["records"], oblivious["names"]) == (0, ["www.example.org"])
    assert oblivious["guesses"]["HTTP"] >= 1


def test_table_names_and_summary(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    observe(capture, "--limit", "1")
    output = capsys.readouterr().out
    assert f"{capture.name}: {len(TRAFFIC) + 1} packets (" in output
    assert "203.0.113.7:5300" in output
    assert "... and 6 more: see --json, or raise --limit" in output
    assert "Records that are true: 14 of 14" in output
    assert "Known names in the capture: 8 of 10" in output
