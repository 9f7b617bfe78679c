# SPDX-License-Identifier: GPL-2.0-or-later
"""How often one story is told: at once, after 10 minutes, then at doubling pauses up to a day.

It counts from the first to the last time that something was seen. What has not been seen for as
long as the pause is over, and is told at once when it comes again. Pure, by uptime.
"""

FIRST = 600  # seconds
LONGEST = 86400  # seconds


def pass_on(
    entry: "dict[str, int] | None", uptime: int, count: int
) -> "tuple[dict[str, int], int]":
    """Something was seen `count` times; return its new entry, and the count to tell now or 0.

    entry: what was returned last, or None. Members: told (uptime), seen (uptime), pause
    (seconds), count (not told yet).
    """
    if entry is None or over(entry, uptime):
        return {"told": uptime, "seen": uptime, "pause": FIRST, "count": 0}, count
    entry = dict(entry)
    entry["seen"] = uptime
    entry["count"] += count
    if uptime < entry["told"] + entry["pause"]:
        return entry, 0
    told = entry["count"]
    entry.update({"told": uptime, "pause": min(entry["pause"] * 2, LONGEST), "count": 0})
    return entry, told


def over(entry: "dict[str, int]", uptime: int) -> bool:
    """Whether it has not been seen for as long as its pause; or is of another boot."""
    return uptime < entry["seen"] or uptime - entry["seen"] >= entry["pause"]
