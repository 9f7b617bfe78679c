# SPDX-License-Identifier: GPL-2.0-or-later
"""TLS 1.2 and 1.3 with a server name, ClientHellos longer than a packet, and fingerprints."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pppshroud.capture.file import open_capture
from pppshroud.capture.link import find_ip
from pppshroud.observe.ja import Finder
from tests.testbed.internet import Host
from tests.testbed.machine import Machine

from .case import UseCase, run
from .dnsserver import start_dns
from .webserver import CERTIFICATE, start_web

CLINIC, BANK = Host("clinic.example", 13), Host("bank.example", 14)
UNION, LIBRARY = Host("union.example", 15), Host("library.example", 18)
FETCH = ("curl", "-sSf", "--max-time", "20", "--cacert", CERTIFICATE)
SMALL, LARGE = "X25519:P-256", "X25519MLKEM768:X25519:P-256"
"""Groups: the second makes a ClientHello of more than 1400 octets (a post-quantum key share)."""


def _fetch(host: Host, *options: str) -> Callable[[Machine], None]:
    def act(machine: Machine) -> None:
        for family in ("-4", "-6"):
            run(machine, *FETCH, *options, family, f"https://{host.name}/", expect=host.name)

    return act


SERVICES = (start_dns, start_web)
TLS12 = UseCase(
    "tls12-sni", "the sites that a subscriber visits, by TLS 1.2's server name", (CLINIC,),
    SERVICES, _fetch(CLINIC, "--tls-max", "1.2", "--curves", SMALL), tokens=(CLINIC.name,),
)  # fmt: skip
TLS13 = UseCase(
    "tls13-sni", "the same by TLS 1.3's server name", (BANK,),
    SERVICES, _fetch(BANK, "--tlsv1.3", "--curves", SMALL), tokens=(BANK.name,),
)  # fmt: skip
LARGE_HELLO = UseCase(
    "tls-large-hello", "the same from a ClientHello with a post-quantum key, in two packets",
    (UNION,), SERVICES, _fetch(UNION, "--tlsv1.3", "--curves", LARGE), tokens=(UNION.name,),
)  # fmt: skip


def _fingerprints(machine: Machine, servers: Path) -> list[str]:
    """Take the client's fingerprints from what reached the servers."""
    del machine
    finder, found = Finder(), set[str]()
    with open_capture(servers) as reader:
        for packet in reader:
            found.update(finder.take(find_ip(packet.link_type, packet.data) or b""))
    return sorted(found)


def _fetch_nameless(machine: Machine) -> None:
    """By address, so that no server name is sent and the fingerprint is all there is."""
    for host in (LIBRARY.address, f"[{LIBRARY.address6}]"):
        run(machine, "curl", "-sSf", "--max-time", "20", "--insecure", "--tlsv1.3", "--curves",
            SMALL, f"https://{host}/", expect="A page of")  # fmt: skip


FINGERPRINT = UseCase(
    "ja3-ja4", "which program a subscriber uses, by the fingerprint of its ClientHello",
    (LIBRARY,), SERVICES, _fetch_nameless, learn=_fingerprints,
)  # fmt: skip
