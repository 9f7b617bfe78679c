# SPDX-License-Identifier: GPL-2.0-or-later
"""The card on LuCI's overview page."""

from .conftest import SHOTS, Open
from .router import Router
from .site import STRANGER_SESSION, Site
from .states import WAYS


def test_each_line_in_one_sentence(router: Router, site: Site, tabs: Open) -> None:
    router.shrouded_line("wan")
    router.add_line("wan2")
    page = tabs(site.url("overview"))
    page.wait_text("Line Privacy", "h3")
    page.wait_text("wan Shrouded. Your carrier sees noise.")
    page.wait_text("wan2 Off. Your carrier can see whom you talk to.")
    link = page.js("document.querySelector('.shroud a').getAttribute('href')")
    assert link == "/cgi-bin/luci/admin/network/shroud"
    page.picture(SHOTS / "card.png")


def test_it_follows_the_line(router: Router, site: Site, tabs: Open) -> None:
    WAYS["plain-refused"](router)
    page = tabs(site.url("overview"))
    page.wait_text("wan Plain. Your ISP does not offer shrouding yet.")
    router.plugin()
    page.wait_text("wan Shrouded. Your carrier sees noise.")


def test_no_line(router: Router, site: Site, tabs: Open) -> None:
    page = tabs(site.url("overview"))
    page.wait_text("There is no PPPoE line on this router.")


def test_what_fails_is_told(router: Router, site: Site, tabs: Open) -> None:
    page = tabs(site.url("overview", session=STRANGER_SESSION))
    page.wait_text("Your login does not allow this.")
