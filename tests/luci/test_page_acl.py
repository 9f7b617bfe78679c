# SPDX-License-Identifier: GPL-2.0-or-later
"""The package's access groups: reading and writing apart, and nothing beyond."""

import json
import urllib.request
from typing import Any

import pytest

from .acl import ADMIN, STRANGER, VIEWER, Acl, Login
from .conftest import SHOTS, Open
from .router import Router
from .runtime import APP, ROOT
from .site import ADMIN_SESSION, STRANGER_SESSION, VIEWER_SESSION, Site

FILE = APP / "root/usr/share/rpcd/acl.d/luci-app-shroud.json"
READ = {"status", "lines", "history", "diagnose"}
WRITE = {"apply", "confirm", "rollback", "trust"}


def test_the_group_grants_our_object_and_nothing_else() -> None:
    group = json.loads(FILE.read_text())["luci-app-shroud"]
    assert group["read"] == {"ubus": {"shroud": group["read"]["ubus"]["shroud"]}}
    assert group["write"] == {"ubus": {"shroud": group["write"]["ubus"]["shroud"]}}
    assert set(group["read"]["ubus"]["shroud"]) == READ
    assert set(group["write"]["ubus"]["shroud"]) == WRITE


def test_every_method_of_the_agent_is_in_one_of_the_two(router: Router) -> None:
    source = (ROOT / "src/agent/shroud/methods.py").read_text()
    for method in READ | WRITE:
        assert f'"{method}": (' in source
    assert "error" not in router.ask("status")
    assert source.split("METHODS:")[1].split("\n}")[0].count("(LINE") <= len(READ | WRITE)


@pytest.mark.parametrize(
    ("login", "allowed"),
    [
        (ADMIN, READ | WRITE),
        (VIEWER, READ),
        (STRANGER, set()),
        (Login(), set()),
        (Login(write=["luci-app-shroud"]), READ | WRITE),
    ],
)
def test_who_may_what(login: Login, allowed: set[str]) -> None:
    acl = Acl([FILE])
    for method in READ | WRITE:
        assert acl.allows(login, "ubus", "shroud", method) == (method in allowed)
    for scope, target, function in (
        ("ubus", "shroud", "list"), ("ubus", "uci", "set"), ("ubus", "file", "exec"),
        ("uci", "shroud", "write"), ("uci", "network", "read"), ("file", "/etc/shadow", "read"),
    ):  # fmt: skip
        assert not acl.allows(login, scope, target, function)


def call(site: Site, session: str, method: str, **params: object) -> dict[str, Any]:
    message = {
        "jsonrpc": "2.0", "id": 1, "method": "call", "params": [session, "shroud", method, params],
    }  # fmt: skip
    address = f"http://127.0.0.1:{site.server.server_address[1]}/ubus/"
    request = urllib.request.Request(address, json.dumps(message).encode())
    with urllib.request.urlopen(request, timeout=60) as reply:  # noqa: S310
        answer: dict[str, Any] = json.load(reply)
    return answer


def test_the_server_denies_what_the_group_does_not_grant(router: Router, site: Site) -> None:
    router.add_line()
    for session in (VIEWER_SESSION, STRANGER_SESSION, "0" * 32, "no such session"):
        told = call(site, session, "apply", line="wan", enabled=True)
        assert told["error"]["code"] == -32002
    assert router.ask("status")["trial"] is None
    assert call(site, VIEWER_SESSION, "status")["result"][0] == 0
    assert call(site, STRANGER_SESSION, "status")["error"]["code"] == -32002
    assert call(site, ADMIN_SESSION, "apply", line="wan", enabled=True)["result"][0] == 0


def test_who_may_only_look_sees_why(router: Router, site: Site, tabs: Open) -> None:
    router.add_line()
    page = tabs(site.url(session=VIEWER_SESSION))
    page.wait_text("Your login may look at this, but not change it.", ".shroud-lock")
    page.click(".shroud-switch")
    page.click(".cbi-button-edit")
    assert not site.rpcd.made("apply")
    assert not page.js("document.body.classList.contains('modal-overlay-active')")
    page.picture(SHOTS / "read-only.png")


def test_who_may_not_even_look_is_told(router: Router, site: Site, tabs: Open) -> None:
    router.add_line()
    page = tabs(site.url(session=STRANGER_SESSION))
    page.wait_text("Your login does not allow this.")
