# SPDX-License-Identifier: GPL-2.0-or-later
"""`pppshroud cover --mode decoy`, and what tshark says of decoys."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path

import pytest

from pppshroud.capture.encap import Line
from pppshroud.capture.ppp import find_ppp
from pppshroud.cli import main
from pppshroud.decoy.frame import cover_decoy_frame, is_noise
from pppshroud.decoy.framing import pull_lcp, push_lcp
from pppshroud.decoy.keys import DecoyKeys
from pppshroud.keys import write_secret
from pppshroud.vectors.decoydns import messages
from pppshroud.vectors.decoypackets import FOUR, SIX, TCP, UDP, fit_packets, ip, tcp, udp
from pppshroud.vectors.material import octets
from pppshroud.wire import PPP_IPV4, PPP_IPV6, PPP_LCP, PPP_NOISE_WHOLE
from tests import packets as build
from tests.dpi.complaints import CHECKING, WRONG
from tests.test_cover_command import NAME, OKM, ip_packets, l2tp_frames, pppoe_frames, read

DECOY_OKM = octets("decoy command", 1104)
LENGTHS = (0, 1, 3, 4, 8, 12, 20, 32, 40, 63, 64, 65, 100, 172, 400, 1200)
TIMEOUT = 120  # seconds, for tshark


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    path = tmp_path / "line.keys"
    write_secret(path, json.dumps({"okm": DECOY_OKM.hex()}))
    return path


def tshark(capture: Path, wanted: str) -> list[str]:
    """The numbers and layers of the packets that a display filter finds, checksums checked."""
    command = ["tshark", "-n", "-r", str(capture), *CHECKING, "-Y", wanted, "-T", "fields"]
    command += ["-e", "frame.number", "-e", "frame.protocols", "-e", "_ws.expert.message"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=True)
    return done.stdout.splitlines()


@pytest.mark.parametrize("frames", [pppoe_frames, l2tp_frames])
def test_line_there_and_back(tmp_path: Path, keys: Path, frames: type) -> None:
    plain = build.write_capture(tmp_path / "plain.pcap", frames())
    covered, back = tmp_path / "covered.pcap", tmp_path / "back.pcap"
    key = ["--key-file", str(keys)]
    assert main(["cover", str(plain), str(covered), "--mode", "decoy", *key]) == 0
    assert main(["uncover", str(covered), str(back), *key]) == 0
    assert read(back) == read(plain)
    assert NAME not in covered.read_bytes()
    decoys = 0
    for before, after in zip(read(plain), read(covered), strict=True):
        old, new = (find_ppp(packet.link_type, packet.data) for packet in (before, after))
        if old and new and old.protocol == new.protocol in (PPP_IPV4, PPP_IPV6):
            decoys += 1
            assert len(new.information) == len(old.information)
            assert new.information[8:28] != old.information[8:28]
    assert decoys == len(ip_packets()) - 1, "the last one is not whole, for UDP"


def test_random_keys_come_back_by_their_length(tmp_path: Path) -> None:
    plain = build.write_capture(tmp_path / "lan.pcap", ip_packets(), 101)
    covered, back, new = (tmp_path / name for name in ("c.pcap", "b.pcap", "new.keys"))
    options = ["--encap", "pppoe", "--mode", "decoy", "--write-keys", str(new)]
    assert main(["cover", str(plain), str(covered), *options]) == 0
    assert main(["uncover", str(covered), str(back), "--key-file", str(new)]) == 0
    found = [find_ppp(packet.link_type, packet.data) for packet in read(back)]
    assert [frame.information for frame in found if frame] == ip_packets()


@pytest.mark.parametrize("encap", ["pppoe", "l2tp"])
def test_framing_lcp(tmp_path: Path, keys: Path, encap: str) -> None:
    plain = build.write_capture(tmp_path / "lan.pcap", ip_packets(), 101)
    covered, back = tmp_path / "covered.pcap", tmp_path / "back.pcap"
    key = ["--key-file", str(keys)]
    options = ["--encap", encap, "--mode", "decoy", "--framing", "lcp"]
    assert main(["cover", str(plain), str(covered), *options, *key]) == 0
    frames = [find_ppp(packet.link_type, packet.data) for packet in read(covered)]
    assert {frame.protocol for frame in frames if frame} == {PPP_LCP, PPP_NOISE_WHOLE}
    assert main(["uncover", str(covered), str(back), *key]) == 0
    found = [find_ppp(packet.link_type, packet.data) for packet in read(back)]
    assert [frame.information for frame in found if frame] == ip_packets()


def test_framing_lcp_is_for_decoys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = build.write_capture(tmp_path / "plain.pcap", pppoe_frames())
    assert main(["cover", str(plain), str(tmp_path / "x"), "--framing", "lcp"]) == 1
    assert "--mode head does not go with --framing lcp" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("protocol", "first", "wire"),
    [(PPP_IPV4, 0x45, PPP_LCP), (PPP_IPV4, 0x4F, PPP_LCP), (PPP_IPV6, 0x60, PPP_LCP),
     (PPP_IPV6, 0x6F, PPP_LCP), (PPP_IPV4, 0x44, PPP_IPV4), (PPP_IPV4, 0x60, PPP_IPV4),
     (PPP_IPV6, 0x45, PPP_IPV6), (PPP_NOISE_WHOLE, 0x45, PPP_NOISE_WHOLE), (PPP_LCP, 9, PPP_LCP)],
)  # fmt: skip
def test_protocol_numbers_of_framing_lcp(protocol: int, first: int, wire: int) -> None:
    assert push_lcp(protocol, bytes([first])) == wire
    assert pull_lcp(wire, bytes([first])) == protocol
    assert push_lcp(protocol, b"") == pull_lcp(protocol, b"") == protocol


def test_keys_of_the_other_mode(
    tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = build.write_capture(tmp_path / "plain.pcap", pppoe_frames())
    head = tmp_path / "head.keys"
    write_secret(head, OKM.hex())
    for path, mode in ((head, "decoy"), (keys, "head")):
        command = ["cover", str(plain), str(tmp_path / "x"), "--key-file", str(path)]
        assert main([*command, "--mode", mode]) == 1
        assert f"these are not keys of mode {mode}" in capsys.readouterr().err


def traffic(count: int) -> list[tuple[int, bytes]]:
    """Frames of decoys and noise: every kind, and noise of every length on random ports."""
    chance = random.Random(6)
    keys = DecoyKeys.split(DECOY_OKM)
    packets = [packet for name, packet in fit_packets() if "wrong" not in name]
    texts = [text for _, text in messages()]
    while len(packets) < count:
        ends = chance.choice((FOUR, SIX))
        payload = chance.randbytes(chance.choice(LENGTHS))
        ports = chance.randrange(1024, 65536), chance.choice((443, 5060, chance.randrange(65536)))
        ident = chance.getrandbits(16)
        packets.append(ip(ends, UDP, udp(payload, *ports), ident=ident))
        packets.append(ip(ends, TCP, tcp(payload, *ports)))
        query = chance.choice([text for text in texts if text[2] < 0x80])
        packets.append(ip(ends, UDP, udp(chance.randbytes(2) + query[2:], ports[0], 53)))
    return [
        cover_decoy_frame(
            keys.up, PPP_IPV4 if packet[0] >> 4 == 4 else PPP_IPV6, packet, whole=number % 3 > 0
        )
        for number, packet in enumerate(packets)
    ]


@pytest.mark.parametrize("encap", ["pppoe", "l2tp"])
def test_tshark_finds_nothing_broken(tmp_path: Path, encap: str) -> None:
    frames = traffic(1500)
    line = Line()
    push = line.push_pppoe if encap == "pppoe" else line.push_l2tp
    capture = build.write_capture(tmp_path / "decoys.pcap", [push(*frame) for frame in frames])
    assert tshark(capture, WRONG) == []
    decoys = sum(not is_noise(wire) for wire, _ in frames)
    assert len(tshark(capture, "ppp && (tcp || udp || icmp || icmpv6)")) >= decoys
    assert decoys > 0.95 * len(frames)
    assert len(tshark(capture, "dns.qry.name")) > len(frames) / 4
