# SPDX-License-Identifier: GPL-2.0-or-later
"""A shrouded PPPoE line carries whatever IP carries, on every kind of WAN, and shows none of it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests import shrouded, traffic
from tests.testbed.capture import Capture
from tests.testbed.machine import Machine
from tests.testbed.topology import SERVER, SERVER6


@pytest.mark.parametrize("tags", [(), (7,), (100, 7)], ids=["untagged", "vlan", "qinq"])
def test_all_traffic_covered(uml: Machine, tags: Sequence[int]) -> None:
    line = shrouded.lay(uml, tags=tags)
    traffic.serve(uml)
    with Capture(uml, "carrier", "car0") as tap:
        traffic.dial_covered(line)
        traffic.everything(uml)
        traffic.renew(line)
        (report,) = traffic.assert_shrouded(line, [tap])
    assert report.handshakes == 2
    counters = [line.status(side)["counters"] for side in ("cpe", "lns")]
    for there, back in (counters, counters[::-1]):
        assert min(there["tx_block"], there["tx_whole"]) > 100
        assert traffic.received(back) == sum(report.covered.values()) - traffic.sent(back)


@pytest.mark.parametrize(
    "netem",
    ["delay 10ms reorder 10% 25% duplicate 5%", "delay 5ms 3ms loss 1% reorder 5% duplicate 1%"],
    ids=["nothing-lost", "loss"],
)
def test_impaired_carrier(uml: Machine, netem: str) -> None:
    """Discovery is spared: pppoe-server answers a second PADR with a second pppd, which would
    write into the first one's status file."""
    line = shrouded.lay(uml)
    traffic.serve(uml)
    line.line.impair(netem, discovery=False)
    with Capture(uml, "carrier", "car0") as tap:
        traffic.dial_covered(line)
        traffic.look_up(uml)
        traffic.bulk(uml)
        traffic.renew(line)
        traffic.assert_shrouded(line, [tap])


REKEYS = 2
OVERLAP = 30.0
"""Seconds for which a CPE does not start the next rekey."""


@pytest.mark.slow
def test_rekey_under_load_loses_nothing(uml: Machine) -> None:
    """Numbered packets cross a carrier that delays and reorders them, while keys change."""
    line = shrouded.lay(uml)
    line.line.impair("delay 30ms 20ms")
    with Capture(uml, "carrier", "car0") as tap:
        traffic.dial_covered(line)
        seconds = (REKEYS - 1) * OVERLAP + 10
        flows = [traffic.flood(uml, to, 150, seconds) for to in (SERVER, SERVER6)]
        for flow in flows:
            flow.await_begin()
        for _ in range(REKEYS):
            traffic.renew(line)
        for flow in flows:
            flow.assert_whole(timeout=60)
        for side in ("cpe", "lns"):
            traffic.await_counter(line, side, "rx_second")
            assert line.status(side)["rekeys"] == REKEYS
        (report,) = traffic.assert_shrouded(line, [tap])
    assert report.handshakes == 1 + REKEYS
