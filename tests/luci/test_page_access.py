# SPDX-License-Identifier: GPL-2.0-or-later
"""Everybody can use it: screen readers, keyboards, both themes, a narrow telephone."""

import json
from typing import Any

import pytest

from . import npm
from .conftest import SHOTS, Open
from .router import Router
from .site import Site
from .states import WAYS
from .tab import Tab

THEMES = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
NARROW = 360
LIGHT, GREY = (255, 255, 255), (34, 34, 34)
FADING = (
    "document.getAnimations().filter(each => isFinite(each.effect.getComputedTiming().endTime))"
)
COLOURS = ("good", "bad", "open", "wait")


def violations(page: Tab, inside: str) -> list[str]:
    """What axe-core holds to be a serious or critical fault, once nothing fades in any more."""
    page.js(f"Promise.all({FADING}.map(each => each.finished)).then(() => true)")
    page.js((npm.installed() / "axe-core/axe.min.js").read_text() + "; true")
    found: list[dict[str, Any]] = page.js(f"axe.run({json.dumps(inside)}).then(r => r.violations)")
    return [
        f"{each['id']}: {each['help']}: {[node['html'] for node in each['nodes']]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


@THEMES
@pytest.mark.parametrize("name", ["off", "shrouded", "plain-untrusted", "down-refused", "trial"])
def test_no_serious_fault(name: str, dark: bool, router: Router, site: Site, tabs: Open) -> None:
    WAYS[name](router)
    page = tabs(site.url(dark=dark), dark=dark)
    page.wait("document.querySelector('.shroud-line')")
    if name == "shrouded":
        page.click("summary")
        page.click(".shroud-line .cbi-button-action")
        page.wait("document.querySelector('.shroud-steps li')")
    assert violations(page, "#view") == []


@THEMES
@pytest.mark.parametrize("button", [".cbi-button-edit", "section .cbi-button-negative"])
def test_no_serious_fault_in_a_dialog(
    button: str, dark: bool, router: Router, site: Site, tabs: Open
) -> None:
    WAYS["plain-untrusted"](router)
    page = tabs(site.url(dark=dark), dark=dark)
    page.click(f".shroud-line {button}")
    page.wait("document.querySelector('.shroud-dialog')")
    assert violations(page, ".modal") == []


@THEMES
def test_no_serious_fault_in_the_card(dark: bool, router: Router, site: Site, tabs: Open) -> None:
    router.shrouded_line()
    page = tabs(site.url("overview", dark=dark), dark=dark)
    page.wait_text("Shrouded. Your carrier sees noise.")
    assert violations(page, ".shroud") == []


@THEMES
@pytest.mark.parametrize("name", ["shrouded", "plain-untrusted", "trial"])
def test_nothing_is_cut_off_on_a_telephone(
    name: str, dark: bool, router: Router, site: Site, tabs: Open
) -> None:
    WAYS[name](router)
    router.add_line("a_line_with_a_rather_long_name_of_its_own")
    page = tabs(site.url(dark=dark), width=NARROW, dark=dark)
    page.wait("document.querySelector('.shroud-line')")
    page.click("summary")
    page.click(".shroud-line .cbi-button-action")
    page.wait("document.querySelector('.shroud-steps li')")
    assert page.js("document.documentElement.scrollWidth") <= NARROW
    wide = page.js(
        "[...document.querySelectorAll('.shroud *:not(.shroud-visually-hidden)')]"
        f".filter(n => n.getBoundingClientRect().right > {NARROW}).map(n => n.outerHTML)"
    )
    assert wide == []
    page.picture(SHOTS / f"narrow-{name}{'-dark' if dark else ''}.png")


def test_a_dialog_fits_a_telephone(router: Router, site: Site, tabs: Open) -> None:
    router.add_line()
    page = tabs(site.url(), width=NARROW)
    page.click(".cbi-button-edit")
    page.wait("document.querySelector('.shroud-dialog')")
    assert page.js("document.querySelector('.modal').getBoundingClientRect().right") <= NARROW
    page.picture(SHOTS / "narrow-settings.png")


def test_everything_is_reached_by_tab(router: Router, site: Site, tabs: Open) -> None:
    WAYS["plain-untrusted"](router)
    page = tabs(site.url())
    page.wait("document.querySelector('.shroud-line')")
    wanted = page.js(
        "[...document.querySelectorAll('.shroud button, .shroud summary')]"
        ".filter(n => n.getClientRects().length).length"
    )
    reached = set()
    for _ in range(wanted + 6):
        page.press("Tab")
        node = page.js(
            "(n => n.closest('.shroud') && getComputedStyle(n).outlineStyle == 'solid'"
            " ? n.innerText : null)(document.activeElement)"
        )
        reached |= {node} - {None}
    assert len(reached) == wanted


def test_names_and_roles(router: Router, site: Site, tabs: Open) -> None:
    router.shrouded_line()
    page = tabs(site.url())
    page.wait_text("Shrouded. Your carrier sees noise.")
    tree = page.call("Accessibility.getFullAXTree")["nodes"]
    found = {
        (node["role"]["value"], node.get("name", {}).get("value"))
        for node in tree
        if "role" in node
    }
    assert ("switch", "Shroud line wan") in found
    assert ("table", "What your carrier sees") in found
    assert any(
        role in ("image", "img") and "Packets per second" in str(name) for role, name in found
    )
    assert ("heading", "Line Privacy") in found
    assert ("region", "wan pppoe-wan") in found


def test_colours_stand_out_from_both_themes(router: Router, site: Site, tabs: Open) -> None:
    """Shapes and borders: 3:1 (WCAG 2.2, 1.4.11). Text has the theme's own colour."""
    router.add_line()
    page = tabs(site.url())
    page.wait("document.querySelector('.shroud-line')")
    for colour in COLOURS:
        value = page.js(
            f"getComputedStyle(document.querySelector('.shroud')).getPropertyValue('--shroud-{colour}')"
        ).strip()
        rgb = tuple(int(value[at : at + 2], 16) for at in (1, 3, 5))
        for ground in (LIGHT, GREY):
            assert contrast(rgb, ground) >= 3, (colour, ground)


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """The ratio of WCAG 2.2."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(rgb: tuple[int, ...]) -> float:
    parts = [value / 255 for value in rgb]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
