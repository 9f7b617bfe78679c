# SPDX-License-Identifier: GPL-2.0-or-later
"""The history: what happened on this router since its boot, and the same in the system log.

Events bear the uptime, which no one can set; the time is worked out when they are shown. So a
clock that jumps, as on every router at boot, moves all events alike.
"""

import json

from shroud import files, host, paths, program
from shroud.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

KEPT = 100  # events
LIMIT = 1 << 17  # octets of the history's file
SEVERITIES = ("info", "warning", "alarm")
PRIORITIES = {"info": "daemon.notice", "warning": "daemon.warning", "alarm": "daemon.err"}
PATIENCE = 2  # seconds to wait for another writer of the history
LOGGER_TIME = 5  # seconds


def add(kind: str, line: str, severity: str, **details: object) -> None:
    """Tell something: to the system log, and to the history if it can be written.

    Details: `text`, exact words from wherever they come, are shown as they are; `count`, how
    often it was seen since it was told last. A history that can not be written is not worth an
    error: the event is in the system log.
    """
    text = details.get("text")
    detail = clean(text) if text else None
    count = details.get("count")
    log(kind, line, severity, detail)
    event: dict[str, Any] = {
        "uptime": int(host.uptime()),
        "line": clean(line),
        "kind": clean(kind),
        "severity": severity,
        "count": count if type(count) is int else 1,
        "detail": detail,
    }
    try:
        _append(event)
    except files.FileError as error:
        syslog("warning", "the history could not be written: " + error.message)


def _append(event: "dict[str, Any]") -> None:
    lock = host.lock(paths.HISTORY + ".lock", PATIENCE)
    if lock is None:
        raise files.FileError(paths.HISTORY, "another process keeps it locked")
    try:
        kept = _stored()
        kept.append(event)
        data = {"schema": 1, "boot_id": host.boot_id(), "events": kept[-KEPT:]}
        files.replace(paths.HISTORY, json.dumps(data).encode())
    finally:
        lock.release()


def log(kind: str, line: str, severity: str, detail: "str | None") -> None:
    """Tell the system log of an event, in one line."""
    from shroud import stories

    title, meaning, advice = stories.tell(kind)
    where = line + ": " if line else ""
    told = " (" + detail + ")" if detail else ""
    if severity == "info":
        syslog(severity, where + title + told)
    else:
        syslog(severity, where + title + told + ". " + meaning + " What to do: " + advice)


def syslog(severity: str, text: str) -> None:
    """One line in the system log. Without a logger there is nobody to tell."""
    words = ["logger", "-t", "shroud", "-p", PRIORITIES.get(severity, "daemon.notice"), "--"]
    program.run(words + [clean(text, 900)], b"", LOGGER_TIME)


def history(line: "str | None" = None, limit: int = KEPT) -> "list[dict[str, Any]]":
    """The last events, newest first, of one line or of all, in words."""
    from shroud import stories

    boot = host.now() - host.uptime()
    told: list[dict[str, Any]] = []
    for event in reversed(_stored()):
        if len(told) == limit:
            break
        if line is not None and event["line"] != line:
            continue
        title, meaning, advice = stories.tell(event["kind"])
        shown = {"time": host.timestamp(int(boot + event["uptime"])), "title": title}
        shown.update(event)
        shown["meaning"] = meaning
        shown["advice"] = advice
        told.append(shown)
    return told


def _stored() -> "list[dict[str, Any]]":
    """The events of this boot; none if the file is damaged, for there is nothing to be done."""
    try:
        data = files.read(paths.HISTORY, LIMIT)
        found = json.loads(data.decode()) if data.rstrip().endswith(b"}") else None
    except (files.FileError, ValueError, RuntimeError):
        return []
    if not isinstance(found, dict) or found.get("boot_id") != host.boot_id():
        return []
    events = found.get("events")
    return [event for event in events if _whole(event)] if isinstance(events, list) else []


def _whole(event: object) -> bool:
    """Whether an event has all members, each of its type."""
    return (
        isinstance(event, dict)
        and type(event.get("uptime")) is int
        and type(event.get("count")) is int
        and isinstance(event.get("line"), str)
        and isinstance(event.get("kind"), str)
        and event.get("severity") in SEVERITIES
        and (event.get("detail") is None or isinstance(event["detail"], str))
    )
