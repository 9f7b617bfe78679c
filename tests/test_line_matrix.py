# SPDX-License-Identifier: GPL-2.0-or-later
"""Which mode a line gets, for every pair of ends, under `prefer`: on the wire, and in the status.

The judge is the carrier's capture, taken apart by sessions; it has no keys.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from pppshroud.capture.file import create_capture, open_capture
from pppshroud.capture.packet import LINKTYPE_ETHERNET, Packet
from pppshroud.capture.ppp import find_ppp
from pppshroud.decoy.framing import pull_lcp
from pppshroud.wire import PPP_IPV4, PPP_LCP
from tests import shrouded
from tests.callers import Caller, call
from tests.packets import ip4
from tests.testbed.capture import Capture
from tests.testbed.leak import find_leaks
from tests.testbed.machine import Machine
from tests.testbed.topology import PPP_LNS
from tests.testbed.uncovered import DECOY, DECOY_LCP, HEAD

ENDS: dict[str, tuple[str, list[str]]] = {
    "off": ("off", []),
    "hand": ("off", ["shroud-framing", "lcp"]),
    "head": ("prefer", ["shroud-mode", "head"]),
    "decoy": ("prefer", ["shroud-mode", "decoy"]),
    "lcp": ("prefer", ["shroud-mode", "decoy", "shroud-framing", "lcp"]),
    "all": ("prefer", ["shroud-mode", "decoy,head", "shroud-framing", "lcp,native"]),
    "plain": ("prefer", ["shroud-mode", "plain", "shroud-framing", "lcp"]),
}
"""An end's policy and options. test_line_pair.py has ends without the plugin."""
NOTHING = "-"
"""No IP packet gets through: one end, by hand, has a framing that the other does not have."""
MATRIX = """
cpe\\lns  off    hand       head   decoy  lcp        all        plain
off      plain  -          plain  plain  plain      plain      plain
hand     -      plain/lcp  -      -      -          -          -
head     plain  -          head   plain  plain      head       plain
decoy    plain  -          plain  decoy  plain      decoy      plain
lcp      plain  -          plain  plain  decoy/lcp  decoy/lcp  plain
all      plain  -          head   decoy  decoy/lcp  decoy/lcp  plain
plain    plain  -          plain  plain  plain      plain      plain/lcp
"""
COLUMNS = MATRIX.splitlines()[1].split()[1:]
EXPECTED = {
    cpe: dict(zip(COLUMNS, modes, strict=True))
    for cpe, *modes in map(str.split, MATRIX.splitlines()[2:])
}
AGREED = {"head": HEAD, "decoy": DECOY, "decoy/lcp": DECOY_LCP}


def by_session(capture: Path) -> dict[int, Path]:
    """The frames of each session as a capture of their own."""
    packets: dict[int, list[Packet]] = defaultdict(list)
    with open_capture(capture) as reader:
        for packet in reader:
            frame = find_ppp(packet.link_type, packet.data)
            if frame is not None:
                packets[frame.session].append(packet)
    paths = {}
    for session, found in packets.items():
        paths[session] = capture.with_name(f"{capture.stem}-{session}.pcap")
        with create_capture(paths[session], LINKTYPE_ETHERNET) as writer:
            for packet in found:
                writer.write(packet)
    return paths


def in_clear(capture: Path) -> set[int]:
    """The protocol numbers under which the LNS's own address is on the wire."""
    with open_capture(capture) as reader:
        frames = [find_ppp(packet.link_type, packet.data) for packet in reader]
    return {
        frame.protocol
        for frame in frames
        if frame
        and pull_lcp(frame.protocol, frame.information) == PPP_IPV4
        and ip4(PPP_LNS) in (frame.information[12:16], frame.information[16:20])
    }


def on_the_wire(capture: Path) -> list[str]:
    """All modes that a session's capture can be of; it should be one."""
    plain = {frozenset({PPP_IPV4}): ["plain"], frozenset({PPP_LCP}): ["plain/lcp"]}
    modes = plain.get(frozenset(in_clear(capture)), [])
    reports = {mode: find_leaks(capture, agreed=agreed) for mode, agreed in AGREED.items()}
    return modes + [mode for mode, report in reports.items() if report.covered and not report.leaks]


def assert_told(caller: Caller, cpe: str, lns: str, outcome: str) -> None:
    """Both ends, unless they are off, say in their status what the session is."""
    mode, _, framing = outcome.partition("/")
    agreed: tuple[str | None, str | None] = (mode, framing or "native")
    if lns == "hand":
        agreed = None, framing
    elif outcome == "plain":
        agreed = None, None
    for end, status in ((cpe, caller.status), (lns, caller.lns_status())):
        if end == "off":
            continue
        assert (status["mode"], status["framing"]) == agreed, status
        assert status["state"] == ("plain" if mode == "plain" else "covered")
        assert status["shrouded"] == (mode != "plain")


@pytest.mark.parametrize("lns", COLUMNS)
def test_mode_of_the_line(uml: Machine, lns: str) -> None:
    """All CPEs dial the LNS at the same time."""
    line = shrouded.lay(uml)
    line.serve(*ENDS[lns])
    with Capture(uml, "carrier", "car0", "pppoes") as tap:
        callers = {cpe: call(line, number, *ENDS[cpe]) for number, cpe in enumerate(EXPECTED)}
        for cpe, caller in callers.items():
            caller.cpe.wait_up(timeout=60)
            if EXPECTED[cpe][lns] == NOTHING:
                assert not caller.answered()
            else:
                caller.ping()
                assert_told(caller, cpe, lns, EXPECTED[cpe][lns])
    captures = by_session(tap.path)
    wire = {cpe: on_the_wire(captures[caller.session]) for cpe, caller in callers.items()}
    for cpe, modes in EXPECTED.items():
        assert modes[lns] == NOTHING or wire[cpe] == [modes[lns]], (cpe, wire)
