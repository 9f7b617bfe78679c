# SPDX-License-Identifier: GPL-2.0-or-later
"""HTTP in clear: the Host header and the URL of every page."""

from __future__ import annotations

from tests.testbed.internet import Host
from tests.testbed.machine import Machine

from .case import UseCase, run
from .dnsserver import start_dns
from .webserver import start_web

NEWS = Host("news.example", 10)
PATH = "/politics/minister-leak.html"


def _act(machine: Machine) -> None:
    for family in ("-4", "-6"):
        run(machine, "curl", "-sSf", "--max-time", "20", family, f"http://{NEWS.name}{PATH}",
            expect=NEWS.name)  # fmt: skip


USE_CASE = UseCase(
    "http-host", "the sites that a subscriber visits, by HTTP's Host", (NEWS,),
    (start_dns, start_web), _act, tokens=(NEWS.name, PATH), apps=frozenset({"http"}),
)  # fmt: skip
