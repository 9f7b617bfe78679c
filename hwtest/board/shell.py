# SPDX-License-Identifier: GPL-2.0-or-later
"""Commands on the board's shell, which is reached by a serial line and may be busybox's."""

from __future__ import annotations

import shlex
import string
from collections.abc import Iterator

from hwtest.board.console import Tripwire
from hwtest.board.faults import ProductFault
from hwtest.board.strategy import MARGIN, RigStrategy
from hwtest.targets.target import State

PLAIN = frozenset(
    (string.ascii_letters + string.digits + " .,:;/=+-_#()[]{}<>|&$*?!~@").encode()
) - {10}
LINE = 400  # characters of a command; OpenWrt's ash edits lines of at most 512
SMALL = 4096  # bytes of a file that is typed instead of fetched
CHUNK = 300  # characters typed at a time, for as many bytes or fewer
SCRIPT = "/tmp/rig-command"  # noqa: S108 on the board, where nobody else is logged in
PANIC = [Tripwire(r"Kernel panic - not syncing", "panic", "the kernel panicked", ProductFault)]


def run(strategy: RigStrategy, command: str, timeout: float) -> tuple[int, str]:
    """Run a command; return its exit code and its output. Raises RigFault."""
    if strategy.status not in {State.SHELL, State.RECOVERY}:
        raise ValueError(f"the board is {strategy.status}, nobody is logged in")
    if len(shlex.quote(command)) > LINE:
        for part in typed(f"{command}\n".encode(), SCRIPT):
            _run(strategy, part, timeout)
        command = f"sh {SCRIPT}"
    return _run(strategy, command, timeout)


def typed(data: bytes, remote: str) -> Iterator[str]:
    """Commands that write bytes into a file of the board's, each short enough for its shell."""
    path = shlex.quote(remote)
    yield f": >{path}"
    text = ""
    for byte in data:
        text += _octal(byte)
        if len(text) > CHUNK:
            yield f"printf '{text}' >>{path}"
            text = ""
    if text:
        yield f"printf '{text}' >>{path}"


def _run(strategy: RigStrategy, command: str, timeout: float) -> tuple[int, str]:
    where = f"running `{command}`"
    with strategy.line.patience(timeout + MARGIN, where, "command", PANIC):
        lines, _, code = strategy.shell.run(command, timeout=timeout, decodeerrors="replace")
    return code, "\n".join(lines)


def _octal(byte: int) -> str:
    """A byte as printf takes it: letters and digits as they are."""
    return chr(byte) if byte in PLAIN else f"\\{byte:03o}"
