# SPDX-License-Identifier: GPL-2.0-or-later
"""Text from outside is text: no string of any answer becomes a part of the page."""

import json
from typing import Any

import pytest

from .conftest import Open
from .router import Router
from .site import Fault, Site
from .states import WAYS

ATTACK = '"\'><img src=x onerror="window.pwned=1"><script>window.pwned=1</script>&lt;b&gt;%s'
MEMBERS_KEPT = ("state", "result", "severity", "policy", "mode", "trust", "outcome")
"""Words of the agent's own that decide what is drawn; they are attacked one by one."""


def poisoned(value: Any, *, also: str = "", member: str = "") -> Any:
    """A copy with every text made hostile, or with that of one member of MEMBERS_KEPT."""
    if isinstance(value, dict):
        return {key: poisoned(each, also=also, member=key) for key, each in value.items()}
    if isinstance(value, list):
        return [poisoned(each, also=also, member=member) for each in value]
    if isinstance(value, str) and (member == also if also else member not in MEMBERS_KEPT):
        return f"{member}{ATTACK}"
    return value


def poison(also: str = "") -> Fault:
    def fault(_: str, body: str) -> tuple[int, str]:
        answer = json.loads(body)
        answer["result"] = poisoned(answer["result"], also=also)
        return 200, json.dumps(answer)

    return fault


@pytest.fixture
def eventful(router: Router) -> Router:
    """A line with something in every member: a notice, a key, a lock, history, an outcome."""
    WAYS["trial"](router)
    router.ask("rollback", line="wan")
    common = "config global 'global'\n\toption locked_by 'ISP'\n"
    router.write("etc/config/shroud", common + "config nonsense\n")
    router.configure("wan", enabled="1", locked="1", policy="require")
    router.plugin(
        notice="hello", reason="something", alarm=True, shrouded=False, state="plain",
        peer={"fingerprint": "x", "trust": "untrusted"},
    )  # fmt: skip
    return router


@pytest.mark.parametrize("also", ["", *MEMBERS_KEPT])
def test_no_string_becomes_markup(also: str, eventful: Router, site: Site, tabs: Open) -> None:
    for method in ("status", "history", "diagnose"):
        site.faults[method] = poison(also)
    site.rpcd.plugin = lambda method, arguments: eventful.call(method, _renamed(arguments))
    page = tabs(site.url())
    page.wait("document.querySelector('.shroud-line')")
    page.click("summary")
    page.wait("document.querySelector('.shroud-history li')")
    page.click(".shroud-line .cbi-button-action")
    page.wait("document.querySelector('.shroud-steps li')")
    if not also:
        for member in ("notice", "name", "sentence", "reason", "locked_by", "problems", "title"):
            assert f"{member}{ATTACK}" in page.text(), member
        page.click(".shroud-line section .cbi-button-negative")
        page.wait_text(f"fingerprint{ATTACK}", ".modal")
        page.press("Escape")
    assert page.js("window.pwned === undefined")
    assert page.js("document.querySelectorAll('#view img, #view script, #view b').length") == 0


def _renamed(arguments: str) -> str:
    """The page asks about a line of the hostile name; the agent knows it as wan."""
    given = json.loads(arguments)
    return json.dumps(given | {"line": "wan"} if "line" in given else given)


def test_a_refusal_and_an_outcome_are_text(router: Router, site: Site, tabs: Open) -> None:
    router.add_line()
    refusal = {"error": {"code": ATTACK, "message": ATTACK}}
    site.faults["apply"] = lambda *_: (
        200,
        json.dumps({"jsonrpc": "2.0", "id": 1, "result": [0, refusal]}),
    )
    page = tabs(site.url())
    page.click(".shroud-switch")
    page.wait_text(ATTACK, ".shroud-line [role=alert]")
    del site.faults["apply"]
    page.click(".shroud-switch")
    page.until(lambda: router.ask("status")["last_trial"])
    site.faults["status"] = poison()
    page.wait_text(ATTACK, ".shroud-line")
    assert page.js("window.pwned === undefined")


def test_settings_from_outside_are_text(router: Router, site: Site, tabs: Open) -> None:
    router.add_line()
    site.faults["lines"] = lambda _, body: (
        200,
        json.dumps(json.loads(body) | {"result": [0, {"lines": [_hostile_line()]}]}),
    )
    page = tabs(site.url())
    page.click(".cbi-button-edit")
    page.wait("document.querySelector('#shroud-keys')")
    assert page.js("document.querySelector('#shroud-keys').value") == ATTACK
    assert page.js("window.pwned === undefined")


def _hostile_line() -> dict[str, object]:
    texts = dict.fromkeys(("mode", "policy", "locked_by"), ATTACK)
    return texts | {"name": "wan", "peer_keys": [ATTACK], "rekey_interval": ATTACK}


def test_names_that_every_object_has(router: Router, site: Site, tabs: Open) -> None:
    for name in ("__proto__", "constructor", "toString"):
        router.add_line(name)
    page = tabs(site.url())
    page.wait("document.querySelectorAll('.shroud-line').length == 3")
    for name in ("__proto__", "constructor", "toString"):
        page.wait_text(name)
