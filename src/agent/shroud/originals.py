# SPDX-License-Identifier: GPL-2.0-or-later
"""The lines of other people's files that we replaced, byte for byte as they were.

Each is remembered durably before it is replaced, with the line that took its place. Who puts it
back looks first whether that line is still there: if not, somebody has edited it, and that stays.
"""

import binascii

from shroud import files, host, paths, record
from shroud.errors import AgentError

PATIENCE = 5.0  # seconds to wait for another program that changes the file
MEMBERS: dict[str, tuple[type, ...]] = {"lines": (dict,)}


class Original:
    """One option's line before, None if there was none, and the line that took its place."""

    def __init__(self, before: "bytes | None", after: bytes) -> None:
        """Take both with their ends of line."""
        self.before = before
        self.after = after


def load() -> "dict[str, Original]":
    """All of them, by what they belong to. DamagedError if the file cannot be understood."""
    found = record.load(paths.ORIGINALS, MEMBERS)
    if found is None:
        return {}
    try:
        return {name: _original(value) for name, value in found["lines"].items()}
    except (AttributeError, KeyError, TypeError, ValueError):
        raise record.DamagedError(paths.ORIGINALS, "what it remembers is not two lines each")


def recall(name: str) -> "Original | None":
    """What was remembered of one line; nothing if the file is damaged."""
    return _known().get(name)


def remember(name: str, before: "bytes | None", after: bytes) -> None:
    """Remember a line before it is replaced. A damaged file is set aside."""
    _change(name, Original(before, after))


def forget(name: str) -> None:
    """A line is as it was, or somebody else's."""
    _change(name, None)


def _change(name: str, original: "Original | None") -> None:
    lock = host.lock(paths.ORIGINALS_LOCK, PATIENCE)
    if lock is None:
        raise AgentError("busy", paths.ORIGINALS + ": another program is changing it")
    try:
        lines = _mended()
        if original:
            lines[name] = original
        elif not lines.pop(name, None):
            return
        _save(lines)
    finally:
        lock.release()


def _known() -> "dict[str, Original]":
    try:
        return load()
    except record.DamagedError:
        return {}


def _mended() -> "dict[str, Original]":
    try:
        return load()
    except record.DamagedError:
        record.set_aside(paths.ORIGINALS)
        return {}


def _save(lines: "dict[str, Original]") -> None:
    if not lines:
        files.remove(paths.ORIGINALS)
        return
    values = {
        name: {"before": _text(line.before), "after": _text(line.after)}
        for name, line in lines.items()
    }
    record.save(paths.ORIGINALS, {"lines": values})


def _text(line: "bytes | None") -> "str | None":
    return None if line is None else binascii.b2a_base64(line).decode().strip()


def _original(value: "dict[str, str | None]") -> Original:
    before, after = value["before"], value["after"]
    if after is None:
        raise ValueError
    return Original(
        None if before is None else binascii.a2b_base64(before), binascii.a2b_base64(after)
    )
