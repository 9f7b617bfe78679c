# SPDX-License-Identifier: GPL-2.0-or-later
"""The page over a real line: a click on the switch, and the carrier sees noise."""

from __future__ import annotations

import pytest

from ..testbed import leak
from ..testbed.capture import Capture
from ..testbed.machine import Machine
from . import live
from .conftest import SHOTS, Open

PATIENCE = 90.0  # seconds; the line is dialled anew, on a loaded machine
LINE = "document.querySelector('.shroud-line')"
NOISE = "document.querySelector('.shroud-noise')"
READABLE = "document.querySelectorAll('.shroud-table tbody tr')[0].cells"


def drawn(points: int) -> str:
    """Whether so many points of the graph are drawn: an area has two corners more."""
    return f"({NOISE}.getAttribute('d').match(/L/g) || []).length >= {points + 1}"


@pytest.mark.slow
def test_a_click_shrouds_a_real_line(carrier_watched: Machine, tabs: Open) -> None:
    with live.router(carrier_watched) as ours, live.site(ours) as site:
        page = tabs(site.url())
        page.wait_text("Off. Your carrier can see whom you talk to.", patience=PATIENCE)
        page.wait(f"/[1-9]/.test({READABLE}[2].innerText)", patience=PATIENCE)
        page.wait(drawn(4), patience=PATIENCE)
        page.picture(SHOTS / "live-off.png")

        with Capture(ours.machine, "carrier", "car0") as tap:
            page.click(".shroud-switch")
            page.wait_text("The change works and is kept.", ".shroud-outcome", patience=PATIENCE)
            page.wait_text("Shrouded. Your carrier sees noise.", patience=PATIENCE)
            ours.ping()
            # Plain before, noise after: the page has seen both by the router's own counters.
            zero = f"{READABLE}[2].innerText == '0' && /[1-9]/.test({READABLE}[1].innerText)"
            page.wait(zero, patience=PATIENCE)
        leak.assert_covered(tap.path)
        page.wait(f"{LINE}.dataset.state == 'shrouded'")
        page.click(".shroud-outcome .btn")
        page.wait(drawn(8), patience=PATIENCE)
        page.picture(SHOTS / "live-shrouded.png")

        page.click(".shroud-switch")
        page.click(".modal .cbi-button-negative")
        page.wait_text("Off. Your carrier can see whom you talk to.", patience=PATIENCE)
        assert "shroud" not in ours.router.read("/etc/config/network")
