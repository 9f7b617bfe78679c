# SPDX-License-Identifier: GPL-2.0-or-later
"""HTTP/3: the server name in QUIC's Initial packets, which everybody can decipher (RFC 9001)."""

from __future__ import annotations

from tests.testbed.internet import Host
from tests.testbed.machine import Machine

from .case import UseCase, run
from .dnsserver import start_dns
from .tls import FETCH
from .webserver import start_web

EXILE = Host("exile.example", 16)


def _act(machine: Machine) -> None:
    for family in ("-4", "-6"):
        run(machine, *FETCH, "--http3-only", family, f"https://{EXILE.name}/", expect=EXILE.name)


USE_CASE = UseCase(
    "quic", "the sites that a subscriber visits, by QUIC's server name", (EXILE,),
    (start_dns, start_web), _act, tokens=(EXILE.name,), apps=frozenset({"quic"}),
)  # fmt: skip
