# SPDX-License-Identifier: GPL-2.0-or-later
"""Decoys that a dissector would complain about go as noise: docs/decoy.md section 10."""

from __future__ import annotations

import pytest

from pppshroud.decoy.packet import push_decoy
from pppshroud.decoy.unfit import DecoyError, Unfit
from pppshroud.vectors.decoypackets import FOUR, UDP, ip, udp

from .datapath.decoys import KEYS, content, is_whole, key, reference
from .datapath.frames import IPV4, pppoe, turned
from .datapath.world import NEXT, Testrun

pytest_plugins = ("tests.datapath.fixtures",)

NOTICED = [
    pytest.param(20, 26, id="short: RTCP"),
    pytest.param(80, 92, id="whole: RTCP"),
    pytest.param(1200, 132, id="whole, long: RTCP"),
    pytest.param(301, 637, id="whole: GOOSE"),
    pytest.param(2052, 49, id="block: RTCP"),
    pytest.param(2051, 1484, id="block: GOOSE behind it"),
]
"""Octets of payload, zeros, and the IPv4 identification that makes it look so. Found by trial."""


@pytest.mark.parametrize(("octets", "ident"), NOTICED)
def test_notice(decoy_run: Testrun, octets: int, ident: int) -> None:
    packet = ip(FOUR, UDP, udp(bytes(octets)), ident=ident)
    decoy_run.set("cover", key(0), key(0))
    sent = decoy_run.frame("out", pppoe("out", IPV4, packet))
    field = content(sent.frame)
    with pytest.raises(DecoyError) as refused:
        push_decoy(KEYS[0].up, packet, whole=is_whole(field))
    assert refused.value.reason is Unfit.NOTICEABLE
    assert sent.counter in ("tx_block", "tx_whole")
    row = {"phase": 0, "protocol": f"{IPV4:04x}", "packet": packet.hex()}
    assert field == reference(row, whole=is_whole(field))
    back = decoy_run.frame("in", turned(sent.frame))
    assert (back.verdict, content(back.frame)[2:]) == (NEXT, packet)


def test_others_are_decoys(decoy_run: Testrun) -> None:
    """The two octets have to be there, and GOOSE's third one: shorter ones are as they were."""
    decoy_run.set("cover", key(0), key(0))
    packets = [ip(FOUR, UDP, udp(bytes(n)), ident=n) for n in (0, 1, 2, 3, 64)]
    sent = decoy_run.frames("out", [pppoe("out", IPV4, packet) for packet in packets])
    assert [result.counter for result in sent] == ["tx_decoy"] * len(packets)
