# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures: the page in a browser, over the real agent on a router of files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ..support import workers
from ..support.agent import Interpreter
from . import objects, runtime
from .acl import ADMIN, STRANGER, VIEWER, Acl
from .chromium import Browser
from .router import Router
from .rpcd import Rpcd
from .site import ADMIN_SESSION, STRANGER_SESSION, VIEWER_SESSION, Site
from .tab import Tab

SHOTS = runtime.ROOT / "build/luci"
Open = Callable[..., Tab]


def pytest_report_header() -> str:
    """Say loudly which runtimes the page is tried in."""
    names = ", ".join(each.name for each in runtime.available())
    missing = (
        "" if len(runtime.available()) > 1 else f"; LuCI's own: SKIPPED, no {runtime.LUCI_DIR}"
    )
    return f"LuCI page: tried in {names}{missing}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    SHOTS.mkdir(parents=True, exist_ok=True)
    with Browser(SHOTS / f"{workers.own('chromium')}.log") as started:
        yield started


@pytest.fixture
def router(tmp_path: Path, micropython: Interpreter) -> Iterator[Router]:
    made = Router(tmp_path / "router", micropython)
    yield made
    made.close()


@pytest.fixture(params=runtime.available(), ids=lambda each: each.name.split()[0])
def site(request: pytest.FixtureRequest, router: Router) -> Iterator[Site]:
    """The page's server: once with the stand-in, and with LuCI's own runtime if that is there."""
    rpcd = Rpcd(
        Acl([runtime.APP / "root/usr/share/rpcd/acl.d/luci-app-shroud.json"]),
        {ADMIN_SESSION: ADMIN, VIEWER_SESSION: VIEWER, STRANGER_SESSION: STRANGER},
        router.call,
        objects.of_luci(),
    )
    with Site(request.param, rpcd) as started:
        yield started


@pytest.fixture
def tabs(browser: Browser) -> Iterator[Open]:
    """Opens pages; all are closed at the end, and none may have had a fault in its scripts."""
    opened: list[Tab] = []

    def tab(url: str, *, width: int = 1000, dark: bool = False) -> Tab:
        made = Tab(browser, width=width, dark=dark)
        opened.append(made)
        made.open(url)
        return made

    yield tab
    faults = [fault for made in opened for fault in made.faults]
    for made in opened:
        made.close()
    assert not faults


@pytest.fixture
def page(site: Site, tabs: Open) -> Callable[[], Tab]:
    """Opens the page as the router's administrator sees it."""
    return lambda: tabs(site.url())
