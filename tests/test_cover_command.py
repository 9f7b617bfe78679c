# SPDX-License-Identifier: GPL-2.0-or-later
"""`pppshroud cover` and `uncover`: captures in, captures out, nothing left in clear."""

import base64
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from pppshroud.capture.file import create_capture, open_capture
from pppshroud.capture.packet import LINKTYPE_ETHERNET, LINKTYPE_RAW, Packet
from pppshroud.capture.ppp import find_ppp
from pppshroud.cli import main
from pppshroud.commands.convert import pull_address
from pppshroud.keys import write_secret
from pppshroud.vectors.material import ipv6, ncp, octets
from tests import packets as build

NAME = b"www.example.net"
REQUEST = b"GET / HTTP/1.1\r\nHost: " + NAME + b"\r\n\r\n"
OKM = octets("okm", 448)
LCP_ECHO = bytes.fromhex("0901000800000000")
PADI = bytes.fromhex("ffffffffffff00005e005301886311090000000401010000")
CPE_MAC = "00:00:5e:00:53:01"


def ip_packets() -> list[bytes]:
    """DNS, a TCP conversation with HTTP and TLS, and IPv6, both ways."""
    client, server = build.CLIENT, build.SERVER
    return [
        build.udp(client, 5353, server, 53, build.dns_query(NAME.decode())),
        build.udp(server, 53, client, 5353, build.dns_answer(NAME.decode(), server)),
        *build.conversation(40000, 80, REQUEST, reply=bytes(1400)),
        *build.conversation(40001, 443, build.tls_record(build.client_hello(NAME.decode()))),
        build.udp6(build.CLIENT6, 5000, build.SERVER6, 53, build.dns_query(NAME.decode())),
        ipv6(1492),
    ]  # fmt: skip


def pppoe_frames() -> list[bytes]:
    """A session from discovery on, on a tagged line."""
    frames = [PADI, build.pppoe(0xC021, LCP_ECHO), build.pppoe(0x8021, ncp(10))]
    frames += [build.pppoe(0x8057, ncp(14), vlans=(7,))]
    for packet in ip_packets():
        frames.append(build.pppoe(0x0057 if packet[0] >> 4 == 6 else 0x0021, packet, vlans=(7,)))
    return frames


def l2tp_frames() -> list[bytes]:
    frames = []
    for number, packet in enumerate(ip_packets()):
        protocol = 0x0057 if packet[0] >> 4 == 6 else 0x0021
        flags = (0x0002, 0x4002, 0x4802)[number % 3]
        frames.append(build.l2tp(protocol, packet, flags=flags, checksummed=number % 2 == 0))
    return frames


def read(path: Path) -> list[Packet]:
    with open_capture(path) as reader:
        return list(reader)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    path = tmp_path / "line.keys"
    write_secret(path, json.dumps({"okm": OKM.hex()}))
    return path


@pytest.mark.parametrize("suffix", ["pcap", "pcapng"])
@pytest.mark.parametrize("frames", [pppoe_frames, l2tp_frames])
def test_line_there_and_back(tmp_path: Path, keys: Path, frames: type, suffix: str) -> None:
    plain = build.write_capture(tmp_path / "plain.pcap", frames())
    covered, back = tmp_path / f"covered.{suffix}", tmp_path / f"back.{suffix}"
    assert main(["cover", str(plain), str(covered), "--key-file", str(keys)]) == 0
    assert main(["uncover", str(covered), str(back), "--key-file", str(keys)]) == 0
    assert read(back) == read(plain)
    assert len(read(covered)) == len(frames())
    assert NAME not in covered.read_bytes()
    assert NAME in plain.read_bytes()


def test_covered_frames_are_as_the_protocol_says(tmp_path: Path, keys: Path) -> None:
    plain = build.write_capture(tmp_path / "plain.pcap", pppoe_frames())
    covered = tmp_path / "covered.pcap"
    assert main(["cover", str(plain), str(covered), "--key-file", str(keys)]) == 0
    for before, after in zip(read(plain), read(covered), strict=True):
        old = find_ppp(before.link_type, before.data)
        new = find_ppp(after.link_type, after.data)
        if old is None or new is None or old.protocol == 0xC021:
            assert after == before
            continue
        header = 2 if old.protocol >= 0x8000 else 0
        assert new.protocol in (0x0021, 0x0057)
        assert len(new.information) == max(64, len(old.information) + header)
        assert new.information[:64] != old.information[:64]
        assert after.time_ns == before.time_ns


@pytest.mark.parametrize("encap", ["pppoe", "l2tp"])
@pytest.mark.parametrize("link_type", [LINKTYPE_ETHERNET, LINKTYPE_RAW])
def test_plain_capture_put_on_a_line(
    tmp_path: Path, keys: Path, encap: str, link_type: int
) -> None:
    frames = ip_packets()
    if link_type == LINKTYPE_ETHERNET:
        frames = [build.ethernet(0x86DD if ip[0] >> 4 == 6 else 0x0800, ip) for ip in frames]
        frames.append(build.ethernet(0x0806, bytes(28)))
    lan = build.write_capture(tmp_path / "lan.pcap", frames, link_type)
    covered, back = tmp_path / "covered.pcap", tmp_path / "back.pcap"
    key = ["--key-file", str(keys)]
    assert main(["cover", str(lan), str(covered), "--encap", encap, *key]) == 0
    assert NAME not in covered.read_bytes()
    assert main(["uncover", str(covered), str(back), *key]) == 0
    found = [find_ppp(packet.link_type, packet.data) for packet in read(back)]
    assert [frame.information for frame in found if frame] == ip_packets()
    assert {frame.line for frame in found if frame} == {encap}


def test_direction_by_discovery_by_option_and_by_first_packet(tmp_path: Path, keys: Path) -> None:
    frames = pppoe_frames()
    swapped = [frame[6:12] + frame[:6] + frame[12:] for frame in frames[1:]]
    results = []
    for name, capture, option in (
        ("discovery", frames, []),
        ("option", frames[1:], ["--cpe", CPE_MAC]),
        ("first", frames[1:], []),
        ("swapped", swapped, []),
        ("other", frames[1:], ["--cpe", "00:00:5e:00:53:02"]),
    ):
        plain = build.write_capture(tmp_path / f"{name}.pcap", capture)
        covered = tmp_path / f"{name}-covered.pcap"
        assert main(["cover", str(plain), str(covered), "--key-file", str(keys), *option]) == 0
        frame = find_ppp(LINKTYPE_ETHERNET, read(covered)[-1].data)
        assert frame is not None
        results.append(frame.information)
    assert results[0] == results[1] == results[2] == results[3] != results[4]


def test_random_keys_are_kept_on_request(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = build.write_capture(tmp_path / "plain.pcap", pppoe_frames())
    covered, back, new = tmp_path / "c.pcap", tmp_path / "b.pcap", tmp_path / "new.keys"
    assert main(["cover", str(plain), str(covered), "--write-keys", str(new)]) == 0
    assert new.stat().st_mode & 0o777 == 0o600
    assert main(["uncover", str(covered), str(back), "--key-file", str(new)]) == 0
    assert read(back) == read(plain)
    assert main(["cover", str(plain), str(covered), "--write-keys", str(new)]) == 1
    assert "exists already" in capsys.readouterr().err
    assert main(["cover", str(plain), str(covered)]) == 0
    assert "nobody can uncover this" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text",
    [OKM.hex(), OKM.hex().upper() + "\n", base64.b64encode(OKM).decode(),
     base64.encodebytes(OKM).decode(), json.dumps({"okm": base64.b64encode(OKM).decode()}),
     OKM[:416].hex()],
)  # fmt: skip
def test_forms_of_key_files(tmp_path: Path, keys: Path, text: str) -> None:
    plain = build.write_capture(tmp_path / "plain.pcap", pppoe_frames())
    covered, back, other = tmp_path / "c.pcap", tmp_path / "b.pcap", tmp_path / "other.keys"
    write_secret(other, text)
    assert main(["cover", str(plain), str(covered), "--key-file", str(keys)]) == 0
    assert main(["uncover", str(covered), str(back), "--key-file", str(other)]) == 0


@pytest.mark.parametrize(
    ("text", "problem"),
    [("{", "not JSON"), ("{}", "not JSON"), ("[]", "0 octets could be read"),
     ('{"okm": 5}', "0 octets could be read"), ("abcd", "2 octets could be read"),
     (OKM[:447].hex(), "447 octets could be read"), ("", "0 octets")],
)  # fmt: skip
def test_damaged_key_file(
    tmp_path: Path, text: str, problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = build.write_capture(tmp_path / "plain.pcap", pppoe_frames())
    damaged = tmp_path / "damaged.keys"
    write_secret(damaged, text)
    target = tmp_path / "out.pcap"
    assert main(["cover", str(plain), str(target), "--key-file", str(damaged)]) == 1
    error = capsys.readouterr().err
    assert problem in error
    assert OKM[:8].hex() not in error
    assert not target.exists()


def test_wrong_keys(tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = build.write_capture(tmp_path / "plain.pcap", pppoe_frames())
    covered, other = tmp_path / "covered.pcap", tmp_path / "other.keys"
    write_secret(other, octets("other okm", 448).hex())
    assert main(["cover", str(plain), str(covered), "--key-file", str(keys)]) == 0
    assert main(["uncover", str(covered), str(tmp_path / "x"), "--key-file", str(other)]) == 1
    assert "or these are not its keys" in capsys.readouterr().err


def test_plain_capture_without_encap(
    tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lan = build.write_capture(tmp_path / "lan.pcap", ip_packets(), LINKTYPE_RAW)
    for command in ("cover", "uncover"):
        target = tmp_path / "out.pcap"
        assert main([command, str(lan), str(target), "--key-file", str(keys)]) == 1
        assert "it holds no PPP session" in capsys.readouterr().err
        assert not target.exists()


def test_capture_cut_by_its_snap_length(
    tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = build.write_capture(tmp_path / "plain.pcap", pppoe_frames())
    cut = [replace(packet, data=packet.data[:60]) for packet in read(plain)]
    with create_capture(tmp_path / "cut.pcap", LINKTYPE_ETHERNET) as writer:
        for packet in cut:
            writer.write(packet)
    target = tmp_path / "out.pcap"
    arguments = ["cover", str(tmp_path / "cut.pcap"), str(target), "--key-file", str(keys)]
    assert main(arguments) == 1
    assert "tcpdump -s 0" in capsys.readouterr().err
    assert not target.exists()


def test_truncated_file_leaves_no_output(
    tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = build.write_capture(tmp_path / "plain.pcap", pppoe_frames())
    os.truncate(plain, plain.stat().st_size - 5)
    target = tmp_path / "out.pcap"
    target.write_text("old")
    assert main(["cover", str(plain), str(target), "--key-file", str(keys)]) == 1
    assert "cut short" in capsys.readouterr().err
    assert target.read_text() == "old"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".part")]


def test_missing_file(tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cover", "/nonexistent", str(tmp_path / "x"), "--key-file", str(keys)]) == 1
    assert "/nonexistent: no such file" in capsys.readouterr().err


def test_packets_that_would_not_be_sent_are_counted(
    tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frames = [
        *pppoe_frames(),
        build.pppoe(0x80FD, ncp(10)),
        build.pppoe(0x0021, ip_packets()[0][:-1]),
        build.pppoe(0xC02B, bytes(20)),
        build.pppoe(0x0021, b""),
    ]
    plain = build.write_capture(tmp_path / "plain.pcap", frames)
    covered = tmp_path / "covered.pcap"
    assert main(["cover", str(plain), str(covered), "--key-file", str(keys)]) == 0
    error = capsys.readouterr().err
    assert f"{len(frames)} packets read" in error
    assert "2 discarded: a packet of this protocol number cannot be covered" in error
    assert "1 discarded: IPv4 total length is not the packet's" in error
    assert len(read(covered)) == len(pppoe_frames())


@pytest.mark.parametrize(
    ("text", "octet_count"), [("00:00:5e:00:53:01", 6), ("192.0.2.1", 4), ("2001:db8::1", 16)]
)
def test_address(text: str, octet_count: int) -> None:
    assert len(pull_address(text)) == octet_count


@pytest.mark.parametrize("text", ["", "cpe", "00:00:5e:00:53", "00:00:5e:00:53:100", "1.2.3"])
def test_what_is_no_address(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["uncover", "a", "b", "--key-file", "k", "--cpe", text])
    assert raised.value.code == 2
    assert "neither a MAC nor an IP address" in capsys.readouterr().err


def test_uncover_wants_a_key_file(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["uncover", "a", "b"])
    assert raised.value.code == 2
    assert "--key-file" in capsys.readouterr().err
