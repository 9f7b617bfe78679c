# SPDX-License-Identifier: GPL-2.0-or-later
"""BitTorrent in clear: the fixed string of its handshake, and the info-hash behind it."""

from __future__ import annotations

import ipaddress
import random
import re
from collections.abc import Sequence
from pathlib import Path

from tests.testbed.machine import Machine

from .case import SERVERS, Host, UseCase, run
from .dnsserver import start_dns
from .webserver import ANNOUNCE, start_web

TRACKER, SEEDER = Host("tracker.example", 21), Host("seeder.example", 22)
PORT = 51413
FOLDER = "/tmp/dpi/torrent"  # noqa: S108 - of the guest
NAME = "meeting.ogg"
TORRENT = f"{FOLDER}/{NAME}.torrent"
CONTENT = random.Random(NAME).randbytes(300_000)
HANDSHAKE = b"\x13BitTorrent protocol"
ARIA = (
    "aria2c", "--enable-dht=false", "--enable-dht6=false", "--bt-enable-lpd=false",
    "--enable-peer-exchange=false", "--summary-interval=0",
)  # fmt: skip


def start_seeder(machine: Machine, hosts: Sequence[Host]) -> None:
    """Make a torrent, let nginx be its tracker, and seed it by aria2."""
    del hosts
    machine.write(f"{FOLDER}/seed/{NAME}", CONTENT)
    machine.run(
        ["transmission-create", "-o", TORRENT, "-t", f"http://{TRACKER.name}/announce",
         f"{FOLDER}/seed/{NAME}"],
    )  # fmt: skip
    # Bencoded (BEP 3, BEP 23): the one peer that this tracker knows.
    peer = ipaddress.IPv4Address(SEEDER.address).packed + PORT.to_bytes(2, "big")
    machine.write(ANNOUNCE, b"d8:intervali1800e5:peers6:" + peer + b"e")
    seeder = machine.spawn(
        [*ARIA, f"--dir={FOLDER}/seed", "--check-integrity=true", "--seed-ratio=0",
         f"--listen-port={PORT}", "--bt-exclude-tracker=*", TORRENT], SERVERS,
    )  # fmt: skip
    seeder.await_socket("tcp", PORT)


def _download(machine: Machine) -> None:
    machine.run(["rm", "-rf", f"{FOLDER}/leech"])
    run(machine, *ARIA, f"--dir={FOLDER}/leech", "--seed-time=0", TORRENT, expect="(OK):download")


def _info_hash(machine: Machine, servers: Path) -> list[str]:
    del servers
    shown = machine.run(["transmission-show", TORRENT]).stdout
    return re.findall(r"Hash v1: ([0-9a-f]{40})", shown)


STRING = UseCase(
    "bittorrent-string", "BitTorrent, by the fixed string of its handshake", (TRACKER, SEEDER),
    (start_dns, start_web, start_seeder), _download, tokens=(TRACKER.name,),
    apps=frozenset({"bittorrent"}), patterns=(HANDSHAKE,), learn=_info_hash,
)  # fmt: skip
