# SPDX-License-Identifier: GPL-2.0-or-later
"""Real lines in mode decoy carry all that IP carries; the carrier sees other hosts and names."""

from __future__ import annotations

from pathlib import Path

import pytest

from pppshroud.capture.file import open_capture
from pppshroud.capture.ppp import find_ppp
from tests import shrouded, traffic
from tests.shrouded import Shrouded
from tests.test_line_lac import widen
from tests.testbed import disguise
from tests.testbed.capture import Capture
from tests.testbed.l2tp import XlServer, dial_l2tp
from tests.testbed.machine import Machine
from tests.testbed.topology import SERVER, SERVER6
from tests.testbed.uncovered import DECOY, decoy_version

MODE = ["shroud-mode", "decoy"]
OVERLAP = 30.0
"""Seconds for which a CPE does not start the next rekey."""


def lay(machine: Machine) -> Shrouded:
    line = shrouded.lay(machine)
    line.both = MODE
    traffic.serve(machine)
    return line


def names_seen(capture: Path) -> set[tuple[bytes, ...]]:
    """The labels of each name in a DNS message that the carrier took for one."""
    with open_capture(capture) as reader:
        frames = [find_ppp(packet.link_type, packet.data) for packet in reader]
    decoys = [frame.information for frame in frames if frame and decoy_version(frame, DECOY)]
    return {tuple(labels) for decoy in decoys for labels in disguise.dns_names(decoy)}


def assert_other_names(capture: Path) -> None:
    """DNS asks for names of the same form, another one each time, and never for the real one."""
    labels = [label.encode() for label in traffic.NAME.split(".")]
    names = names_seen(capture)
    assert len(names) >= 2
    assert {tuple(map(len, name)) for name in names} == {tuple(map(len, labels))}
    assert not any(label in name for name in names for label in labels)


def assert_counted(line: Shrouded) -> None:
    """Both ends send and receive decoys, and noise for what has none."""
    for side in ("cpe", "lns"):
        counters = line.status(side)["counters"]
        assert min(counters["tx_decoy"], counters["rx_decoy"]) > 500, counters
        assert min(counters["tx_block"] + counters["tx_whole"], counters["rx_block"]) > 0


@pytest.mark.slow
def test_new_keys_under_load_lose_nothing(uml: Machine) -> None:
    """Phase 0, 1, and 0 again, while numbered packets and all kinds of traffic cross the line."""
    line = lay(uml)
    with Capture(uml, "carrier", "car0") as tap:
        traffic.dial_covered(line)
        flows = [traffic.flood(uml, to, 50, OVERLAP + 15) for to in (SERVER, SERVER6)]
        for flow in flows:
            flow.await_begin()
        traffic.renew(line)
        traffic.everything(uml)
        traffic.renew(line)
        for flow in flows:
            flow.assert_whole(timeout=60)
        (report,) = traffic.assert_shrouded(line, [tap], agreed=DECOY)
    assert report.handshakes == 3
    assert_other_names(tap.path)
    assert_counted(line)


def test_l2tp(uml: Machine) -> None:
    line = lay(uml)
    line.line.plain_ip()
    widen(line, {"cpe": ("cpe0",), "carrier": ("car0", "car1", "br0"), "lns": ("lns0",)})
    line.lns = XlServer(uml, line.options("lns", "require"))
    with Capture(uml, "carrier", "car0") as tap:
        line.cpe = dial_l2tp(uml, line.options("cpe", "require"))
        traffic.await_covered(line)
        traffic.look_up(uml)
        traffic.bulk(uml)
        traffic.datagrams(uml, rate=100, seconds=1)
        traffic.renew(line)
        (report,) = traffic.assert_shrouded(line, [tap], agreed=DECOY)
    assert report.handshakes == 2
    assert_other_names(tap.path)
    assert_counted(line)
