# SPDX-License-Identifier: GPL-2.0-or-later
"""Mail in clear: who writes to whom; and behind STARTTLS: with which server."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.testbed.internet import Host
from tests.testbed.machine import Machine

from .case import SERVERS, UseCase, await_port, run
from .dnsserver import start_dns
from .webserver import CERTIFICATE, KEY, start_web

MAIL, SUBMISSION = Host("mail.example", 17), Host("post.example", 31)
SENDER, RECIPIENT = "informant@mail.example", "editor@mail.example"
SENT = "letter delivered"
LETTER = "/tmp/dpi/letter"  # noqa: S108 - of the guest


def start_smtp(machine: Machine, hosts: Sequence[Host]) -> None:
    """Start aiosmtpd, Python's SMTP server, for both families."""
    del hosts
    _serve(machine, MAIL)


def start_submission(machine: Machine, hosts: Sequence[Host]) -> None:
    """The same with STARTTLS, which it insists on."""
    del hosts
    _serve(machine, SUBMISSION, "--tlscert", CERTIFICATE, "--tlskey", KEY)


def _serve(machine: Machine, host: Host, *options: str) -> None:
    for address in (host.address, host.address6):
        machine.spawn(
            ["python3", "-m", "aiosmtpd", "-n", "-l", f"{address}:25", *options, "-c",
             "aiosmtpd.handlers.Sink"], SERVERS,
        )  # fmt: skip
        await_port(machine, address, 25)


def _send(host: Host, *options: str) -> Callable[[Machine], None]:
    def act(machine: Machine) -> None:
        text = f"From: {SENDER}\nTo: {RECIPIENT}\nSubject: papers\n\nEnclosed.\n"
        machine.write(LETTER, text)
        for family in ("-4", "-6"):
            run(machine, "curl", "-sSf", "--max-time", "20", family, f"smtp://{host.name}",
                *options, "--mail-from", SENDER, "--mail-rcpt", RECIPIENT,
                "--upload-file", LETTER, "--write-out", SENT, expect=SENT)  # fmt: skip

    return act


ENVELOPE = UseCase(
    "smtp-envelope", "who writes mail to whom, by SMTP's envelope", (MAIL,),
    (start_dns, start_smtp), _send(MAIL), tokens=(SENDER, RECIPIENT, MAIL.name),
    apps=frozenset({"smtp"}), extra=True,
)  # fmt: skip
STARTTLS = UseCase(
    "smtp-starttls", "the mail server that a subscriber uses, by its certificate", (SUBMISSION,),
    (start_dns, start_web, start_submission),
    _send(SUBMISSION, "--ssl-reqd", "--tls-max", "1.2", "--cacert", CERTIFICATE),
    tokens=(SUBMISSION.name,), extra=True,
)  # fmt: skip
