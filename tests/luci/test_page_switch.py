# SPDX-License-Identifier: GPL-2.0-or-later
"""The switch, and what the page makes of a trial: with a good line, a dead one, and none at all."""

from collections.abc import Callable

import pytest

from .conftest import SHOTS, Open
from .router import Router
from .site import Site
from .tab import Tab

SWITCH = ".shroud-switch"
TRIAL = ".shroud-trial"
KEEP = f"{TRIAL} .cbi-button-positive"
BACK = f"{TRIAL} .cbi-button-negative"
OUTCOME = ".shroud-outcome"
KEPT = "The change works and is kept."
UNDONE = "The settings before are back."

Page = Callable[[], Tab]


@pytest.fixture
def line(router: Router) -> Router:
    """A plain line, whose ISP shrouds once the line is dialled anew."""
    router.add_line()
    router.plugin(folder="redialled/")
    return router


@pytest.fixture
def dead_line(line: Router) -> Router:
    """A line that carries nothing any more once it is dialled anew."""
    line.write("dead", "")
    return line


def network(router: Router) -> str:
    return (router.root / "etc/config/network").read_text()


def test_a_click_shrouds_the_line(line: Router, page: Page) -> None:
    tab = page()
    tab.click(SWITCH)
    tab.wait_text(KEPT, OUTCOME)
    tab.wait_text("Shrouded. Your carrier sees noise.")
    assert tab.text(SWITCH) == "On"
    assert "file /etc/shroud/lines/wan.options" in network(line)
    assert "flow_offloading_hw '0'" in (line.root / "etc/config/firewall").read_text()
    tab.picture(SHOTS / "kept.png")
    tab.click(f"{OUTCOME} .btn")
    tab.wait(f"!document.querySelector('{OUTCOME}')")


def test_the_trial_counts_down_and_can_be_ended(dead_line: Router, page: Page) -> None:
    before = network(dead_line)
    tab = page()
    tab.click(SWITCH)
    tab.wait_text("Waiting for the line to come up and to carry traffic.", TRIAL)
    first = int("".join(filter(str.isdigit, tab.text(f"{TRIAL} [role=timer]"))))
    tab.wait(f"+document.querySelector('{TRIAL} progress').value < {first} - 1")
    assert tab.js(f"document.querySelector('{SWITCH}').ariaDisabled == 'true'")
    tab.picture(SHOTS / "countdown.png")

    tab.click(BACK)
    tab.wait_text(f"{UNDONE} (somebody asked for what was before)", OUTCOME)
    assert network(dead_line) == before
    tab.wait_text("Off. Your carrier can see whom you talk to.")
    tab.picture(SHOTS / "undone.png")


def test_a_change_can_be_kept_without_waiting(dead_line: Router, page: Page) -> None:
    tab = page()
    tab.click(SWITCH)
    tab.click(KEEP)
    tab.wait_text("The change is kept, because somebody asked for it.", OUTCOME)
    assert dead_line.ask("status")["last_trial"]["outcome"] == "confirmed"


def test_the_page_survives_that_its_connection_drops(
    dead_line: Router, site: Site, page: Page
) -> None:
    tab = page()
    tab.click(SWITCH)
    tab.wait_text("Goes back by itself in", TRIAL)
    site.faults["status"] = lambda *_: None
    tab.wait_text("The router cannot be reached while the line restarts.", TRIAL)
    tab.wait_text("The router does not answer. Trying again by itself.")
    left = tab.js(f"document.querySelector('{TRIAL} progress').value")
    tab.wait(f"document.querySelector('{TRIAL} progress').value < {left}")
    tab.picture(SHOTS / "connection-lost.png")

    dead_line.ask("rollback", line="wan")
    del site.faults["status"]
    tab.wait_text(UNDONE, OUTCOME)
    tab.wait(f"document.querySelector('{TRIAL}').hidden")
    tab.faults.clear()  # the browser logs each request that fails


def test_an_answer_that_is_lost_is_no_failure(line: Router, site: Site, page: Page) -> None:
    """The line is cut just as the router answers: the page finds out when it is back."""
    tab = page()
    site.faults["apply"] = lambda *_: None
    tab.click(SWITCH)
    tab.wait_text(KEPT)
    tab.faults.clear()


def test_a_request_that_is_lost_is_told(line: Router, site: Site, page: Page) -> None:
    """The agent never got it: there is no trial, and no outcome."""
    tab = page()
    site.rpcd.plugin = lambda method, arguments: (
        "" if method == "apply" else line.call(method, arguments)
    )
    site.faults["apply"] = lambda *_: None
    tab.click(SWITCH)
    tab.wait_text("The router knows nothing of a test")
    assert tab.text(SWITCH) == "Off"
    tab.faults.clear()


def test_the_outcome_is_told_after_a_reload(dead_line: Router, site: Site, page: Page) -> None:
    tab = page()
    tab.click(SWITCH)
    tab.wait_text("Goes back by itself in", TRIAL)
    tab.open("about:blank")
    dead_line.ask("rollback", line="wan")
    tab.open(site.url())
    tab.wait_text(UNDONE, OUTCOME)
    tab.open(site.url())
    tab.wait_text("Off. Your carrier can see whom you talk to.")
    assert UNDONE not in tab.text()


def test_switching_off_asks_first(router: Router, page: Page) -> None:
    router.shrouded_line()
    before = network(router)
    tab = page()
    tab.wait_text("On", SWITCH)
    tab.click(SWITCH)
    tab.wait_text("Your carrier can then see again whom you talk to on line wan.", ".modal")
    tab.picture(SHOTS / "ask-off.png")
    tab.press("Escape")
    tab.wait("!document.body.classList.contains('modal-overlay-active')")
    assert tab.js(f"document.activeElement == document.querySelector('{SWITCH}')")
    assert network(router) == before

    tab.click(SWITCH)
    tab.click(".modal .cbi-button-negative")
    tab.wait_text(KEPT, OUTCOME)
    assert "wan.options" not in network(router)
    tab.wait_text("Off", SWITCH)


def test_by_keyboard_alone(line: Router, page: Page) -> None:
    tab = page()
    tab.wait_text("Off.", ".shroud-sentence")
    focus = "document.activeElement"
    for _ in range(10):
        tab.press("Tab")
        if tab.js(f"{focus}.classList.contains('shroud-switch')"):
            break
    assert tab.js(f"getComputedStyle({focus}).outlineStyle") == "solid"
    tab.press(" ")
    tab.wait_text(KEPT, OUTCOME)
    tab.press("Enter")
    tab.wait_text("Switch off shrouding?", ".modal")
    assert tab.js(f"{focus}.innerText") == "Cancel"
    tab.press("Tab")
    assert tab.js(f"{focus}.innerText") == "Switch off"
    tab.press("Tab")
    assert tab.js(f"{focus}.innerText") == "Cancel"
    tab.press("Tab", shift=True)
    assert tab.js(f"{focus}.innerText") == "Switch off"
    tab.press("Enter")
    tab.wait_text("Off. Your carrier can see whom you talk to.")


def test_two_browsers_at_once(dead_line: Router, site: Site, tabs: Open) -> None:
    first, second = tabs(site.url()), tabs(site.url())
    for tab in (first, second):
        tab.wait_text("Off.", ".shroud-sentence")
    first.click(SWITCH)
    first.wait_text("Goes back by itself in", TRIAL)
    # It has not looked since: its own attempt is refused, and then it shows the other's trial.
    second.js(f"document.querySelector('{SWITCH}').click()")
    second.wait_text("Goes back by itself in", TRIAL)
    second.click(BACK)
    for tab in (first, second):
        tab.wait_text(UNDONE)
    assert dead_line.ask("status")["trial"] is None
