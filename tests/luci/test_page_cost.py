# SPDX-License-Identifier: GPL-2.0-or-later
"""What the page costs the router: octets, calls, and none while nobody looks."""

import time

from .conftest import Open
from .router import Router
from .runtime import APP
from .site import Site
from .states import WAYS

WEIGHT = 60_000  # octets of all that a browser loads of ours
HTDOCS = APP / "htdocs"


def test_weight(router: Router, site: Site, tabs: Open) -> None:
    router.shrouded_line()
    page = tabs(site.url())
    page.wait_text("Shrouded. Your carrier sees noise.")
    ours = {
        path: size for path, size in site.sent.items() if (HTDOCS / "luci-static" / path).exists()
    }
    all_of_it = {
        str(path.relative_to(HTDOCS / "luci-static"))
        for path in HTDOCS.rglob("*")
        if path.is_file()
    }
    assert ours.keys() | {"resources/view/status/include/35_shroud.js"} == all_of_it
    assert sum(path.stat().st_size for path in HTDOCS.rglob("*") if path.is_file()) < WEIGHT
    assert sum(ours.values()) < WEIGHT


def test_nothing_comes_from_elsewhere(router: Router, site: Site, tabs: Open) -> None:
    for path in HTDOCS.rglob("*.*"):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text.replace("http://www.w3.org/2000/svg", ""), path


def test_the_first_status_takes_one_call(router: Router, site: Site, tabs: Open) -> None:
    router.shrouded_line()
    page = tabs(site.url())
    page.wait_text("Shrouded. Your carrier sees noise.")
    assert [call.method for call in site.rpcd.calls if call.target == "shroud"] == ["status"]


def test_idle_it_asks_every_five_seconds(router: Router, site: Site, tabs: Open) -> None:
    router.shrouded_line()
    page = tabs(site.url())
    page.until(lambda: len(site.rpcd.made("status")) >= 5, patience=60)
    times = [call.at for call in site.rpcd.made("status")]
    # On average: a machine under load delays one call and not the next.
    assert (times[-1] - times[0]) / (len(times) - 1) >= 4
    assert {call.method for call in site.rpcd.calls if call.target == "shroud"} == {"status"}


def test_in_a_trial_it_asks_every_three_seconds(router: Router, site: Site, tabs: Open) -> None:
    WAYS["trial"](router)
    page = tabs(site.url())
    page.wait_text("Goes back by itself in")
    page.until(lambda: len(site.rpcd.made("status")) >= 7, patience=60)
    times = [call.at for call in site.rpcd.made("status")][1:7]
    assert (times[-1] - times[0]) / 5 >= 2.4  # on average, as above


def test_hidden_it_asks_nothing(router: Router, site: Site, tabs: Open) -> None:
    router.shrouded_line()
    page = tabs(site.url())
    page.wait_text("Shrouded. Your carrier sees noise.")
    page.hide()
    page.wait("document.hidden")
    before = len(site.rpcd.made("status"))
    time.sleep(12)  # two rounds of the poll, and there is no state that could be awaited
    assert len(site.rpcd.made("status")) == before
    page.unhide()
    page.until(lambda: len(site.rpcd.made("status")) > before)
