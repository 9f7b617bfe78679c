# SPDX-License-Identifier: GPL-2.0-or-later
"""A line in mode decoy that is renegotiated, dialled again, and whose daemons die."""

from __future__ import annotations

from tests import shrouded, traffic
from tests.test_line_fail_closed import (
    LIVELY,
    await_shrouded,
    kill_cpe_pppd,
    kill_lns_pppd,
    start_traffic,
)
from tests.test_line_life import configure_request, send_lcp
from tests.testbed.capture import Capture
from tests.testbed.leak import assert_covered
from tests.testbed.machine import Machine
from tests.testbed.uncovered import DECOY


def test_interrupted_under_load(uml: Machine) -> None:
    """Each time there are other keys, and the carrier sees decoys and noise, or nothing.

    With the older pppd; the other tests of this mode have the newer one.
    """
    line = shrouded.lay(uml)
    line.versions = {"cpe": "2.4.9", "lns": "2.4.9"}
    line.both = ["shroud-mode", "decoy"]
    line.serve("require", LIVELY)
    with Capture(uml, "carrier", "car0") as near, Capture(uml, "carrier", "car1") as far:
        cpe = line.dial("require", LIVELY, persist=True)
        traffic.await_covered(line)
        flows = start_traffic(uml)
        for times, side in ((2, "cpe"), (3, "lns")):
            send_lcp(line, side, configure_request())
            await_shrouded(line, times)
        kill_lns_pppd(line)
        await_shrouded(line, 4)
        cpe.hang_up()
        await_shrouded(line, 5)
        kill_cpe_pppd(line)
        await_shrouded(line, 1)
        assert line.await_status("cpe", state="covered")["mode"] == "decoy"
        for flow in flows:
            flow.kill()
    for tap in (near, far):
        report = assert_covered(tap.path, from_start=True, agreed=DECOY)
        assert report.handshakes == 6
