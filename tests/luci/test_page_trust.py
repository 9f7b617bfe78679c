# SPDX-License-Identifier: GPL-2.0-or-later
"""Trusting a key that has changed: asked twice, for the very key that was shown."""

import pytest

from .conftest import SHOTS, Open
from .router import KEY, OTHER_KEY, Router
from .site import VIEWER_SESSION, Site
from .states import WAYS

TRUST = ".shroud-line section .cbi-button-negative"
GO_ON = ".modal .cbi-button-action"
FINALLY = ".modal .cbi-button-negative"
NO_DIALOG = "!document.body.classList.contains('modal-overlay-active')"


def known_keys(router: Router) -> str:
    path = router.root / "etc/shroud/known_keys"
    return path.read_text() if path.exists() else ""


@pytest.fixture
def changed(router: Router) -> Router:
    WAYS["plain-untrusted"](router)
    router.write("etc/shroud/known_keys", f"{KEY} wan\n")
    return router


def test_trust_asks_twice(changed: Router, site: Site, tabs: Open) -> None:
    page = tabs(site.url())
    page.click(TRUST)
    page.wait_text(OTHER_KEY, ".modal")
    page.wait_text("Ask your ISP for its fingerprint by another way than this line", ".modal")
    page.picture(SHOTS / "trust-first.png")
    page.click(GO_ON)
    page.wait_text("Are you sure?", ".modal")
    assert page.text(".modal .shroud-key") == OTHER_KEY

    page.click(FINALLY)
    assert not site.rpcd.made("trust")
    assert not page.js(NO_DIALOG)
    page.picture(SHOTS / "trust-second.png")
    page.click("#shroud-agreed")
    page.click(FINALLY)
    page.wait(NO_DIALOG)
    page.until(lambda: known_keys(changed) == f"{OTHER_KEY} wan\n")
    asked = [call.params for call in site.rpcd.made("trust")]
    assert asked == [{"line": "wan", "fingerprint": OTHER_KEY}]


@pytest.mark.parametrize("step", ["first", "second"])
def test_trust_can_be_called_off(step: str, changed: Router, site: Site, tabs: Open) -> None:
    page = tabs(site.url())
    page.click(TRUST)
    if step == "second":
        page.click(GO_ON)
        page.click("#shroud-agreed")
    page.press("Escape")
    page.wait(NO_DIALOG)
    assert not site.rpcd.made("trust")
    assert known_keys(changed) == f"{KEY} wan\n"


def test_what_was_compared_is_trusted_and_nothing_else(
    changed: Router, site: Site, tabs: Open
) -> None:
    """The line shows yet another key while the user reads out the first."""
    page = tabs(site.url())
    page.click(TRUST)
    page.click(GO_ON)
    third = KEY.replace("3", "4")
    changed.plugin(alarm=True, peer={"fingerprint": third, "trust": "untrusted"}, shrouded=False)
    page.wait(f"document.querySelector('.shroud-line .shroud-key').innerText == '{third}'")
    page.click("#shroud-agreed")
    page.click(FINALLY)
    page.wait_text("now", ".shroud-line [role=alert]")
    assert known_keys(changed) == f"{KEY} wan\n"


@pytest.mark.parametrize(
    ("trust", "words"),
    [
        ("pinned", "Pinned: this key was entered in the settings"),
        ("known", "Known: the same key as ever"),
        ("first-use", "New: recorded when this line first met it."),
    ],
)
def test_where_the_trust_comes_from(
    trust: str, words: str, router: Router, site: Site, tabs: Open
) -> None:
    router.shrouded_line(peer={"fingerprint": KEY, "trust": trust})
    page = tabs(site.url())
    page.wait_text(words)
    assert page.js(f"document.querySelector('{TRUST}').hidden")


def test_who_may_only_look_is_offered_no_trust(changed: Router, site: Site, tabs: Open) -> None:
    page = tabs(site.url(session=VIEWER_SESSION))
    page.wait_text("Not trusted: this is not the key that your router knows.")
    assert page.js(f"document.querySelector('{TRUST}').hidden")
