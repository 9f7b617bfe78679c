# SPDX-License-Identifier: GPL-2.0-or-later
"""Framing lcp on real lines: with decoys, with plain packets, and set by hand.

The carrier's capture tells under which protocol numbers packets are on the wire.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pppshroud.capture.file import open_capture
from pppshroud.capture.ppp import find_ppp
from pppshroud.decoy.framing import pull_lcp
from pppshroud.wire import PPP_IPV4, PPP_IPV6, PPP_LCP
from tests import shrouded, traffic
from tests.shrouded import Shrouded
from tests.testbed.capture import Capture
from tests.testbed.l2tp import XlServer, dial_l2tp
from tests.testbed.leak import assert_covered
from tests.testbed.machine import Machine
from tests.testbed.topology import PPP_LNS
from tests.testbed.uncovered import DECOY, DECOY_LCP, Agreed

LCP = ["shroud-framing", "lcp"]
EITHER = ["shroud-framing", "lcp,native"]
PLAIN = ["shroud-mode", "plain", *LCP]
IP = (PPP_IPV4, PPP_IPV6)
MTU = ["mtu", "1400", "mru", "1400"]


def under(capture: Path) -> Counter[tuple[int, int]]:
    """How many frames there are of each protocol number on the wire, and what is meant by it."""
    counts: Counter[tuple[int, int]] = Counter()
    with open_capture(capture) as reader:
        for packet in reader:
            frame = find_ppp(packet.link_type, packet.data)
            if frame is not None:
                counts[frame.protocol, pull_lcp(frame.protocol, frame.information)] += 1
    return counts


def assert_framed(capture: Path, some: tuple[int, ...] = IP) -> None:
    """All IP packets, some of these, are under LCP's number, and so is LCP itself."""
    found = under(capture)
    assert not any(found[number, number] for number in IP), found
    assert min(found[PPP_LCP, number] for number in (*some, PPP_LCP)) > 0, found


def exchange(line: Shrouded) -> None:
    """Packets of both versions go both ways."""
    line.ping()
    assert line.cpe is not None
    command = ["ping", "-c", "3", "-i", "0.2", "-W", "5", f"ff02::1%{line.cpe.device}"]
    shown = line.machine.run(command, ns="cpe", check=False).stdout
    assert "3 received" in shown, shown


def told(line: Shrouded, side: str) -> list[object]:
    """What the status says of the session."""
    status = line.status(side)
    return [status[name] for name in ("state", "cause", "mode", "framing", "shrouded", "alarm")]


@pytest.mark.parametrize(
    ("cpe", "lns", "agreed"),
    [
        (["shroud-mode", "decoy,head", *EITHER], ["shroud-mode", "head,decoy", *EITHER], DECOY_LCP),
        (["shroud-mode", "decoy,plain", *LCP], ["shroud-mode", "plain,decoy", *LCP], DECOY_LCP),
        (["shroud-mode", "decoy,head", *EITHER], ["shroud-mode", "decoy"], DECOY),
    ],
)
def test_decoys(uml: Machine, cpe: list[str], lns: list[str], agreed: Agreed) -> None:
    """The CPE's first mode, with its first framing that the LNS has, also under new keys."""
    policy = "prefer" if "decoy,plain" in cpe else "require"
    line = shrouded.lay(uml)
    line.serve(policy, lns)
    with Capture(uml, "carrier", "car0", "pppoes") as tap:
        line.dial(policy, cpe).wait_up()
        exchange(line)
        traffic.renew(line)
        exchange(line)
    framing = "lcp" if agreed is DECOY_LCP else "native"
    for side in ("cpe", "lns"):
        assert told(line, side) == ["covered", None, "decoy", framing, True, False]
    assert_covered(tap.path, from_start=True, agreed=agreed)
    if agreed is DECOY_LCP:
        assert_framed(tap.path, (PPP_IPV4,))  # a link-local packet has no decoy


def test_plain_is_agreed_on(uml: Machine) -> None:
    """Nothing is hidden, and nobody says that it is; LCP goes its own way."""
    line = shrouded.lay(uml)
    line.serve("prefer", [*PLAIN, "shroud-notice", "plain it is"])
    with Capture(uml, "carrier", "car0", "pppoes") as tap:
        line.dial("prefer", [*PLAIN, "shroud-peer-key", line.key.public]).wait_up()
        exchange(line)
    for side in ("cpe", "lns"):
        assert told(line, side) == ["plain", "agreed", "plain", "lcp", False, False]
    assert_framed(tap.path)
    assert "the line is plain, with framing lcp: mode plain was agreed on" in line.log("cpe")
    assert line.status("cpe")["notice"] == "plain it is"
    assert not any(name in line.log("cpe") for name in ("CodeRej", "ProtRej"))


@pytest.mark.parametrize("encapsulation", ["pppoe", "l2tp"])
def test_by_hand(uml: Machine, encapsulation: str) -> None:
    """No handshake, no key: an LNS needs none for that."""
    line = shrouded.lay(uml)
    device, link = ("car0", "pppoes") if encapsulation == "pppoe" else ("car0", "udp port 1701")
    if encapsulation == "l2tp":
        line.line.plain_ip()
        line.lns = XlServer(uml, [*line.options("lns", "off"), *LCP, *MTU])
    else:
        line.serve("off", LCP)
    with Capture(uml, "carrier", device, link) as tap:
        if encapsulation == "l2tp":
            line.cpe = dial_l2tp(uml, [*line.options("cpe", "off"), *LCP, *MTU])
            line.cpe.wait_up(timeout=40)
        else:
            line.dial("off", LCP).wait_up()
        exchange(line)
    for side in ("cpe", "lns"):
        assert told(line, side) == ["plain", "off", None, "lcp", False, False]
    assert_framed(tap.path)
    assert not any(name in line.log("cpe") for name in ("CodeRej", "ProtRej"))
    line.lns.stop()  # type: ignore[union-attr]


def test_by_hand_at_one_end_only(uml: Machine) -> None:
    """Its packets do not get through: the other end takes them for LCP."""
    line = shrouded.lay(uml)
    line.serve("prefer", ["shroud-mode", "head"])
    line.dial("off", LCP).wait_up()
    shown = uml.run(["ping", "-c", "2", "-i", "0.2", "-W", "1", PPP_LNS], ns="cpe", check=False)
    assert " 100% packet loss" in shown.stdout
    assert told(line, "lns")[:2] == ["plain", "not-shrouding"]


def test_by_hand_needs_the_programs(uml: Machine) -> None:
    line = shrouded.lay(uml)
    line.serve("off", LCP)
    cpe = line.dial("off", [*LCP, "shroud-decoy-object", "/nonexistent/decoy.bpf.o"])
    assert cpe.process.wait(timeout=30) != 0
    assert "/nonexistent/decoy.bpf.o" in line.log("cpe")
