# SPDX-License-Identifier: GPL-2.0-or-later
"""A game: Quake III's connectionless protocol, which begins with four octets of ones."""

from __future__ import annotations

from collections.abc import Sequence

from tests.testbed.internet import Host
from tests.testbed.machine import Machine

from . import udp
from .case import UseCase

ARENA = Host("arena.example", 27)
PORT = 27960
PLAYER = "Sarge-of-the-night-shift"
MARK = b"\xff\xff\xff\xff"
COMMANDS = (
    b"getinfo xxx",
    b"getstatus 1337",
    b"getchallenge",
    b'connect "\\protocol\\68\\qport\\4711\\challenge\\1\\name\\%s"' % PLAYER.encode(),
)


def start_arena(machine: Machine, hosts: Sequence[Host]) -> None:
    """Start the other party."""
    del hosts
    udp.start_peer(machine, ARENA, PORT)


def _play(machine: Machine) -> None:
    udp.call(machine, ARENA, PORT, [MARK + command for command in COMMANDS])


USE_CASE = UseCase(
    "game", "a game, by the fixed strings of its protocol", (ARENA,), (start_arena,), _play,
    tokens=(PLAYER,), apps=frozenset({"quake", "quake3"}), patterns=(MARK + b"getchallenge",),
)  # fmt: skip
