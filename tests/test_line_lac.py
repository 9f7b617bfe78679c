# SPDX-License-Identifier: GPL-2.0-or-later
"""L2TP carries a shrouded line's traffic, and shows none of it before the LAC or behind it.

No LAC in Debian does proxy LCP: kpppoed bridges PPP frames without a look at them, and xl2tpd as
LNS ignores what a LAC would tell it of LCP and authentication. So that is not tested here.
"""

from __future__ import annotations

import pytest

from tests import shrouded, traffic
from tests.testbed import uncovered
from tests.testbed.capture import Capture
from tests.testbed.l2tp import Lac, XlServer, dial_l2tp
from tests.testbed.machine import Machine
from tests.testbed.topology import SERVER, SERVER6

MODES = {"head": uncovered.HEAD, "decoy": uncovered.DECOY}


def chain(machine: Machine, mode: str) -> None:
    """CPE, LAC and LNS; the LAC relays every covered frame as it is."""
    line = shrouded.lay(machine, lac=True)
    line.both = ["shroud-mode", mode]
    line.line.widen()
    traffic.serve(machine)
    # Emulated, on a busy host, it takes longer than the CPE repeats its first request.
    loaded = line.preload("lns", "lns0")
    assert loaded.code == 0, loaded.stderr
    line.lns = XlServer(machine, line.options("lns", "require"))
    lac = Lac(machine, line.line.access_device)
    with Capture(machine, "lac", "lac0") as near, Capture(machine, "lac", "lac1") as far:
        line.dial("require", service=lac.service)
        traffic.await_covered(line)
        for address in (SERVER, SERVER6):
            for length in traffic.LENGTHS:
                traffic.ping(machine, address, length)
        traffic.look_up(machine)
        traffic.datagrams(machine, rate=50, seconds=1)
        traffic.renew(line)
        pppoe, l2tp = traffic.assert_shrouded(line, [near, far], agreed=MODES[mode])
    assert pppoe.covered == l2tp.covered
    assert pppoe.handshakes == l2tp.handshakes == 2
    assert line.status("lns")["session"]["encapsulation"] == "l2tp"


@pytest.mark.slow
def test_lac_chain_amd64(qemu_amd64: Machine) -> None:
    chain(qemu_amd64, "head")


@pytest.mark.slow
def test_lac_chain_arm64(qemu_arm64: Machine) -> None:
    """In mode decoy, whose programs go on by tail calls: the JIT compiler of most routers."""
    chain(qemu_arm64, "decoy")


def test_l2tp_direct(uml: Machine) -> None:
    """xl2tpd at both ends; where L2TP would be in fragments, they are dropped."""
    line = shrouded.lay(uml)
    line.line.plain_ip()
    line.line.widen()
    traffic.serve(uml)
    line.lns = XlServer(uml, line.options("lns", "require"))
    with Capture(uml, "carrier", "car0") as tap:
        line.cpe = dial_l2tp(uml, line.options("cpe", "require"))
        traffic.await_covered(line)
        traffic.everything(uml)
        line.line.ip("link set cpe0 mtu 1500", "cpe")
        long = ["ping", "-c", "3", "-i", "0.2", "-W", "1", "-s", "1464", SERVER]
        assert " 100% packet loss" in uml.run(long, "lan", check=False).stdout
        traffic.await_counter(line, "cpe", "tx_fragment", 3)
        (report,) = traffic.assert_shrouded(line, [tap], traffic.EXPECTED_DROPS | {"tx_fragment"})
    assert report.handshakes == 1
