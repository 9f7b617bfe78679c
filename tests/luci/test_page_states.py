# SPDX-License-Identifier: GPL-2.0-or-later
"""Every state that the agent knows is shown with its sentence; a picture of each is kept."""

import time

import pytest

from . import catalogue
from .conftest import SHOTS, Open
from .router import COUNTERS, KEY, Router, stamp
from .runtime import APP
from .site import Site
from .states import DECOY_COUNTERS, WAYS
from .tab import Tab
from .texts import AGENT, constants

SENTENCES = constants(AGENT / "sentences.py", "SENTENCES")
WORDS = {
    "off": "Off", "trial": "Testing", "shrouded": "Shrouded", "plain": "Plain",
    "connecting": "Connecting", "down": "Down",
}  # fmt: skip
LINE = ".shroud-line"
ROWS = "document.querySelectorAll('.shroud-table tbody tr')"


def test_there_is_a_way_to_every_sentence_of_the_agent() -> None:
    assert WAYS.keys() == SENTENCES.keys()


@pytest.mark.parametrize("name", WAYS)
def test_state(name: str, router: Router, site: Site, tabs: Open) -> None:
    WAYS[name](router)
    told = router.ask("status")["lines"][0]
    assert told["sentence_id"] == name

    dark = list(WAYS).index(name) % 2 == 1
    page = tabs(site.url(dark=dark), dark=dark)

    page.wait_text(SENTENCES[name], ".shroud-sentence")
    word = WORDS[told["state"]]
    assert page.text(".shroud-badge").strip() == word
    assert page.js("document.querySelector('.shroud-badge svg path').getAttribute('d')")
    switch = "on" if told["enabled"] else "off"
    assert page.text(".shroud-switch").lower() == switch
    assert page.js("document.querySelector('.shroud-switch').getAttribute('aria-checked')") == (
        "true" if told["enabled"] else "false"
    )
    if site.runtime.name == "stand-in":
        page.picture(SHOTS / f"{name}{'-dark' if dark else ''}.png")


def rates(page: Tab) -> list[str]:
    """The first row of the table, once it has figures that are not 0."""
    page.wait(f"/[1-9]/.test({ROWS}[0].cells[1].innerText)")
    cells: list[str] = page.js(f"[...{ROWS}[0].cells].map(cell => cell.innerText)")
    return cells


def test_what_the_carrier_sees_is_counted(router: Router, site: Site, tabs: Open) -> None:
    """By the data path's own counters: the ppp device knows nothing of offloaded packets."""
    now = time.time()
    router.shrouded_line(updated=stamp(now - 10))
    page = tabs(site.url())
    page.wait_text("Shrouded. Your carrier sees noise.")
    assert f"{sum(COUNTERS.values()):,}" in page.text(".shroud-table")

    more = COUNTERS | {"tx_block": COUNTERS["tx_block"] + 50_000}
    router.plugin("wan", counters=more, updated=stamp(now))
    assert rates(page)[1:] == ["300,000", "0"]
    assert f"{sum(more.values()):,}" in page.text(".shroud-table")
    page.wait(
        "document.querySelector('.shroud-graph').getAttribute('aria-label')"
        " == 'Packets per second: 0 readable by the carrier, 5,000 covered'"
    )


def test_what_the_carrier_sees_of_decoys(router: Router, site: Site, tabs: Open) -> None:
    WAYS["shrouded-decoy"](router)
    page = tabs(site.url())
    page.wait_text("false to the carrier", ".shroud-legend")
    table = page.text(".shroud-table")
    assert table.count("false ones") == 2
    assert "readable, connection by connection" in table
    assert f"{sum(DECOY_COUNTERS.values()):,}" in table


def test_counters_that_start_again(router: Router, site: Site, tabs: Open) -> None:
    """A new session counts from 0."""
    now = time.time()
    router.shrouded_line(updated=stamp(now - 10))
    page = tabs(site.url())
    page.wait_text("Shrouded. Your carrier sees noise.")
    fresh = dict.fromkeys(COUNTERS, 0) | {"tx_block": 1000}
    router.plugin("wan", counters=fresh, updated=stamp(now))
    assert rates(page)[1:] == ["6,000", "0"]


def test_what_is_readable_is_counted_too(router: Router, site: Site, tabs: Open) -> None:
    router.add_line()
    page = tabs(site.url())
    page.wait_text("Off. Your carrier can see whom you talk to.")
    router.traffic("wan", 50_000)
    rate = rates(page)
    assert rate[1] == rate[2]
    now = page.js(f"[...{ROWS}].map(row => row.cells[2].innerText)")
    assert now[1:] == ["readable", "readable", "readable", "0", "0 (MTU 1492)"]


def test_notice_key_and_times_are_shown(router: Router, site: Site, tabs: Open) -> None:
    router.shrouded_line(notice="Maintenance on Sunday from 2 to 4")
    page = tabs(site.url())
    page.wait_text("Maintenance on Sunday from 2 to 4", ".shroud-notice")
    page.wait_text("Without a break for 1h 28m")
    assert page.text(".shroud-key") == KEY


def test_a_locked_line_says_who_locked_it(router: Router, site: Site, tabs: Open) -> None:
    router.write("etc/config/shroud", "config global 'global'\n\toption locked_by 'Example ISP'\n")
    router.add_line(switched_on=True, locked="1")
    router.plugin()
    page = tabs(site.url())
    page.wait_text("The settings are locked by Example ISP.", ".shroud-lock")
    assert page.js("document.querySelector('.shroud-switch').ariaDisabled == 'true'")
    page.picture(SHOTS / "locked.png")


def test_several_lines_and_one_that_vanishes(router: Router, site: Site, tabs: Open) -> None:
    router.shrouded_line("wan")
    router.add_line("wan2")
    page = tabs(site.url())
    page.wait(f"document.querySelectorAll('{LINE}').length == 2")
    page.picture(SHOTS / "two-lines.png")

    router.write("etc/config/network", "config interface 'lan'\n\toption proto 'static'\n")
    page.wait_text("There is no PPPoE line on this router.")
    assert page.js(f"document.querySelectorAll('{LINE}').length") == 0
    page.picture(SHOTS / "no-line.png")


def test_problems_of_the_router_are_told(router: Router, site: Site, tabs: Open) -> None:
    router.add_line()
    router.write("etc/config/shroud", "config line 'wan'\n\toption policy 'perhaps'\n")
    page = tabs(site.url())
    page.wait_text("shroud: line 2: policy: expected prefer or require")


def test_the_history_is_read_when_it_is_opened(router: Router, site: Site, tabs: Open) -> None:
    WAYS["trial"](router)
    router.ask("rollback", line="wan")
    page = tabs(site.url())
    page.wait_text("Off.")
    assert not site.rpcd.made("history")
    page.click("details summary")
    page.wait_text("The change was undone", ".shroud-history")
    assert len(site.rpcd.made("history")) == 1
    page.picture(SHOTS / "history.png")


def test_diagnose_ends_in_a_report_to_copy(router: Router, site: Site, tabs: Open) -> None:
    router.shrouded_line(notice="hush", session={"peer": "02:00:5e:00:53:01", "id": 4711})
    page = tabs(site.url())
    page.wait_text("Shrouded.")
    page.click(f"{LINE} .cbi-button-action")
    page.wait_text("checks", ".shroud-verdict")
    verdict = page.text(".shroud-verdict")
    report = page.js("document.querySelector('.shroud-line textarea').value")
    steps = router.ask("diagnose", line="wan")["steps"]
    assert report.endswith(verdict)
    for step in steps:
        assert f"[{step['result']}] {step['name']}: " in report
    for secret in ("02:00:5e", "hush", "4711"):
        assert secret not in report
    page.picture(SHOTS / "diagnose.png")

    page.click(f"{LINE} textarea + .btn")
    page.wait_text("Copied.")
    selected = "(t => t.value.slice(t.selectionStart, t.selectionEnd))"
    assert page.js(f"{selected}(document.querySelector('.shroud-line textarea'))") == report


def test_german_and_chinese(router: Router, site: Site, tabs: Open) -> None:
    router.shrouded_line()
    for language, folder in (("de", "de"), ("zh-Hans", "zh_Hans")):
        texts = catalogue.read(APP / f"po/{folder}/shroud.po")
        page = tabs(site.url(language=language))
        page.wait_text(texts["Shrouded. Your carrier sees noise."], ".shroud-sentence")
        page.wait_text(texts["What your carrier sees"])
        page.wait_text(texts["Line Privacy"], "h2")
        if site.runtime.name == "stand-in":
            page.picture(SHOTS / f"language-{language}.png")
