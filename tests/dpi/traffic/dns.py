# SPDX-License-Identifier: GPL-2.0-or-later
"""DNS questions over UDP, by IPv4 and IPv6."""

from __future__ import annotations

from tests.testbed.internet import Host
from tests.testbed.machine import Machine

from .case import UseCase, run
from .dnsserver import RESOLVER, start_dns

HELPLINE, LAWYER = Host("helpline.example", 11), Host("lawyer.example", 12)


def _act(machine: Machine) -> None:
    ask = ("dig", "+noall", "+answer", "+tries=3", "+timeout=5")
    # As stub resolvers ask; with dig's cookie a question is none that mode decoy can represent.
    plain = (*ask, "+nocookie", f"@{RESOLVER.address}")
    run(machine, *plain, HELPLINE.name, "A", expect=HELPLINE.address)
    run(machine, *ask, f"@{RESOLVER.address6}", LAWYER.name, "AAAA", expect=LAWYER.address6)


USE_CASE = UseCase(
    "dns", "the names that a subscriber looks up", (HELPLINE, LAWYER), (start_dns,), _act,
    tokens=(HELPLINE.name, LAWYER.name),
)  # fmt: skip
