# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever dies, and as long as there are no keys: under `require` nothing leaves uncovered."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from pppshroud.capture.file import open_capture
from pppshroud.capture.ppp import find_ppp
from pppshroud.wire import PPP_IPCP, PPP_IPV4, PPP_IPV6, PPP_IPV6CP, PPP_LCP
from tests import packets, shrouded, traffic
from tests.shrouded import Shrouded
from tests.testbed.capture import Capture
from tests.testbed.l2tp import XlServer, dial_l2tp
from tests.testbed.leak import assert_covered, find_leaks
from tests.testbed.machine import Machine
from tests.testbed.pppd import PppoeServer
from tests.testbed.process import Process
from tests.testbed.topology import PPP_CPE, SERVER, SERVER6

ECHO_REQUEST = bytes.fromhex("09c8000c00000000") + b"here"
CONFIGURE_REQUEST = bytes.fromhex("0101000a03060a000002")
SECRETS = [
    (PPP_IPV4, packets.udp("203.0.113.7", 5300, "198.51.100.53", 53, b"")),
    (PPP_IPV4, packets.udp("203.0.113.7", 5300, "198.51.100.53", 53, bytes(300))),
    (PPP_IPV6, packets.udp6("2001:db8:1::7", 5300, "2001:db8:2::53", 53, bytes(100))),
    (PPP_IPCP, CONFIGURE_REQUEST),
    (PPP_IPV6CP, CONFIGURE_REQUEST),
    (0x80FD, CONFIGURE_REQUEST),
    (0x2145, bytes(100)),
]
"""What must not leave: the last is IPv4 with a protocol field of one octet."""
LIVELY = ["lcp-echo-interval", "1", "lcp-echo-failure", "3"]
"""So that an end soon knows when its peer is gone."""
NO_INIT = (
    "tc qdisc add dev car0 clsact; tc filter add dev car0 ingress protocol 0x8864 "
    "u32 match u16 0xc021 0xffff at 6 match u8 0 0xff at 8 action drop"
)


def echoes(capture: Path) -> int:
    """How often ECHO_REQUEST was on the wire."""
    with open_capture(capture) as reader:
        frames = [find_ppp(packet.link_type, packet.data) for packet in reader]
    return sum(
        frame is not None and frame.protocol == PPP_LCP and frame.information == ECHO_REQUEST
        for frame in frames
    )


def test_no_keys_nothing_passes(uml: Machine) -> None:
    """The carrier loses every INIT: until the line is closed, both data paths hold all back."""
    line = shrouded.lay(uml)
    uml.script(NO_INIT, "carrier")
    line.serve("require")
    with Capture(uml, "carrier", "car0") as near, Capture(uml, "carrier", "car1") as far:
        cpe = line.dial("require")
        line.await_status("cpe", state="wait-resp")
        line.await_status("lns", state="idle")
        for side in ("cpe", "lns"):
            traffic.send_frames(line, side, [*SECRETS, (PPP_LCP, ECHO_REQUEST)])
        assert cpe.process.wait(timeout=30) != 0
        assert "the peer does not answer the offer" in line.log("cpe")
    for tap in (near, far):
        assert find_leaks(tap.path, from_start=True).leaks == []
        assert echoes(tap.path) == 2


def start_traffic(machine: Machine) -> list[Process]:
    """Pings both ways that never end, whether or not there is a way."""
    ways = (("lan", SERVER), ("lan", SERVER6), ("server", PPP_CPE))
    return [machine.spawn(["ping", "-q", "-i", "0.02", to], ns) for ns, to in ways]


def await_shrouded(line: Shrouded, times: int) -> None:
    """Wait until the CPE's log tells of so many shrouded sessions, and the last one works."""
    line.machine.wait_until(
        lambda: line.log("cpe").count("the line is shrouded") == times,
        90,
        f"shrouded session {times}",
        lambda: line.log("cpe")[-4000:],
    )
    assert line.cpe is not None
    line.cpe.wait_up(ipv6=False)
    line.ping()


def kill_cpe_pppd(line: Shrouded) -> int:
    """The system starts another one."""
    assert line.cpe is not None
    line.cpe.kill()
    traffic.send_frames(line, "cpe", SECRETS)
    line.dial("require", LIVELY, persist=True)
    return 1


def kill_lns_pppd(line: Shrouded) -> int:
    """pppoe-server lives on, and ends the session; the CPE redials.

    It is stopped for a moment: a next session's pppd would sweep up what the dead one's left.
    """
    assert line.lns is not None
    (pid,) = line.lns.pppds()
    line.lns.process.signal(signal.SIGSTOP)
    line.machine.signal(pid, signal.SIGKILL)
    traffic.send_frames(line, "lns", SECRETS)
    line.lns.process.signal(signal.SIGCONT)
    return 2


def kill_pppoe_server(line: Shrouded) -> int:
    """The session outlives it; when it ends, the new server takes the next one."""
    assert isinstance(line.lns, PppoeServer)
    line.lns.process.kill()
    line.ping()
    line.lns.start()
    assert line.cpe is not None
    line.cpe.process.signal(signal.SIGHUP)
    return 2


@pytest.mark.parametrize("kill", [kill_cpe_pppd, kill_lns_pppd, kill_pppoe_server])
def test_daemon_of_pppoe_killed(uml: Machine, kill: Callable[[Shrouded], int]) -> None:
    line = shrouded.lay(uml)
    line.serve("require", LIVELY)
    with Capture(uml, "carrier", "car0") as near, Capture(uml, "carrier", "car1") as far:
        line.dial("require", LIVELY, persist=True)
        traffic.await_covered(line)
        flows = start_traffic(uml)
        line.ping()
        await_shrouded(line, kill(line))
        for flow in flows:
            flow.kill()
    for tap in (near, far):
        assert assert_covered(tap.path, from_start=True).handshakes == 2


@pytest.mark.parametrize("side", ["cpe", "lns"])
def test_xl2tpd_killed(uml: Machine, side: str) -> None:
    """The CPE's xl2tpd is started anew in both cases: it would miss its peer for a minute."""
    line = shrouded.lay(uml)
    line.line.plain_ip()
    server = XlServer(uml, [*line.options("lns", "require"), *LIVELY])
    line.lns = server
    options = [*line.options("cpe", "require"), *LIVELY, "mtu", "1400", "mru", "1400"]
    with Capture(uml, "carrier", "car0") as tap:
        line.cpe = dial_l2tp(uml, options)
        traffic.await_covered(line)
        flows = start_traffic(uml)
        line.ping()
        if side == "lns":
            server.process.kill()
            line.cpe.wait_down()
            server.start()
        line.cpe.kill()
        uml.wait_until(
            lambda: uml.run(["ip", "link", "show", "dev", "ppp0"], "cpe", check=False).code,
            20,
            "the CPE's pppd to end",
        )
        line.cpe = dial_l2tp(uml, options)
        await_shrouded(line, 1)
        for flow in flows:
            flow.kill()
    assert assert_covered(tap.path, from_start=True).handshakes == 2
