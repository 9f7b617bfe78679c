# SPDX-License-Identifier: GPL-2.0-or-later
"""Real frames through real devices: tags that the device keeps, offloads, the detour, a crash."""

from __future__ import annotations

import struct

import pytest

from .datapath.frames import (
    BULK_TCP,
    IPV4,
    L2TP_SESSION,
    LAC,
    LOCAL,
    PPPOE_SESSION,
    checksum,
    ipv4,
    l2tp,
    pppoe,
    tcp,
    turned,
)
from .datapath.offloads import (
    GSO_UDP,
    NEEDS_CHECKSUM,
    SEGMENT,
    seeded,
    super_message,
    tcp_sum,
    unfinished,
    virtio,
)
from .datapath.port import Port
from .datapath.world import Testrun, World

pytest_plugins = ("tests.datapath.fixtures",)

KEY = bytes(range(208))
NO_FRAME = 0.3


def _covering(world: World, *options: str, session: str = "") -> Testrun:
    run = world.testrun("wan0", *options)
    run.say(session or PPPOE_SESSION)
    run.set("cover", KEY, KEY)
    return run


def test_wire_outwards(wire: World) -> None:
    frame = pppoe("out", IPV4, ipv4(500, 17))
    with _covering(wire) as run, Port(wire, "wan0") as near, Port(wire, "wan1") as far:
        near.send(frame)
        covered = far.receive()
        assert run.frame("in", turned(covered)).frame[12:] == frame[12:]
        assert run.stats()["tx_whole"] == 1


@pytest.mark.parametrize("length", [20, 64, 65, 1492])
def test_wire_inwards(wire: World, length: int) -> None:
    """Frames that come in from the other end are uncovered, short ones padded by the link too."""
    with _covering(wire) as run, Port(wire, "wan1") as far, Port(wire, "wan0") as near:
        covered = run.frame("out", pppoe("out", IPV4, ipv4(length))).frame
        far.send(turned(covered) + b"\xee" * (6 if length < 1000 else 0))
        assert near.receive()
        stats = run.stats()
        assert stats["rx_block"] + stats["rx_whole"] == 1


def test_wire_vlan_device(wire: World) -> None:
    """Two tags: the device takes the outer one out of a frame, the inner one stays in it."""
    run = wire.testrun("wan0")
    run.say(f"{PPPOE_SESSION} 100 200")
    run.set("cover", KEY, KEY)
    frame = pppoe("out", IPV4, ipv4(500, 17), vlans=(100, 200))
    with run, Port(wire, "wan0") as near, Port(wire, "wan1") as far:
        near.send(frame)
        covered = far.receive()
        assert covered[:22] == frame[:22]
        far.send(turned(covered))
        assert near.receive()
        assert run.stats()["rx_whole"] == 1


def test_wire_unfinished_checksum_is_dropped(wire: World) -> None:
    packet = seeded(ipv4(400, payload=tcp(BULK_TCP)))
    frame = pppoe("out", IPV4, packet)
    with (
        _covering(wire) as run,
        Port(wire, "wan0", offloads=True) as near,
        Port(wire, "wan1") as far,
    ):
        near.send(unfinished(22, packet) + frame)
        assert far.receive(NO_FRAME) == b""
        assert run.stats()["tx_checksum"] == 1


@pytest.mark.parametrize("vlans", [(), (35,)], ids=str)
def test_wire_unfinished_checksum_detour(wire: World, vlans: tuple[int, ...]) -> None:
    """The pair fills the checksum in, its far end covers; the frame passes egress once more."""
    packet = seeded(ipv4(400, payload=tcp(BULK_TCP)))
    frame = pppoe("out", IPV4, packet, vlans=vlans)
    session = " ".join([PPPOE_SESSION, *map(str, vlans)])
    with (
        _covering(wire, "detour", session=session) as run,
        Port(wire, "wan0", offloads=True) as near,
        Port(wire, "wan1") as far,
    ):
        near.send(unfinished(22 + 4 * len(vlans), packet) + frame)
        covered = far.receive()
        assert covered, run.stats()
        back = run.frame("in", turned(covered)).frame
        assert tcp_sum(back[22 + 4 * len(vlans) :]) == 0
        stats = run.stats()
        assert (stats["tx_detour"], stats["tx_whole"], stats["rx_whole"]) == (1, 1, 1)


def test_wire_super_packet_detour(wire: World) -> None:
    """It comes out in two frames, each covered."""
    header = virtio(NEEDS_CHECKSUM, GSO_UDP, 42, SEGMENT, 34, 6)
    with (
        _covering(wire, "detour", session=L2TP_SESSION) as run,
        Port(wire, "wan0", offloads=True) as near,
        Port(wire, "wan1") as far,
    ):
        near.send(header + super_message())
        frames = [far.receive() for _ in range(2)]
        assert [len(frame) for frame in frames] == [42 + SEGMENT] * 2
        assert frames[0] != b""
        assert super_message()[60:100] not in b"".join(frames)
        stats = run.stats()
        assert (stats["tx_detour"], stats["tx_whole"]) == (1, 2)


def test_wire_super_packet_is_dropped(wire: World) -> None:
    header = virtio(NEEDS_CHECKSUM, GSO_UDP, 42, SEGMENT, 34, 6)
    with (
        _covering(wire, session=L2TP_SESSION) as run,
        Port(wire, "wan0", offloads=True) as near,
        Port(wire, "wan1") as far,
    ):
        near.send(header + super_message())
        assert far.receive(NO_FRAME) == b""
        assert run.stats()["tx_super"] == 1


@pytest.mark.parametrize("length", [30, 400])
def test_wire_l2tp_unfinished_checksum(wire: World, length: int) -> None:
    """A UDP checksum that is computed after us is right for the covered, padded datagram."""
    frame = l2tp("out", IPV4, ipv4(length, 17))
    pseudo = LOCAL.packed + LAC.packed + struct.pack("!BBH", 0, 17, len(frame) - 34)
    seed = (checksum(pseudo) ^ 0xFFFF).to_bytes(2, "big")
    frame = frame[:40] + seed + frame[42:]
    wire.run("ethtool", "-K", "wan0", "tx", "off")
    with (
        _covering(wire, session=L2TP_SESSION) as run,
        Port(wire, "wan0", offloads=True) as near,
        Port(wire, "wan1") as far,
    ):
        near.send(virtio(NEEDS_CHECKSUM, 0, 0, 0, 34, 6) + frame)
        covered = far.receive()
        assert covered, run.stats()
        told = struct.unpack("!H", covered[38:40])[0]
        assert told == len(covered) - 34
        pseudo = LOCAL.packed + LAC.packed + struct.pack("!BBH", 0, 17, told)
        assert checksum(pseudo + covered[34:]) == 0


@pytest.mark.parametrize("state", ["hold", "cover"])
def test_wire_crash_leaves_nothing_bare(wire: World, state: str) -> None:
    """kill -9 of the owner: a held session stays held, a covered one covered."""
    frame = pppoe("out", IPV4, ipv4(500, 17))
    run = wire.testrun("wan0")
    run.say(PPPOE_SESSION)
    if state == "cover":
        run.set("cover", KEY, KEY)
    run.kill()
    with Port(wire, "wan0") as near, Port(wire, "wan1") as far:
        near.send(frame)
        sent = far.receive(NO_FRAME if state == "hold" else 5.0)
    assert bool(sent) == (state == "cover")
    assert frame[22:62] not in sent
