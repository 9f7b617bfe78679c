# SPDX-License-Identifier: GPL-2.0-or-later
"""The settings of a line: what the dialog shows, refuses, and sends."""

from typing import Any

import pytest

from .conftest import SHOTS, Open
from .router import KEY, OTHER_KEY, Router
from .site import Site
from .tab import Tab

SETTINGS = ".shroud-line .cbi-button-edit"
APPLY = ".modal .cbi-button-apply"
GO_AHEAD = ".modal .cbi-button-negative"
NO_DIALOG = "!document.body.classList.contains('modal-overlay-active')"
ALERT = ".modal [role=alert]"


def sent(site: Site) -> list[dict[str, Any]]:
    return [call.params for call in site.rpcd.made("apply")]


@pytest.fixture
def dialog(router: Router, site: Site, tabs: Open) -> Tab:
    router.add_line(peer_key=KEY, rekey_interval="600")
    page = tabs(site.url())
    page.click(SETTINGS)
    page.wait_text("Settings of line wan", ".modal")
    return page


def test_the_dialog_shows_what_is_set(dialog: Tab) -> None:
    assert dialog.js("document.querySelector('#shroud-policy-prefer').checked")
    assert dialog.js("document.querySelector('#shroud-mode-auto').checked")
    assert dialog.js("document.querySelector('#shroud-keys').value") == KEY
    assert dialog.js("document.querySelector('#shroud-rekey').value") == "600"
    dialog.picture(SHOTS / "settings.png")


def test_only_what_was_changed_is_sent(dialog: Tab, router: Router, site: Site) -> None:
    dialog.click("#shroud-policy-require")
    dialog.click(APPLY)
    dialog.wait_text("Require: Rather no internet than a line in plain.")
    assert sent(site) == [{"line": "wan", "policy": "require"}]
    assert router.ask("lines")["lines"][0]["policy"] == "require"


def test_keys_and_interval(dialog: Tab, router: Router, site: Site) -> None:
    dialog.write("#shroud-keys", f"  {KEY}\n{OTHER_KEY} ")
    dialog.write("#shroud-rekey", "")
    dialog.click(APPLY)
    dialog.wait(NO_DIALOG)
    dialog.wait_text("Saved. The line did not have to be restarted.")
    assert sent(site) == [{"line": "wan", "peer_key": [KEY, OTHER_KEY], "rekey_interval": 0}]
    line = router.ask("lines")["lines"][0]
    assert (line["peer_keys"], line["rekey_interval"]) == ([KEY, OTHER_KEY], None)


def test_nothing_changed(dialog: Tab, site: Site) -> None:
    dialog.click(APPLY)
    dialog.wait(NO_DIALOG)
    seen = len(site.rpcd.made("status"))
    dialog.until(lambda: len(site.rpcd.made("status")) > seen)
    assert not sent(site)


@pytest.mark.parametrize(
    ("field", "text", "complaint"),
    [
        ("keys", "hello", '"hello" is not a key: a key has 44 characters and ends in "=".'),
        ("keys", KEY[1:], f'"{KEY[1:]}" is not a key'),
        ("rekey", "59", '"59" is not a time from 60 to 43200 seconds.'),
        ("rekey", "43201", '"43201" is not a time'),
        ("rekey", "1e3", '"1e3" is not a time'),
        ("rekey", "-60", '"-60" is not a time'),
    ],
)
def test_bad_input_is_refused(
    field: str, text: str, complaint: str, dialog: Tab, site: Site
) -> None:
    dialog.write(f"#shroud-{field}", text)
    dialog.click(APPLY)
    dialog.wait_text(complaint, ALERT)
    dialog.press("Escape")
    dialog.wait(NO_DIALOG)
    assert not sent(site)


def test_a_running_line_is_tried_with_new_settings(router: Router, site: Site, tabs: Open) -> None:
    router.shrouded_line()
    router.plugin(folder="redialled/", policy="require")
    page = tabs(site.url())
    page.click(SETTINGS)
    page.click("#shroud-policy-require")
    page.click(APPLY)
    page.wait_text("The change works and is kept.")
    assert "shroud require" in (router.root / "etc/shroud/lines/wan.options").read_text()


def choose(page: Tab, mode: str) -> None:
    page.click(SETTINGS)
    page.wait("document.querySelector('.modal details') !== null")
    if page.js("!document.querySelector('.modal details').open"):
        page.click(".modal summary")
    page.click(f"#shroud-mode-{mode}")
    page.click(APPLY)


def test_decoy_is_asked_for_twice(router: Router, site: Site, tabs: Open) -> None:
    router.add_line()
    page = tabs(site.url())
    choose(page, "decoy")
    page.wait_text("belong to strangers", ".modal")
    page.wait_text("Mode Head makes no records, and hides more.", ".modal")
    page.click(GO_AHEAD)
    assert not page.js(NO_DIALOG)
    page.picture(SHOTS / "decoy.png")
    page.click("#shroud-agreed")
    page.click(GO_AHEAD)
    page.wait_text("Decoy: False addresses and names in place of yours.")
    assert sent(site) == [{"line": "wan", "mode": "decoy"}]
    assert router.ask("lines")["lines"][0]["mode"] == "decoy"


def test_decoy_can_be_called_off(router: Router, site: Site, tabs: Open) -> None:
    router.add_line()
    page = tabs(site.url())
    choose(page, "decoy")
    page.click("#shroud-agreed")
    page.press("Escape")
    page.wait(NO_DIALOG)
    assert not sent(site)


def test_decoy_is_left_without_asking(router: Router, site: Site, tabs: Open) -> None:
    router.add_line(mode="decoy", framing="lcp")
    page = tabs(site.url())
    choose(page, "auto")
    page.wait_text("Saved. The line did not have to be restarted.")
    assert sent(site) == [{"line": "wan", "mode": "auto", "framing": "native"}]


def test_decoy_without_its_package(router: Router, site: Site, tabs: Open) -> None:
    router.shrouded_line()
    page = tabs(site.url())
    choose(page, "decoy")
    page.click("#shroud-agreed")
    page.click(GO_AHEAD)
    page.wait_text("mode decoy needs the package ppp-mod-shroud-decoy, which is not installed")
    assert router.ask("lines")["lines"][0]["mode"] == "auto"
