# SPDX-License-Identifier: GPL-2.0-or-later
"""The subscriber's programs: real clients on the LAN host, and what each gives away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.testbed.machine import Machine
from tests.testbed.topology import LAN_HOST

from .errors import DemoError
from .servers import CERTIFICATE, FOLDER, TORRENT_FILE
from .world import (
    BANK,
    CLINIC,
    HELPLINE,
    LAWYER,
    NEWS,
    PEER_PORT,
    RESOLVER,
    SEEDER,
    SIP_URI,
    SIP_USER,
    SPEED,
    TORRENT,
    TORRENT_BYTES,
    TRACKER,
    UNION,
    VOICE,
)

NS = "lan"
NEWS_PATH, UNION_PATH = "/politics/minister-leak.html", "/join-confidentially.html"
TIMEOUT = 60.0


@dataclass(frozen=True)
class Target:
    """Where a client's packets go: protocol, address, and port (0 where there are none)."""

    proto: str
    address: str
    port: int = 0


@dataclass(frozen=True)
class Client:
    """One thing that the subscriber does.

    `tokens` are the names that it puts on the line in clear, as far as they are known before.
    """

    title: str
    program: str
    targets: tuple[Target, ...]
    tokens: tuple[str, ...]
    act: Callable[[Machine], None]


def clients() -> tuple[Client, ...]:
    """All of them, in the order in which they act."""
    return (*_lookups(), *_pages(), *_applications(), *_probes())


def _lookups() -> tuple[Client, ...]:
    dns = Target("udp", RESOLVER.address, 53)
    return (
        Client("looks up a help line's address", "dig", (dns,), (HELPLINE.name,),
               _run("dig", "+noall", "+answer", "+comments", HELPLINE.name, "A",
                    expect=HELPLINE.address)),
        Client("looks up a lawyer's IPv6 address", "dig", (dns,), (LAWYER.name,),
               _run("dig", "+noall", "+answer", "+comments", LAWYER.name, "AAAA",
                    expect=LAWYER.address6)),
    )  # fmt: skip


def _pages() -> tuple[Client, ...]:
    fetch = ("curl", "--silent", "--show-error", "--fail", "--max-time", "20")
    secure = (*fetch, "--tlsv1.3", "--cacert", CERTIFICATE)
    return (
        Client("reads a newspaper's page", "curl", (Target("tcp", NEWS.address, 80),),
               (NEWS.name, NEWS_PATH),
               _run(*fetch, "-4", f"http://{NEWS.name}{NEWS_PATH}", expect=NEWS.name)),
        Client("reads a trade union's page over IPv6", "curl",
               (Target("tcp", UNION.address6, 80),), (UNION.name, UNION_PATH),
               _run(*fetch, "-6", f"http://{UNION.name}{UNION_PATH}", expect=UNION.name)),
        Client("opens a clinic's page over TLS 1.3", "curl", (Target("tcp", CLINIC.address, 443),),
               (CLINIC.name,),
               _run(*secure, "-4", f"https://{CLINIC.name}/results", expect=CLINIC.name)),
        Client("opens a bank's page over TLS 1.3 and IPv6", "curl",
               (Target("tcp", BANK.address6, 443),), (BANK.name,),
               _run(*secure, "-6", f"https://{BANK.name}/account", expect=BANK.name)),
    )  # fmt: skip


def _applications() -> tuple[Client, ...]:
    bulk = Target("tcp", SPEED.address, 5201)
    iperf = ("iperf3", "--client", SPEED.name, "--version4", "--bytes", "4M")
    return (
        Client("asks whether somebody can be called", "sipsak",
               (Target("udp", VOICE.address, 5060),), (VOICE.name, SIP_USER),
               _run("sipsak", "-vv", "-H", LAN_HOST, "-s", SIP_URI, expect="200 OK")),
        Client("downloads a recording from a peer", "transmission",
               (Target("tcp", TRACKER.address, 80), Target("tcp", SEEDER.address, PEER_PORT)),
               (TRACKER.name,), _download),
        Client("sends 4 MB", "iperf3", (bulk,), (SPEED.name,), _run(*iperf, expect="receiver")),
        Client("receives 4 MB", "iperf3", (bulk,), (SPEED.name,),
               _run(*iperf, "--reverse", expect="receiver")),
    )  # fmt: skip


def _probes() -> tuple[Client, ...]:
    ping = ("ping", "-n", "-c", "3", "-i", "0.2", "-W", "5")
    return (
        Client("checks a host with ping", "ping", (Target("icmp", NEWS.address),), (),
               _run(*ping, NEWS.address, expect=" 0% packet loss")),
        Client("checks a host with ping over IPv6", "ping", (Target("icmpv6", NEWS.address6),), (),
               _run(*ping, NEWS.address6, expect=" 0% packet loss")),
    )  # fmt: skip


def _run(*argv: str, expect: str) -> Callable[[Machine], None]:
    """Run a command whose output must hold `expect`: a client that failed proves nothing."""

    def act(machine: Machine) -> None:
        done = machine.run(argv, NS, TIMEOUT)
        if expect not in done.stdout:
            raise DemoError(f"{' '.join(argv)} printed no {expect!r}:\n{done.stdout}")

    return act


def _download(machine: Machine) -> None:
    """Fetch the torrent's file by a client that talks BitTorrent in clear (as many still do)."""
    home = f"{FOLDER}/leech"
    settings = (
        '{"dht-enabled": false, "lpd-enabled": false, "pex-enabled": false, "utp-enabled": false}'
    )
    machine.script(f"rm -rf {home}; mkdir -p {home}/config")
    machine.write(f"{home}/config/settings.json", settings)
    client = machine.spawn(
        ["transmission-cli", "-M", "-et", "-g", f"{home}/config", "-w", home, TORRENT_FILE], NS
    )
    finished = f"test -f {home}/{TORRENT} && stat -c %s {home}/{TORRENT}"
    machine.wait_until(
        lambda: (
            machine.run(["sh", "-c", finished], check=False).stdout.strip() == str(TORRENT_BYTES)
        ),
        TIMEOUT,
        "transmission-cli to download the file",
        client.tail,
    )
    client.stop()
