# SPDX-License-Identifier: GPL-2.0-or-later
"""Mode decoy and framing lcp through real devices: offloads and the detour."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from .datapath.decoys import content, key
from .datapath.frames import (
    BULK_TCP,
    IPV4,
    L2TP_SESSION,
    PPPOE_SESSION,
    ipv4,
    pppoe,
    tcp,
    turned,
    udp,
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

KEYS = key(0)
NUMBERS = {False: b"\x00\x21", True: b"\xc0\x21"}
PPP_AT = 52  # of an L2TP message without length, behind 0xff03


@contextmanager
def _line(
    world: World, session: str, *options: str, plain: bool = False, lcp: bool = False
) -> Iterator[tuple[Testrun, Port, Port]]:
    """A line in mode decoy, or plain, with its two ends."""
    with ExitStack() as stack:
        run = stack.enter_context(world.testrun("wan0", "decoy", *options, obj=world.guest.decoy))
        run.say(session)
        if plain:
            run.set("plain", lcp=lcp)
        else:
            run.set("cover", KEYS, KEYS, lcp=lcp)
        near = stack.enter_context(Port(world, "wan0", offloads=True))
        yield run, near, stack.enter_context(Port(world, "wan1"))


@contextmanager
def _beside(world: World, session: str, *options: str) -> Iterator[Testrun]:
    """The same line in mode head, settled as plain: as an LNS has it that allows both."""
    with world.testrun("wan0", *options) as run:
        run.say(session)
        run.set("plain")
        yield run


@pytest.mark.parametrize("lcp", [False, True], ids=["native", "lcp"])
def test_unfinished_checksum_detour(wire: World, lcp: bool) -> None:
    """The pair fills the checksum in, its far end makes the decoy."""
    packet = seeded(ipv4(400, payload=tcp(BULK_TCP)))
    with _line(wire, PPPOE_SESSION, "detour", lcp=lcp) as (run, near, far):
        near.send(unfinished(22, packet) + pppoe("out", IPV4, packet))
        sent = far.receive()
        assert sent, run.stats()
        assert content(sent)[:2] == NUMBERS[lcp]
        assert tcp_sum(sent[22:]) == 0
        assert packet[12:24] not in sent
        back = content(run.frame("in", turned(sent)).frame)
        assert (back[:2], tcp_sum(back[2:]), back[2:38]) == (b"\0\x21", 0, packet[:36])
        stats = run.stats()
        assert (stats["tx_detour"], stats["tx_decoy"], stats["rx_decoy"]) == (1, 1, 1)


def test_unfinished_checksum_is_finished_by_the_device(wire: World) -> None:
    """A plain packet under another number is: its place is known without."""
    packet = seeded(ipv4(400, payload=tcp(BULK_TCP)))
    wire.run("ethtool", "-K", "wan0", "tx", "off")
    with _line(wire, PPPOE_SESSION, "detour", plain=True, lcp=True) as (run, near, far):
        near.send(unfinished(22, packet) + pppoe("out", IPV4, packet))
        sent = content(far.receive())
        assert (sent[:2], tcp_sum(sent[2:]), sent[2:38]) == (b"\xc0\x21", 0, packet[:36])
        assert (run.stats()["tx_detour"], run.stats()["tx_plain"]) == (0, 1)


@pytest.mark.parametrize(
    ("plain", "lcp"),
    [(False, False), (False, True), (True, True)],
    ids=["decoys", "decoys as LCP", "plain as LCP"],
)
def test_super_packet_detour(wire: World, plain: bool, lcp: bool) -> None:
    """It comes out in two frames, decoys each, or under another number each."""
    payload = udp(bytes(SEGMENT - 38), dport=5000)
    message = super_message(payload)
    with (
        _beside(wire, L2TP_SESSION, "detour") as beside,
        _line(wire, L2TP_SESSION, "detour", plain=plain, lcp=lcp) as (run, near, far),
    ):
        near.send(virtio(NEEDS_CHECKSUM, GSO_UDP, 42, SEGMENT, 34, 6) + message)
        frames = [far.receive() for _ in range(2)]
        assert [len(frame) for frame in frames] == [42 + SEGMENT] * 2, run.stats()
        assert [frame[PPP_AT - 2 : PPP_AT] for frame in frames] == [NUMBERS[lcp]] * 2
        assert plain == (message[PPP_AT + 12 : PPP_AT + 24] in frames[0])
        stats = run.stats()
        assert (stats["tx_detour"], stats["tx_plain" if plain else "tx_decoy"]) == (1, 2)
        assert beside.stats()["tx_detour"] == 0


def _merges(world: World) -> bool:
    lines = world.run("ethtool", "-k", "wan0").splitlines()
    return "generic-receive-offload: on" in lines


def test_merging_is_off(wire: World) -> None:
    """The kernel would merge decoys of one flow that come in; frames of LCP it leaves alone."""
    wire.run("ethtool", "-K", "wan0", "gro", "on")
    with wire.testrun("wan0", "decoy", obj=wire.guest.decoy) as run:
        run.say(PPPOE_SESSION)
        run.set("plain", lcp=True)
        run.set("cover", KEYS, KEYS, lcp=True)
        assert _merges(wire)
        run.set("cover", KEYS, KEYS)
        assert not _merges(wire)
