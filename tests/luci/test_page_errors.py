# SPDX-License-Identifier: GPL-2.0-or-later
"""Every way in which an answer can fail: the page says it, goes on trying, and recovers."""

import json
import time

import pytest

from .conftest import SHOTS, Open
from .router import Router
from .site import Fault, Site

AWAY = "The router does not answer."
DENIED = "Your login does not allow this."
MISSING = "The pppshroud agent is not installed, or rpcd does not know it yet."
SLOW = "The router took too long to answer."
BROKEN = "The pppshroud agent failed. The system log may say why."
MALFORMED = "The router gave an answer that this page does not understand."
LONG = 7
"""Seconds: longer than from one poll to the next."""


def http(status: int, body: str = "") -> Fault:
    return lambda *_: (status, body)


def reply(**what: object) -> Fault:
    return http(200, json.dumps({"jsonrpc": "2.0", "id": 1, **what}))


def error(code: int) -> Fault:
    return reply(error={"code": code, "message": "no"})


FAULTS: dict[str, tuple[Fault, str]] = {
    "hang-up": (lambda *_: None, AWAY),
    "http-500": (http(500), AWAY),
    "http-502-html": (http(502, "<h1>Bad Gateway</h1>"), AWAY),
    "not-json": (http(200, "<html>"), AWAY),
    "cut-json": (http(200, '{"jsonrpc":"2.0","id":1,"resu'), AWAY),
    "wrong-frame": (http(200, '{"answer":42}'), AWAY),
    "access-denied": (error(-32002), DENIED),
    "object-not-found": (error(-32000), MISSING),
    "method-not-found": (error(-32601), MISSING),
    "ubus-timeout": (error(-32003), SLOW),
    "internal-error": (error(-32603), AWAY),
    "code-2": (reply(result=[2]), BROKEN),
    "code-3": (reply(result=[3]), MISSING),
    "code-4": (reply(result=[4]), MISSING),
    "code-5": (reply(result=[5]), BROKEN),
    "code-6": (reply(result=[6]), DENIED),
    "code-7": (reply(result=[7]), SLOW),
    "code-9": (reply(result=[9]), BROKEN),
    "code-10": (reply(result=[10]), AWAY),
    "no-answer": (reply(result=[0]), MALFORMED),
    "number": (reply(result=[0, 7]), MALFORMED),
    "list": (reply(result=[0, []]), MALFORMED),
    "empty": (reply(result=[0, {}]), MALFORMED),
    "lines-no-list": (reply(result=[0, {"lines": {"wan": {}}}]), MALFORMED),
    "line-no-object": (reply(result=[0, {"lines": ["wan"]}]), MALFORMED),
    "line-null": (reply(result=[0, {"lines": [None]}]), MALFORMED),
    "refusal": (
        reply(result=[0, {"error": {"code": "config", "message": "network: line 7: no quote"}}]),
        "network: line 7: no quote",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_status_fails(name: str, router: Router, site: Site, tabs: Open) -> None:
    router.add_line()
    site.faults["status"], words = FAULTS[name]
    page = tabs(site.url())
    page.wait_text(words + " Trying again by itself.", ".alert-message")
    if name == "hang-up":
        page.picture(SHOTS / "away.png")
        site.faults.clear()
        page.wait_text("Off. Your carrier can see whom you talk to.")
        page.wait("document.querySelector('.alert-message').hidden")
    page.faults.clear()  # the browser logs requests that fail


def test_odd_types_do_not_break_the_page(router: Router, site: Site, tabs: Open) -> None:
    """Every member of another type than promised counts as not told."""

    def twist(_: str, body: str) -> tuple[int, str]:
        answer = json.loads(body)
        line = answer["result"][1]["lines"][0]
        for member in line:
            if member not in ("name", "state", "sentence"):
                line[member] = [1, {"a": None}]
        answer["result"][1]["lines"] += [
            {"name": "bare"},
            {"name": "constructor", "state": "toString"},
        ]
        answer["result"][1] |= {
            "trial": [],
            "last_trial": 7,
            "offload": [],
            "versions": 3,
            "problems": 5,
        }
        return 200, json.dumps(answer)

    router.add_line()
    site.faults["status"] = twist
    page = tabs(site.url())
    page.wait("document.querySelectorAll('.shroud-line').length == 3")
    page.wait_text("Off. Your carrier can see whom you talk to.")
    page.wait_text("toString")


def test_an_answer_that_takes_longer_than_a_poll(router: Router, site: Site, tabs: Open) -> None:
    """It is waited for; nothing is asked meanwhile, and nothing piles up."""

    asked: list[int] = []

    def slow(_: str, body: str) -> tuple[int, str]:
        time.sleep(LONG)
        asked.append(len(site.rpcd.made("status")))
        return 200, body

    router.add_line()
    site.faults["status"] = slow
    page = tabs(site.url())
    page.wait_text("Off. Your carrier can see whom you talk to.", patience=60)
    assert asked[0] == 1
    rate = "document.querySelector('.shroud-table tbody td').innerText"
    page.wait(f"/[0-9]/.test({rate})", patience=60)
    first, second, *_ = site.rpcd.made("status")
    assert second.at - first.at >= LONG


@pytest.mark.parametrize("method", ["lines", "history", "diagnose", "apply"])
def test_other_calls_fail(method: str, router: Router, site: Site, tabs: Open) -> None:
    router.add_line()
    site.faults[method] = reply(result=[9])
    page = tabs(site.url())
    where = {
        "lines": ".cbi-button-edit",
        "history": "summary",
        "diagnose": ".cbi-button-action",
        "apply": ".shroud-switch",
    }
    page.click(f".shroud-line {where[method]}")
    page.wait_text(BROKEN)


def test_a_line_that_vanishes_while_its_settings_are_open(
    router: Router, site: Site, tabs: Open
) -> None:
    router.add_line()
    page = tabs(site.url())
    page.click(".cbi-button-edit")
    page.wait_text("Settings of line wan", ".modal")
    router.write("etc/config/network", "")
    page.click("#shroud-policy-require")
    page.click(".modal .cbi-button-apply")
    page.wait_text("There is no PPPoE line on this router.")


def test_what_the_agent_refuses_is_told_in_its_words(
    router: Router, site: Site, tabs: Open
) -> None:
    router.add_line()
    page = tabs(site.url())
    page.wait_text("Off.")
    (router.root / "usr/lib/pppd/2.5.2/shroud.so").unlink()
    page.click(".shroud-switch")
    page.wait_text("is ppp-mod-shroud installed?", ".shroud-line [role=alert]")
    page.picture(SHOTS / "refused.png")
    assert router.ask("status")["trial"] is None
