# SPDX-License-Identifier: GPL-2.0-or-later
"""One specific file, which a detector knows by its first octets, its name and its sum."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence

from tests.testbed.internet import Host
from tests.testbed.machine import Machine

from .case import CLIENT, SERVERS, TIMEOUT, UseCase, await_port, run
from .dnsserver import start_dns
from .webserver import FILES, start_web

ARCHIVE, DEPOT = Host("archive.example", 19), Host("depot.example", 20)
NAME, FTP_NAME = "dossier.pdf", "ledger.pdf"
FTP_FOLDER = "/srv/ftp"
COPY = "/tmp/dpi/copy"  # noqa: S108 - of the guest
VSFTPD = f"""\
listen=NO
listen_ipv6=YES
background=NO
anonymous_enable=YES
anon_root={FTP_FOLDER}
ftp_username=bin
nopriv_user=nobody
secure_chroot_dir={FTP_FOLDER}
seccomp_sandbox=NO
xferlog_enable=NO
"""


def _document(title: str) -> bytes:
    """200 KB that begin as a PDF and can not be compressed."""
    head = f"%PDF-1.7\n%{title}: the only copy of this document that there is\n".encode()
    return head + random.Random(title).randbytes(200_000)


DOSSIER, LEDGER = _document(NAME), _document(FTP_NAME)
SIGNATURE_LEN = 64


def start_files(machine: Machine, hosts: Sequence[Host]) -> None:
    """Put the file where nginx serves it."""
    del hosts
    machine.write(f"{FILES}/{NAME}", DOSSIER)


def start_ftp(machine: Machine, hosts: Sequence[Host]) -> None:
    """Start vsftpd, for anonymous users."""
    del hosts
    machine.write(f"{FTP_FOLDER}/{FTP_NAME}", LEDGER)
    machine.write("/tmp/dpi/vsftpd.conf", VSFTPD)  # noqa: S108 - of the guest
    machine.spawn(["vsftpd", "/tmp/dpi/vsftpd.conf"], SERVERS)  # noqa: S108
    await_port(machine, DEPOT.address, 21)


def fetch(machine: Machine, url: str, content: bytes) -> None:
    """Transfer a file in both families; DpiError if it is not what was expected."""
    for family in ("-4", "-6"):
        fetch = ["curl", "-sSf", "--max-time", "30", family, "-o", COPY, url]
        machine.run(["mkdir", "-p", "/tmp/dpi"])  # noqa: S108
        machine.run(fetch, CLIENT, TIMEOUT)
        run(machine, "sha256sum", COPY, expect=hashlib.sha256(content).hexdigest())


def _tokens(name: str, content: bytes) -> tuple[str, ...]:
    return (name, hashlib.sha256(content).hexdigest())


HTTP = UseCase(
    "file-http", "one specific file, transferred by HTTP", (ARCHIVE,),
    (start_dns, start_web, start_files),
    lambda machine: fetch(machine, f"http://{ARCHIVE.name}/files/{NAME}", DOSSIER),
    tokens=(ARCHIVE.name, *_tokens(NAME, DOSSIER)), patterns=(DOSSIER[:SIGNATURE_LEN],),
)  # fmt: skip
FTP = UseCase(
    "file-ftp", "one specific file, transferred by FTP", (DEPOT,), (start_dns, start_ftp),
    lambda machine: fetch(machine, f"ftp://{DEPOT.name}/{FTP_NAME}", LEDGER),
    tokens=(DEPOT.name, *_tokens(FTP_NAME, LEDGER)), patterns=(LEDGER[:SIGNATURE_LEN],), extra=True,
)  # fmt: skip
