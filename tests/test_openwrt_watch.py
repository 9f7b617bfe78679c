# SPDX-License-Identifier: GPL-2.0-or-later
"""The interference watch on a router whose carrier changes what it carries."""

from __future__ import annotations

import pytest

from tests.testbed.machine import Machine
from tests.testbed.openwrt.home import home
from tests.testbed.topology import PPP_LNS

FLOOD = ["ping", "-q", "-f", "-c", "400", "-w", "8", "-I", "pppoe-wan", PPP_LNS]
PATIENCE = 150.0
"""Seconds: the watch compares counters that are 20 s apart at least."""


@pytest.mark.slow
def test_carrier_that_breaks_covered_packets(uml: Machine) -> None:
    """Told once for minutes; not told of a line that is only lossy."""
    with home(uml) as ours:
        ours.serve("prefer")
        ours.router.boot()
        ours.router.wait_up()
        assert ours.apply(enabled=True)["outcome"] == "kept"

        def told() -> bool:
            ours.router.run(FLOOD, check=False)
            ours.router.minute()
            return "broken-frames" in ours.events()

        def has_been_watched() -> bool:
            ours.router.run(FLOOD, check=False)
            before = ours.status()["uptime"]
            return before is not None and before - start >= 25

        ours.router.minute()
        ours.line.line.impair("loss 5%")
        start = ours.status()["uptime"]
        uml.wait_until(has_been_watched, PATIENCE, "half a minute of traffic", ours.router.tail)
        ours.router.minute()
        assert "broken-frames" not in ours.events()

        ours.line.line.impair("corrupt 10%")
        uml.wait_until(told, PATIENCE, "the story of broken frames", ours.router.tail)
        ours.line.line.impair("")
        event = next(
            event
            for event in ours.call("history", line="wan")["events"]
            if event["kind"] == "broken-frames"
        )
        assert event["severity"] == "warning"
        assert event["count"] >= 20
        assert event["detail"].startswith(f"{event['count']} of ")
        assert ours.router.log().count("Covered packets arrive broken") == 1
        ours.ping()
        assert ours.status()["state"] == "shrouded"
