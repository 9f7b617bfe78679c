# SPDX-License-Identifier: GPL-2.0-or-later
"""logd: what programs say to /dev/log, kept in memory for logread, and printed for the host."""

from __future__ import annotations

import os
import re
import socket
import sys

from .loop import Loop

DEVICE, RING = "/dev/log", "/var/log/messages"
PRIORITY = re.compile(rb"^<(\d+)>(?:[A-Z][a-z]{2} [ \d]\d [\d:]{8} )?")
LEVELS = ("emerg", "alert", "crit", "err", "warn", "notice", "info", "debug")


class Syslog:
    """Writes one line a message: its level, then what was said."""

    def __init__(self, loop: Loop) -> None:
        os.makedirs(os.path.dirname(RING), exist_ok=True)
        self.file = open(RING, "a", buffering=1, errors="replace")  # noqa: SIM115 - for life
        self.device = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.device.bind(DEVICE)
        loop.read(self.device.fileno(), self._take)

    def _take(self) -> None:
        message = self.device.recv(65536)
        found = PRIORITY.match(message)
        level = LEVELS[int(found[1]) % 8] if found else "info"
        text = message[found.end() :] if found else message
        self.write(level, text.decode(errors="replace"))

    def write(self, level: str, text: str) -> None:
        line = f"{level} {text.rstrip()}"
        self.file.write(line + "\n")
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
