# SPDX-License-Identifier: GPL-2.0-or-later
"""The parts of `observe` that tell truth from chance: checksums, placebos, fingerprints, timing."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest

from pppshroud.capture.file import create_capture
from pppshroud.capture.packet import LINKTYPE_ETHERNET, Packet
from pppshroud.observe import correlate, suricata
from pppshroud.observe.engine import Result
from pppshroud.observe.hello import ja3, ja4, pull_hello
from pppshroud.observe.ja import Finder
from pppshroud.observe.oblivious import exceeds
from pppshroud.observe.record import Endpoint, Record
from pppshroud.observe.sound import SoundFlows, find_sound
from pppshroud.observe.truth import Truth, TruthError, load_truth
from pppshroud.observe.verdict import judge
from tests import packets
from tests.packets import CLIENT, CLIENT6, SERVER, SERVER6

FRAME = Packet(0, LINKTYPE_ETHERNET, b"", 0)
QUESTION = packets.udp(CLIENT, 5300, SERVER, 53, packets.dns_query("www.example.org"))
QUESTION6 = packets.udp6(CLIENT6, 5300, SERVER6, 53, packets.dns_query("six.example.org"))
# The example of JA4's documentation, a Chrome: every list in an order that is not the sorted one.
CIPHERS = bytes.fromhex("1a1a130113021303c02bc02fc02cc030cca9cca8c013c014009c009d002f0035")
SIGNATURES = bytes.fromhex("040308040401050308050501080606 01")
EXTENSIONS = (0x2A2A, 0x0000, 0x0017, 0xFF01, 0x000A, 0x000B, 0x0023, 0x0010, 0x0005, 0x000D,
              0x0012, 0x0033, 0x002D, 0x002B, 0x001B, 0x4469, 0x0015)  # fmt: skip
BODIES = {
    0x000D: struct.pack(">H", len(SIGNATURES)) + SIGNATURES,
    0x0010: b"\x00\x0c\x02h2\x08http/1.1",
    0x002B: b"\x06\x2a\x2a\x03\x04\x03\x03",
}
CHROME = "t13d1516h2_8daaf6152771_e5627efa2ab1"


def chrome_hello() -> bytes:
    """A ClientHello of those lists, without its handshake header."""
    extensions = b"".join(
        struct.pack(">HH", kind, len(BODIES.get(kind, b""))) + BODIES.get(kind, b"")
        for kind in EXTENSIONS
    )
    head = b"\x03\x03" + bytes(32) + b"\x00" + struct.pack(">H", len(CIPHERS)) + CIPHERS
    return head + b"\x01\x00" + struct.pack(">H", len(extensions)) + extensions


@pytest.mark.parametrize("ip", [QUESTION, QUESTION6], ids=["IPv4", "IPv6"])
def test_sound_every_octet_matters(ip: bytes) -> None:
    assert find_sound(ip) is not None
    # Not judged: what neither checksum covers (hop limit, traffic class, flow label of IPv6).
    covered = range(len(ip)) if ip[0] >> 4 == 4 else range(8, len(ip))
    for at in covered:
        damaged = ip[:at] + bytes((ip[at] ^ 0x10,)) + ip[at + 1 :]
        assert find_sound(damaged) is None, at


def test_sound_cut_short_is_none() -> None:
    for ip in (QUESTION, QUESTION6):
        assert all(find_sound(ip[:length]) is None for length in range(len(ip)))


def test_verdict_true_false_and_chance() -> None:
    sound = SoundFlows()
    sound.take(FRAME, None, QUESTION)
    other = packets.udp("192.0.2.1", 1, "192.0.2.2", 2, b"decoy")
    sound.take(FRAME, None, other)

    def record(source: tuple[str, int], destination: tuple[str, int], app: str) -> Record:
        return Record("e", 0, 0, "udp", Endpoint(*source), Endpoint(*destination), app)

    result = Result("e", "1", records=[
        record((CLIENT, 5300), (SERVER, 53), "DNS"),
        record(("192.0.2.1", 1), ("192.0.2.2", 2), "RTP.Voice"),
        record(("192.0.2.8", 1), ("192.0.2.9", 2), "BitTorrent"),
    ])  # fmt: skip
    truth = Truth(frozenset({frozenset((CLIENT, SERVER))}), (), frozenset({"voice", "bittorrent"}))
    verdict = judge(result, truth, sound)
    assert (verdict.true_records, verdict.false_records, verdict.chance_records) == (1, 1, 1)
    assert verdict.signs == ("voice",)


@pytest.mark.parametrize(
    ("count", "placebo", "more"),
    [(0, 0, False), (5, 0, False), (20, 0, True), (20, 10, False), (200, 20, True)],
)
def test_oblivious_more_than_chance(count: int, placebo: int, more: bool) -> None:
    assert exceeds(count, placebo) is more


def test_fingerprint_of_chrome() -> None:
    hello = pull_hello(chrome_hello())
    assert ja4(hello) == CHROME
    # RFC 8701's values are in neither: JA3's text starts with the version and the first cipher.
    assert 0x1A1A not in hello.ciphers
    assert 0x2A2A not in hello.extensions


def test_fingerprint_in_two_segments_and_anywhere() -> None:
    message = chrome_hello()
    record = packets.tls_record(b"\x01" + len(message).to_bytes(3, "big") + message)
    expected = {ja3(pull_hello(message)), CHROME}
    for middle in (1, 7, len(record) // 2, len(record) - 1):
        ends, finder = (CLIENT, 40000, SERVER, 443), Finder()
        first = packets.tcp(ends, 1000, 1, packets.PSH_ACK, record[:middle])
        last = packets.tcp(ends, 1000 + middle, 1, packets.PSH_ACK, record[middle:])
        found = {*finder.take(first), *finder.take(last)}
        assert found == (expected if middle > RECORD_START else set())
    assert set(Finder().take(bytes(20) + record)) == expected


RECORD_START = 11
"""Octets by which a record is known for a ClientHello's."""


def test_fingerprint_cut_short_is_none() -> None:
    message = chrome_hello()
    for length in range(len(message)):
        record = packets.tls_record(b"\x01" + length.to_bytes(3, "big") + message[:length])
        found = list(Finder().take(bytes(20) + record))
        assert CHROME not in found


def test_suricata_rules_and_events() -> None:
    truth = Truth(frozenset(), ("secret.example",), patterns=(b"\x13BitTorrent",))
    rules = list(suricata.push_rules(truth))
    assert 'content:"|73 65 63 72 65 74 2e 65' in rules[0]
    assert "nocase" in rules[0]
    assert "nocase" not in rules[1]
    assert suricata.known(truth)[1] == "13426974546f7272656e74"
    flow = {
        "pkts_toserver": 1, "pkts_toclient": 2, "bytes_toserver": 3, "bytes_toclient": 4,
        "start": "2026-01-31T12:00:00.500000+0000", "end": "2026-01-31T12:00:01.000000+0000",
    }  # fmt: skip
    ends = {"src_ip": "2001:0db8:0000:0000:0000:0000:0000:0001", "dest_ip": "2001:db8::2"}
    events = [
        {"event_type": "dns", "flow_id": 1, "dns": {"rrname": "secret.example"}},
        {"event_type": "alert", "flow_id": 1, "alert": {"signature_id": 2}},
        {"event_type": "flow", "flow_id": 1, "proto": "IPv6-ICMP", "flow": flow} | ends,
    ]
    (record,) = suricata.pull_records(map(json.dumps, events), suricata.known(truth))
    assert (record.proto, record.packets, record.bytes) == ("icmpv6", 3, 7)
    assert record.source.address == "2001:db8::1"
    assert record.names == ["secret.example", "13426974546f7272656e74"]
    assert record.end - record.start == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"flows": [], "apps": "dns"}, '"apps" must be a list'),
        ({"flows": [], "bytes": ["00112233"]}, "at least 8 octets"),
        ({"flows": [], "bytes": ["no hexadecimal"]}, "at least 8 octets"),
    ],
)
def test_truth_refused(tmp_path: Path, document: object, message: str) -> None:
    path = tmp_path / "truth.json"
    path.write_text(json.dumps(document))
    with pytest.raises(TruthError, match=message):
        load_truth(path)


def test_truth_metadata_has_pairs_both_ways() -> None:
    truth = Truth(frozenset({frozenset(("192.0.2.1", "192.0.2.2"))}), ("name",))
    assert truth.metadata() == {"name", "c0000201c0000202", "c0000202c0000201"}


def test_correlation_finds_its_own_flow_only(tmp_path: Path) -> None:
    lengths = [40, 700, 60, 900, 61, 333]
    line, servers = tmp_path / "line.pcap", tmp_path / "servers.pcap"
    way = packets.ethernet(0x8864, b"")[:14]
    back = way[6:12] + way[:6] + way[12:]
    with (
        create_capture(line, LINKTYPE_ETHERNET) as at_line,
        create_capture(servers, LINKTYPE_ETHERNET) as at_servers,
    ):
        for number, length in enumerate(lengths):
            up = number % 2 == 0
            noise = bytes(max(64, length))
            header = (way if up else back) + packets.pppoe(0x21, noise)[14:]
            at_line.write(Packet(number * 10**9, LINKTYPE_ETHERNET, header, len(header)))
            ends = (CLIENT, 5, SERVER, 7) if up else (SERVER, 7, CLIENT, 5)
            frame = packets.ethernet(0x0800, packets.udp(*ends, bytes(length - 28)))
            time = number * 10**9 + 20_000_000
            at_servers.write(Packet(time, LINKTYPE_ETHERNET, frame, len(frame)))
    events = correlate.read_line(line)
    (flow,) = correlate.read_flows(servers).values()
    assert correlate.score(events, flow) == 1
    assert correlate.score(events, flow, 500_000_000) == 0
    assert correlate.score(events[:3], flow) == pytest.approx(0.5)
