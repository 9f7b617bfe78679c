# SPDX-License-Identifier: GPL-2.0-or-later
"""A use case: what a subscriber does, and what that puts on the line in clear."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.testbed.internet import Host
from tests.testbed.machine import Machine, Result

from ..errors import DpiError

CLIENT, SERVERS = "lan", "server"
"""The network namespaces of the subscriber's computer and of all hosts of the Internet."""
TIMEOUT = 60.0
Service = Callable[[Machine, Sequence[Host]], None]
"""Starts a server in SERVERS for all hosts of all use cases, and returns when it listens."""


@dataclass(frozen=True)
class UseCase:
    """What DPI is said to be for, as traffic that a detector must find on a plain line."""

    name: str
    title: str
    hosts: tuple[Host, ...]
    """Numbers are unique over all use cases; names are from RFC 2606."""
    services: tuple[Service, ...]
    """Each is started once for all use cases that name it, before any client."""
    act: Callable[[Machine], None]
    """The clients, in CLIENT. Raises DpiError if one did not get what it asked for."""
    tokens: tuple[str, ...] = ()
    """What gives the traffic away: names, identifiers, and in hexadecimal sums of files."""
    apps: frozenset[str] = field(default_factory=frozenset)
    """Engines' words for the application, in lower case."""
    patterns: tuple[bytes, ...] = ()
    """Octets of the content, at least 8, by which it can be told."""
    extra: bool = False
    """Whether it needs software that only the larger image has (recipes.DPI_PACKAGES)."""
    learn: Callable[[Machine, Path], Sequence[str]] | None = None
    """Returns tokens that are only known after the clients have acted, from the machine and the
    capture at the servers."""


def run(
    machine: Machine, *argv: str, expect: str, timeout: float = TIMEOUT, stdin: bytes = b""
) -> Result:
    """Run a client whose output must hold `expect`: one that failed proves nothing."""
    done = machine.run(argv, CLIENT, timeout, stdin=stdin)
    if expect not in done.stdout:
        raise DpiError(f"{' '.join(argv)} printed no {expect!r}:\n{done.stdout}{done.stderr}")
    return done


def await_port(machine: Machine, address: str, port: int) -> None:
    """Wait until a server in SERVERS takes TCP connections at this address."""
    knock = ["nc", "-z", "-w", "1", address, str(port)]
    machine.wait_until(
        lambda: not machine.run(knock, SERVERS, check=False).code,
        TIMEOUT,
        f"a server on {address} port {port}",
    )
