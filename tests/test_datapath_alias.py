# SPDX-License-Identifier: GPL-2.0-or-later
"""False addresses and ports that the programs keep: used, right, and erased with their keys."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address

import pytest

from pppshroud.wire import KEYSET_LEN, SHORT_KEY_LEN

from .datapath.frames import (
    IPV4,
    IPV6,
    PEER_TEXT,
    PPPOE_SESSION,
    SESSION,
    UDP,
    checksum,
    pppoe,
    tcp,
    turned,
)
from .datapath.world import NEXT, Testrun

pytest_plugins = ("tests.datapath.fixtures",)

COMMON_LEN = 3 * 16 + SHORT_KEY_LEN
KEYS_LEN = 2 * KEYSET_LEN + SHORT_KEY_LEN + COMMON_LEN
WORDS = 11  # of struct shroud_alias; the first tells whose it is
HOST, SERVER = IPv4Address("192.168.1.20"), IPv4Address("93.184.216.34")
HOST6, SERVER6 = IPv6Address("2001:db8:5::20"), IPv6Address("2606:2800:21f::34")


def _key(phase: int, seed: int) -> bytes:
    return bytes([phase]) + bytes((7 * i + seed * 31 + i // 256) % 256 for i in range(KEYS_LEN))


OLD, NEW = _key(0, 1), _key(1, 2)
ICMP, ICMPV6, TCP = 1, 58, 6
Ends = tuple[IPv4Address, IPv4Address] | tuple[IPv6Address, IPv6Address]
V4, V6 = (HOST, SERVER), (HOST6, SERVER6)


def _udp(port: int) -> bytes:
    return struct.pack("!HHHH", 40000, port, 8, 0x1234)


FLOWS: dict[str, tuple[Ends, int, bytes]] = {
    "tcp": (V4, TCP, tcp()),
    "udp": (V4, UDP, _udp(3478)),
    "dns port": (V4, UDP, _udp(53)),
    "echo": (V4, ICMP, struct.pack("!BBHHH", 8, 0, 1, 7, 1)),
    "tcp6": (V6, TCP, tcp()),
    "udp6": (V6, UDP, _udp(3478)),
    "echo6": (V6, ICMPV6, struct.pack("!BBHHH", 128, 0, 1, 7, 1)),
}


@pytest.fixture
def run(decoy_run: Testrun) -> Testrun:
    """A test runner with a PPPoE session under the old keys."""
    decoy_run.set("cover", OLD, OLD)
    return decoy_run


@pytest.fixture(autouse=True)
def _nothing_kept(bare_decoy_run: Testrun) -> Iterator[None]:
    """The end of a session ends what was kept for it."""
    yield
    assert _kept(bare_decoy_run) == 0


def _kept(run: Testrun) -> int:
    return int(run.say("aliases"))


def _packet(flow: tuple[Ends, int, bytes], payload: bytes = b"") -> bytes:
    (source, destination), protocol, head = flow
    content = head + payload
    if protocol == UDP:
        content = head[:4] + struct.pack("!H", len(content)) + content[6:]
    if source.version == 6:
        fixed = struct.pack("!IHBB", 6 << 28, len(content), protocol, 64)
        return fixed + source.packed + destination.packed + content
    fixed = struct.pack("!BBHIBBH", 0x45, 0, 20 + len(content), 0x12344000, 64, protocol, 0)
    fixed += source.packed + destination.packed
    return fixed[:10] + struct.pack("!H", checksum(fixed)) + fixed[12:] + content


def _frame(flow: tuple[Ends, int, bytes], payload: bytes = b"", *, session: int = SESSION) -> bytes:
    protocol = IPV4 if flow[0][0].version == 4 else IPV6
    return pppoe("out", protocol, _packet(flow, payload), session=session)


def _sent(run: Testrun, frame: bytes) -> bytes:
    """The decoy, which has to come back as it was."""
    result = run.frame("out", frame)
    assert (result.verdict, result.counter) == (NEXT, "tx_decoy")
    back = run.frame("in", turned(result.frame))
    assert (back.verdict, back.counter) == (NEXT, "rx_decoy")
    assert back.frame == turned(frame)
    return result.frame


def _ends(frame: bytes) -> tuple[bytes, bytes]:
    """Addresses and ports (of ICMP: type, code and checksum)."""
    packet = frame[22:]
    return (packet[12:20], packet[20:24]) if packet[0] >> 4 == 4 else (packet[8:40], packet[40:44])


@pytest.mark.parametrize("name", FLOWS)
def test_same_flow_is_known(run: Testrun, name: str) -> None:
    frames = [_frame(FLOWS[name], bytes(n) if name != "dns port" else b"") for n in (0, 5, 70)]
    decoys = [_sent(run, frame) for frame in frames]
    assert _kept(run) == 2  # one each way
    if not name.startswith("echo"):
        assert len({_ends(decoy) for decoy in decoys}) == 1


@pytest.mark.parametrize("word", range(1, WORDS))
@pytest.mark.parametrize("name", ["tcp", "tcp6"])
def test_damaged_line_is_not_used(run: Testrun, name: str, word: int) -> None:
    frame = _frame(FLOWS[name])
    first = _sent(run, frame)
    assert run.say(f"aliases {word}") == "2"
    assert _sent(run, frame) == first


@pytest.mark.parametrize("name", ["tcp", "udp6"])
def test_new_keys_give_new_ends(run: Testrun, name: str) -> None:
    frame = _frame(FLOWS[name])
    old = _sent(run, frame)
    run.set("cover", NEW, NEW, OLD)
    assert _kept(run) == 0
    new = _sent(run, frame)
    assert _ends(new) != _ends(old)
    # On the way since before: the old keys still hold for what is received.
    late = run.frame("in", turned(old))
    assert (late.counter, late.frame) == ("rx_decoy", turned(frame))
    assert _kept(run) == 3
    run.set("cover", NEW, NEW)
    assert _kept(run) == 0
    assert run.frame("in", turned(old)).counter == "rx_false"
    assert _sent(run, frame) == new


def test_many_flows_push_each_other_out(run: Testrun) -> None:
    flows = [((HOST, SERVER + i), TCP, tcp(sport=1024 + i)) for i in range(1200)]
    frames = [_frame(flow) for flow in flows]
    decoys = run.frames("out", frames)
    assert {decoy.counter for decoy in decoys} == {"tx_decoy"}
    assert [decoy.frame for decoy in run.frames("out", frames)] == [one.frame for one in decoys]
    assert 500 < _kept(run) < 1024


def test_other_sessions_keep_theirs(run: Testrun) -> None:
    frame = _frame(FLOWS["tcp"])
    _sent(run, frame)
    run.say("abandon")
    run.say(f"pppoe {SESSION + 1} {PEER_TEXT}")
    run.set("cover", NEW, NEW)
    other = _frame(FLOWS["tcp"], session=SESSION + 1)
    assert run.frame("out", other).counter == "tx_decoy"
    assert _kept(run) == 3
    run.say("close")
    assert _kept(run) == 2
    run.say(PPPOE_SESSION)
    assert _kept(run) == 0
