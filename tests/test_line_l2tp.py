# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin over L2TP, dialled directly; test_line_lac.py has the line through a LAC."""

from __future__ import annotations

import pytest

from tests import shrouded
from tests.shrouded import Shrouded
from tests.testbed.l2tp import XlServer, dial_l2tp
from tests.testbed.machine import Machine

MTU = ["mtu", "1400", "mru", "1400"]


def covered(line: Shrouded) -> None:
    line.ping()
    assert line.await_status("cpe", state="covered")["counters"]["tx_plain"] == 0
    status = line.await_status("lns", state="covered")
    assert status["session"]["encapsulation"] == "l2tp"
    line.machine.wait_until(
        lambda: line.status("lns")["counters"]["rx_block"] > 0, 15, "covered frames at the LNS"
    )


@pytest.mark.parametrize("policy", ["prefer", "require"])
def test_direct_covered(uml: Machine, policy: str) -> None:
    line = shrouded.lay(uml)
    line.line.plain_ip()
    server = XlServer(uml, [*line.options("lns", policy), *MTU])
    line.lns = server
    try:
        line.cpe = dial_l2tp(uml, [*line.options("cpe", policy), *MTU])
        line.cpe.wait_up(timeout=40)
        covered(line)
    finally:
        server.stop()
