# SPDX-License-Identifier: GPL-2.0-or-later
"""What the pppd plugin says of a line: its status file, docs/status.md, and its redial record."""

import json

from shroud import files, host, paths
from shroud.text import clean

LIMIT = 16384  # octets of a status file; the plugin's own limit is lower
OUTDATED = 600  # seconds after which what a pppd said of a failure no longer explains anything
LONGEST_RECORD = 65536  # octets of the redial record that are looked at
DIGITS = 18  # of a number in it
LARGEST = 1 << 63  # what a reader of our JSON can hold
STALE = 60  # seconds without a report of a pppd that reports every 10
LONGEST_PAUSE = 86400  # seconds that the plugin will not offer for
STATES = ("idle", "wait-resp", "wait-done", "wait-confirm", "covered", "plain", "closing")
TRUSTS = ("pinned", "known", "first-use", "untrusted")


class Report:
    """One status file, with every member of the right type whatever the file holds."""

    def __init__(self, line: str, found: "dict[str, object]") -> None:
        """Take what is of the right type, and nothing else."""
        self.pid = _number(found.get("pid"))
        self.updated = _time(found.get("updated"))
        self.state = found.get("state") if found.get("state") in STATES else None
        self.alarm = found.get("alarm") is True
        self.cause = _text(found.get("cause"))
        self.reason = _text(found.get("reason"))
        self.peer = _peer(found.get("peer"))
        self.alive = self.pid > 1 and serves(self.pid, line)
        self.shrouded = self.alive and found.get("shrouded") is True
        live = found if self.alive else {}
        self.mode = _text(live.get("mode"))
        self.framing = _text(live.get("framing"))
        self.suite = _text(live.get("suite"))
        self.since = _time(live.get("since"))
        self.last_rekey = _time(live.get("last_rekey"))
        self.next_rekey = _time(live.get("next_rekey"))
        self.rekeys = _number(live.get("rekeys"))
        self.notice = _text(live.get("notice"))
        self.session = _session(live.get("session"))
        self.counters = _counters(live.get("counters"))

    def age(self) -> "int | None":
        """Seconds since it was written, by a clock that may have been set since."""
        then = seconds(self.updated) if self.updated else None
        return None if then is None else host.now() - then

    def explains(self) -> bool:
        """Whether its reason can be that of what is the case now."""
        age = self.age()
        return self.alive or (age is not None and -OUTDATED <= age <= OUTDATED)

    def untrusted(self) -> "str | None":
        """The key that was shown and is not trusted; None if there is none."""
        peer = self.peer
        return peer["fingerprint"] if peer and peer["trust"] == "untrusted" else None

    def stale(self) -> bool:
        """Whether a pppd that lives has not reported for long."""
        age = self.age()
        return self.alive and (age is None or not -STALE <= age <= STALE)


def load(line: str) -> "Report | None":
    """What the plugin wrote last of the line; None if it has written nothing that can be read."""
    try:
        data = files.read(paths.status_file(line), LIMIT)
        found = json.loads(data.decode()) if data.rstrip().endswith(b"}") else None
    except (files.FileError, ValueError, RuntimeError):  # a UnicodeError is a ValueError
        return None
    return Report(line, found) if isinstance(found, dict) else None


def serves(pid: int, line: str) -> bool:
    """Whether a process of this number runs with the options of the line.

    Its arguments tell it from another process that has got the number of one that ended; no
    clock is needed for that.
    """
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as stream:
            words = stream.read(65536).split(b"\0")
    except OSError:
        return False
    return paths.options_file(line).encode() in words


def offences(line: str) -> "tuple[int, int]":
    """How often in a row the ISP cut the line when shrouding was offered, and until when it is
    not offered again, in seconds since 1970 (0: it is offered). A damaged record counts as none.
    """
    try:
        data = files.read(paths.REDIAL, LONGEST_RECORD)
    except files.FileError:
        return 0, 0
    start = line.encode() + b" "
    for row in data.split(b"\n"):
        if row.startswith(start):
            return _offences(row[len(start) :])
    return 0, 0


def _offences(value: bytes) -> "tuple[int, int]":
    if len(value) > 2 * DIGITS:
        return 0, 0
    try:
        count, until = [int(word) for word in value.decode().split(" ")]
    except ValueError:
        return 0, 0
    # As in src/plugin/files/redial.c: a clock that was set back must not make the pause longer.
    suppressed = 0 < until - host.now() <= LONGEST_PAUSE
    return max(count, 0), until if suppressed else 0


def seconds(text: str) -> "int | None":
    """Seconds since 1970 of a time as 2026-11-22T09:12:00Z; None if it is no such time."""
    if len(text) != 20 or text[4] + text[7] + text[10] + text[13] + text[16] + text[19] != "--T::Z":
        return None
    try:
        year, month, day, hour, minute, second = [
            int(text[at:end]) for at, end in ((0, 4), (5, 7), (8, 10), (11, 13), (14, 16), (17, 19))
        ]
    except ValueError:
        return None
    if not (year >= 1970 and 1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60):
        return None
    return ((_days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second


def _days(year: int, month: int, day: int) -> int:
    """Days since 1970; March counts as the first month, so that the leap day is the last."""
    if month < 3:
        year, month = year - 1, month + 12
    leaps = year // 4 - year // 100 + year // 400
    return 365 * year + leaps + (153 * (month - 3) + 2) // 5 + day - 1 - 719468


def _number(value: object) -> int:
    return value if type(value) is int and 0 <= value < LARGEST else 0


def _text(value: object) -> "str | None":
    return clean(value) if isinstance(value, str) else None


def _time(value: object) -> "str | None":
    return value if isinstance(value, str) and seconds(value) is not None else None


def _peer(value: object) -> "dict[str, str] | None":
    if not isinstance(value, dict) or value.get("trust") not in TRUSTS:
        return None
    fingerprint = _text(value.get("fingerprint"))
    return {"fingerprint": fingerprint, "trust": value["trust"]} if fingerprint else None


def _session(value: object) -> "dict[str, object] | None":
    if not isinstance(value, dict):
        return None
    found: dict[str, object] = {}
    for name, member in value.items():
        found[clean(name)] = clean(member) if isinstance(member, str) else _number(member)
    return found


def _counters(value: object) -> "dict[str, int] | None":
    if not isinstance(value, dict):
        return None
    return {clean(name): _number(count) for name, count in value.items()}
