# SPDX-License-Identifier: GPL-2.0-or-later
"""Mail in clear: who writes to whom."""

from __future__ import annotations

from collections.abc import Sequence

from tests.testbed.internet import Host
from tests.testbed.machine import Machine

from .case import SERVERS, UseCase, await_port, run
from .dnsserver import start_dns

MAIL = Host("mail.example", 17)
SENDER, RECIPIENT = "informant@mail.example", "editor@mail.example"
SENT = "letter delivered"
LETTER = "/tmp/dpi/letter"  # noqa: S108 - of the guest


def start_smtp(machine: Machine, hosts: Sequence[Host]) -> None:
    """Start aiosmtpd, Python's SMTP server, for both families."""
    del hosts
    for address in (MAIL.address, MAIL.address6):
        machine.spawn(
            ["python3", "-m", "aiosmtpd", "-n", "-l", f"{address}:25", "-c",
             "aiosmtpd.handlers.Sink"], SERVERS,
        )  # fmt: skip
        await_port(machine, address, 25)


def _act(machine: Machine) -> None:
    machine.write(LETTER, f"From: {SENDER}\nTo: {RECIPIENT}\nSubject: papers\n\nEnclosed.\n")
    for family in ("-4", "-6"):
        run(machine, "curl", "-sSf", "--max-time", "20", family, f"smtp://{MAIL.name}",
            "--mail-from", SENDER, "--mail-rcpt", RECIPIENT, "--upload-file", LETTER,
            "--write-out", SENT, expect=SENT)  # fmt: skip


USE_CASE = UseCase(
    "smtp-envelope", "who writes mail to whom, by SMTP's envelope", (MAIL,),
    (start_dns, start_smtp), _act, tokens=(SENDER, RECIPIENT, MAIL.name),
    apps=frozenset({"smtp"}), extra=True,
)  # fmt: skip
