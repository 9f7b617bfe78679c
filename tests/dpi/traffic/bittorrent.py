# SPDX-License-Identifier: GPL-2.0-or-later
"""BitTorrent in clear: the fixed string of its handshake, and the info-hash behind it."""

from __future__ import annotations

import ipaddress
import random
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tests.testbed.internet import Host
from tests.testbed.machine import Machine
from tests.testbed.topology import LAN_HOST, PPP_CPE

from ..errors import DpiError
from .case import CLIENT, SERVERS, TIMEOUT, UseCase, run
from .dnsserver import start_dns
from .webserver import ANNOUNCE, FILES, start_web

TRACKER, SEEDER = Host("tracker.example", 21), Host("seeder.example", 22)
PORT = 51413
FOLDER = "/tmp/dpi/torrent"  # noqa: S108 - of the guest
NAME = "meeting.ogg"
TORRENT = f"{FOLDER}/{NAME}.torrent"
CONTENT = random.Random(NAME).randbytes(300_000)
OWN_NAME, OWN_PORT = "minutes.ogg", 51414
OWN_TORRENT = f"{FOLDER}/{OWN_NAME}.torrent"
OWN_CONTENT = random.Random(OWN_NAME).randbytes(300_000)
"""What the subscriber seeds."""
SIGNATURES = (b"\x13BitTorrent protocol", b"ut_metadata")
"""What the first message and the extended handshake (BEP 10) have, the latter some packets on."""
ARIA = (
    "aria2c", "--enable-dht=false", "--enable-dht6=false", "--bt-enable-lpd=false",
    "--enable-peer-exchange=false", "--summary-interval=0",
)  # fmt: skip


def start_seeder(machine: Machine, hosts: Sequence[Host]) -> None:
    """Make a torrent, let nginx be its tracker, and seed it by aria2."""
    del hosts
    _make(machine, TORRENT, "announce", CONTENT)
    machine.write(ANNOUNCE, _announce(SEEDER.address, PORT))
    _seed(machine, SERVERS, TORRENT, PORT)


def start_tracker(machine: Machine, hosts: Sequence[Host]) -> None:
    """Make another torrent, whose tracker knows the subscriber only."""
    del hosts
    _make(machine, OWN_TORRENT, "files/peers", OWN_CONTENT)
    machine.write(f"{FILES}/peers", _announce(PPP_CPE, OWN_PORT))


def _make(machine: Machine, torrent: str, announce: str, content: bytes) -> None:
    file = f"{FOLDER}/seed/{torrent.rsplit('/', 1)[1].removesuffix('.torrent')}"
    machine.write(file, content)
    tracker = f"http://{TRACKER.name}/{announce}"
    machine.run(["transmission-create", "-o", torrent, "-t", tracker, file])


def _announce(address: str, port: int) -> bytes:
    """Return a tracker's answer with one peer, bencoded (BEP 3, BEP 23)."""
    peer = ipaddress.IPv4Address(address).packed + port.to_bytes(2, "big")
    return b"d8:intervali1800e5:peers6:" + peer + b"e"


def _seed(machine: Machine, ns: str, torrent: str, port: int) -> None:
    seeder = machine.spawn(
        [*ARIA, f"--dir={FOLDER}/seed", "--check-integrity=true", "--seed-ratio=0",
         f"--listen-port={port}", "--bt-exclude-tracker=*", torrent], ns,
    )  # fmt: skip
    seeder.await_socket("tcp", port)


def _download(machine: Machine) -> None:
    machine.run(["rm", "-rf", f"{FOLDER}/leech"])
    run(machine, *ARIA, f"--dir={FOLDER}/leech", "--seed-time=0", TORRENT, expect="(OK):download")


def _upload(machine: Machine) -> None:
    """Let a stranger fetch a file from the subscriber, whose router forwards the port."""
    machine.script(
        f"iptables-legacy -t nat -A PREROUTING -i ppp+ -p tcp --dport {OWN_PORT} "
        f"-j DNAT --to {LAN_HOST}:{OWN_PORT}", "cpe",
    )  # fmt: skip
    _seed(machine, CLIENT, OWN_TORRENT, OWN_PORT)
    machine.run(["rm", "-rf", f"{FOLDER}/stranger"])
    fetch = [*ARIA, f"--dir={FOLDER}/stranger", "--seed-time=0", OWN_TORRENT]
    done = machine.run(fetch, SERVERS, TIMEOUT)
    if "(OK):download" not in done.stdout:
        raise DpiError(f"nobody could fetch the subscriber's file:\n{done.stdout}{done.stderr}")


def _info_hash(torrent: str, machine: Machine, servers: Path) -> list[str]:
    del servers
    shown = machine.run(["transmission-show", torrent]).stdout
    return re.findall(r"Hash v1: ([0-9a-f]{40})", shown)


STRING = UseCase(
    "bittorrent-string", "BitTorrent, by the fixed string of its handshake", (TRACKER, SEEDER),
    (start_dns, start_web, start_seeder), _download, tokens=(TRACKER.name,),
    apps=frozenset({"bittorrent"}), patterns=SIGNATURES, learn=partial(_info_hash, TORRENT),
)  # fmt: skip
UPLOADER = UseCase(
    "bittorrent-uploader", "a subscriber who uploads by BitTorrent, and what", (TRACKER,),
    (start_dns, start_web, start_tracker), _upload,
    apps=frozenset({"bittorrent"}), patterns=SIGNATURES, learn=partial(_info_hash, OWN_TORRENT),
)  # fmt: skip
