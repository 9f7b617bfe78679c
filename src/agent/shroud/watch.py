# SPDX-License-Identifier: GPL-2.0-or-later
"""The interference watch: a look at every line, each minute and when an interface goes up or down.

What it saw last is in memory and worth nothing after a boot. Whatever of it is damaged counts as
never seen: then there is nothing to compare with, and no story.
"""

import json

from shroud import events, files, host, interference, limits, network, paths, plugin, settings
from shroud.errors import AgentError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LIMIT = 1 << 18  # octets
SCHEMA = 1
# The members of a look (interference.py) with their types.
LOOK = {
    "enabled": (bool,),
    "required": (bool,),
    "alive": (bool,),
    "shrouded": (bool,),
    "plain": (bool,),
    "alarm": (bool,),
    "shrouds": (bool,),
    "pid": (int,),
    "session": (str,),
    "reason": (str, type(None)),
    "detail": (str, type(None)),
    "untrusted": (str, type(None)),
    "offences": (int,),
    "counters": (dict, type(None)),
    "taken": (int,),
    "offload": (str,),
}
ENTRY = ("told", "seen", "pause", "count")


def run() -> None:
    """Look at all lines, tell what there is to tell, write the metrics if they are wanted."""
    lock = host.lock(paths.WATCH + ".lock")
    if lock is None:
        return  # another look is being taken
    try:
        stored = recall()
        uptime = int(host.uptime())
        try:
            looks = look_at_all(uptime)
            seen = judge(stored, looks)
        except AgentError as error:
            looks = {}
            seen = [
                ("", {"kind": "config", "severity": "warning", "text": error.message, "count": 1})
            ]
        tell(stored, seen, uptime)
        keep(stored, looks)
        _free()
        _write_metrics(seen)
    finally:
        lock.release()


def look_at_all(uptime: int) -> "dict[str, dict[str, Any]]":
    """A look at each line that the configuration names; AgentError if it can not be read."""
    found, _, _ = settings.load()
    interfaces = network.interfaces()
    ended = _offload(any(one.is_attached() for one in interfaces))
    present = [one.name for one in interfaces if one.name in found]
    return {name: look(found[name], ended, uptime) for name in present}


def look(line: "settings.Settings", offload: str, uptime: int) -> "dict[str, Any]":
    """What is to be seen of a line now."""
    from shroud import sentences, trust

    report = plugin.load(line.name) or plugin.Report(line.name, {})
    explains = report.explains()
    return {
        "enabled": line.enabled,
        "required": line.policy == "require",
        "alive": report.alive,
        "shrouded": report.shrouded,
        "plain": report.alive and report.state == "plain",
        "alarm": report.alarm and explains,
        "shrouds": report.shrouded or bool(line.peer_keys) or trust.knows(line.name),
        "pid": report.pid,
        "session": json.dumps(report.session) if report.session else "",
        "reason": sentences.word(report.cause) if explains else None,
        "detail": report.reason if explains else None,
        "untrusted": report.untrusted() if explains else None,
        "offences": plugin.offences(line.name)[0],
        "counters": report.counters,
        "taken": uptime,
        "offload": offload if line.enabled else "",
    }


def judge(
    stored: "dict[str, Any]",
    looks: "dict[str, dict[str, Any]]",
) -> "list[tuple[str, dict[str, Any]]]":
    """What there is to tell, as pairs of line and finding."""
    found = []
    for line, now in looks.items():
        before = stored["looks"].get(line)
        for finding in interference.judge(before, now):
            # When what was seen before is damaged, nobody knows whether news are news.
            if not stored["damaged"] or finding["severity"] != "info":
                found.append((line, finding))
    return found


def tell(
    stored: "dict[str, Any]",
    seen: "list[tuple[str, dict[str, Any]]]",
    uptime: int,
) -> None:
    """Tell each finding as often as limits.py allows, and note in `stored` that it was."""
    entries = stored["limits"]
    for key in [key for key, entry in entries.items() if limits.over(entry, uptime)]:
        entries.pop(key)
    if stored["damaged"]:
        events.add("watch-reset", "", "warning")
    for line, finding in seen:
        key = f"{line} {finding['kind']}"
        entries[key], count = limits.pass_on(entries.get(key), uptime, finding["count"])
        if count:
            severity = finding["severity"]
            events.add(finding["kind"], line, severity, text=finding["text"], count=count)


def recall() -> "dict[str, Any]":
    """What was seen last, each part only if it is whole."""
    nothing = {"looks": {}, "limits": {}, "damaged": False}
    try:
        data = files.read(paths.WATCH, LIMIT)
        if not data:
            return nothing
        found = json.loads(data.decode()) if data.rstrip().endswith(b"}") else None
    except (files.FileError, ValueError, RuntimeError):
        found = None
    if not isinstance(found, dict) or not all(
        isinstance(found.get(name), dict) for name in ("looks", "limits")
    ):
        return {"looks": {}, "limits": {}, "damaged": True}
    if found.get("schema") != SCHEMA or found.get("boot_id") != host.boot_id():
        return nothing
    looks = {line: one for line, one in found["looks"].items() if _is_look(one)}
    entries = {key: one for key, one in found["limits"].items() if _is_entry(one)}
    damaged = len(looks) < len(found["looks"]) or len(entries) < len(found["limits"])
    return {"looks": looks, "limits": entries, "damaged": damaged}


def keep(
    stored: "dict[str, Any]",
    looks: "dict[str, dict[str, Any]]",
) -> None:
    """Note what was seen, for the next look."""
    kept = {line: interference.base(stored["looks"].get(line), now) for line, now in looks.items()}
    value = {"schema": SCHEMA, "boot_id": host.boot_id(), "looks": kept, "limits": stored["limits"]}
    try:
        files.replace(paths.WATCH, json.dumps(value).encode())
    except files.FileError as error:
        events.syslog("warning", "the watch could not note what it saw: " + error.message)


def _write_metrics(seen: "list[tuple[str, dict[str, Any]]]") -> None:
    if not settings.load()[1].metrics:
        files.remove(paths.METRICS)  # figures that nobody renews would be taken for news
        return
    from shroud import metrics

    metrics.write(seen)


def _offload(switched_on: bool) -> str:
    """End hardware offload if it is on and must not be; what was done: "", "ended" or "stuck"."""
    from shroud import offload

    # Whoever is changing something sees to offload himself.
    lock = host.lock(paths.LOCK) if switched_on and not files.exists(paths.JOURNAL) else None
    if lock is None:
        return ""
    try:
        return "ended" if offload.enforce() else ""
    except AgentError as error:
        events.syslog("warning", error.message)
        return "stuck"
    finally:
        lock.release()


def _free() -> None:
    """See that no line is down for want of the plugin alone."""
    from shroud import install

    if not install.plugin_missing():
        return
    from shroud import system

    try:
        system.free()
    except AgentError as error:
        events.syslog("warning", error.message)


def _is_look(value: object) -> bool:
    if not isinstance(value, dict) or len(value) != len(LOOK):
        return False
    for name, types in LOOK.items():
        if name not in value or type(value[name]) not in types:
            return False
    counters = value["counters"]
    return counters is None or all(type(count) is int for count in counters.values())


def _is_entry(value: object) -> bool:
    return (
        isinstance(value, dict)
        and all(type(value.get(name)) is int for name in ENTRY)
        and limits.FIRST <= value["pause"] <= limits.LONGEST
        and value["told"] <= value["seen"]
        and value["count"] >= 0
    )
