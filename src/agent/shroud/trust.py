# SPDX-License-Identifier: GPL-2.0-or-later
"""The record of keys met for the first time, which the plugin writes and reads too.

Rows are a key, a blank, and the name of a line to the end of the row; # begins a comment
(src/plugin/files/known.h). A key is replaced by an explicit act only.
"""

import time

from shroud import files, host, keys, paths, plugin
from shroud.errors import AgentError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from shroud import settings

PATIENCE = 10.0  # seconds for a line that is being dialled to show its key
TICK = 0.1  # seconds
WAIT = 1  # seconds for the lock, which the plugin holds for as long as it writes
LIMIT = (1 << 20) - 64  # octets that leave the plugin room to read it, with one row more


def knows(line: str) -> bool:
    """Whether a key is recorded for the line; False too if the record can not be read."""
    try:
        rows = files.read(paths.KNOWN_KEYS, LIMIT).split(b"\n")
    except files.FileError:
        return False
    return any(is_of(row, line) for row in rows)


def is_of(row: bytes, line: str) -> bool:
    """Whether a row is the line's, by the plugin's rule."""
    blank = row.find(b" ")
    return blank >= 0 and not row.startswith(b"#") and row[blank + 1 :] == line.encode()


def replace(data: bytes, line: str, key: str) -> bytes:
    """The record with one row for the line, where its first was; all else octet for octet."""
    if b"\0" in data:
        raise AgentError("config", f"{paths.KNOWN_KEYS} is damaged: there is a NUL in it")
    new = f"{key} {line}".encode()
    rows = data.split(b"\n")
    mine = [at for at, row in enumerate(rows) if is_of(row, line)]
    if mine:
        rows[mine[0]] = new
        return b"\n".join([row for at, row in enumerate(rows) if at not in mine[1:]])
    ended = data if not data or data.endswith(b"\n") else data + b"\n"
    return ended + new + b"\n"


def store(line: str, key: str) -> None:
    """Record one key for a line, durably, in place of all others."""
    lock = host.lock(paths.KNOWN_KEYS_LOCK, WAIT)
    if lock is None:
        raise AgentError("busy", f"{paths.KNOWN_KEYS} is locked by another process: try again")
    try:
        files.replace(paths.KNOWN_KEYS, replace(files.read(paths.KNOWN_KEYS, LIMIT), line, key))
    finally:
        lock.release()


def _shown(line: "settings.Settings") -> "tuple[str, bool]":
    """The key that a line shows and that is not trusted; whether its pppd runs.

    Under `require` such a line is dialled again and again, and shows the key now and then.
    """
    end = host.uptime() + PATIENCE
    while True:
        report = plugin.load(line.name)
        shown = report.untrusted() if report else None
        if report and shown:
            return shown, report.alive
        dialled = line.enabled and line.policy == "require" and not (report and report.shrouded)
        if not dialled or host.uptime() > end:
            raise AgentError("nothing-to-do", f'"{line.name}" shows no key that is not trusted')
        time.sleep(TICK)


def accept(line: str, fingerprint: str) -> "dict[str, object]":
    """The answer to `trust`: the key that the ISP shows now, and that is not trusted, is."""
    from shroud import events, netifd, settings, status

    status.known_interface(line)
    configured = status.settings_of(line, settings.load()[0])
    if configured.peer_keys:
        raise AgentError(
            "argument",
            f'the keys of "{line}" are pinned: change its peer_key instead, after asking the ISP',
        )
    keys.parse(fingerprint)
    shown, alive = _shown(configured)
    if not keys.equal(shown, fingerprint):
        raise AgentError(
            "argument",
            f'fingerprint is not that of the key that "{line}" shows now: see its status',
        )
    store(line, fingerprint)
    events.add("trusted", line, "info", text=fingerprint)
    if alive:
        netifd.restart(line)
    return {"line": line, "fingerprint": fingerprint, "reconnecting": alive}
