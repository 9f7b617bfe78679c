# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether somebody on the path meddles with a line: a judgement of two looks at it.

Pure: it reads no file and no clock. A look is a dict, as watch.py takes it of each line:
  enabled, alive (its pppd runs), shrouded, plain (up in plain), alarm: booleans
  required: whether the line must not be plain
  shrouds: whether this ISP has shrouded this line before, or must by its pinned keys
  pid, session: of the pppd that reported, 0 and "" if there is none
  reason: sentences.word() of the plugin's cause, or None; detail: its reason, in its words
  untrusted: the key that was shown and is not trusted, or None
  offences: how often in a row the line was cut when shrouding was offered
  counters: the plugin's, or None; taken: the uptime when they were read, in whole seconds
  offload: "" if hardware offload is off, as it must be; "ended" or "stuck" if it was not
Findings are dicts: kind (of stories.py), severity, text (exact words, or None), count.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

INTERVAL = 20  # seconds at least between two looks whose counters are compared

# When covered frames arrive broken. What a link damages does not get here: Ethernet, PTM and PON
# drop a frame whose CRC is wrong, and one in 2^32 damaged ones passes. Damage in equipment between
# two CRCs is more common: Stone and Partridge (SIGCOMM 2000) met a wrong TCP checksum in 1 of 1100
# packets on their worst network, 1 of 16000 to 32000 on most. One in a hundred is ten times their
# worst; tampering with less than that does no more harm than a line that loses 1 % of packets.
# 20 at least, so that a handful of left-overs on an idle line, as after a redial with the same
# session number or a change of keys, is no story.
BROKEN_LEAST = 20  # frames
BROKEN_SHARE = 100  # one in so many of the covered frames received
# Plain frames on a shrouded session: none is right, but some may be under way when keys come in.
INJECTED_LEAST = 5  # frames

OFFENCES = 2  # cuts in a row that are a pattern
COVERED = ("rx_block", "rx_whole", "rx_decoy", "rx_second")
BROKEN = ("rx_unknown", "rx_length", "rx_false")
REFUSALS = ("refused", "version", "aborted")
SEVERITIES = {"downgrade": "alarm", "silenced": "alarm", "altered": "alarm"}
QUIET = ("refused", "version", "aborted", "no-answer", "cut")


def judge(before: "dict[str, Any] | None", now: "dict[str, Any]") -> "list[dict[str, Any]]":
    """What there is to tell of a line; before: the look before, None if there was none."""
    found = _offload(now)
    if now["enabled"]:
        found += _answer(now) + _keys(now) + _cuts(before, now) + _change(before, now)
        found += _counted(before, now)
    return found


def base(before: "dict[str, Any] | None", now: "dict[str, Any]") -> "dict[str, Any]":
    """What the next look is to be compared with.

    Looks that follow each other closely, as when a line is dialled again, keep the older
    counters. That the ISP has shrouded is not forgotten while the router runs.
    """
    kept = dict(now)
    if before is not None:
        kept["shrouds"] = bool(now["shrouds"] or before["shrouds"])
        if _same(before, now) and 0 <= _interval(before, now) < INTERVAL:
            kept["counters"] = before["counters"]
            kept["taken"] = before["taken"]
    return kept


def _finding(kind: str, severity: str, text: object = None, count: int = 1) -> "dict[str, Any]":
    return {"kind": kind, "severity": severity, "text": text, "count": count}


def _offload(now: "dict[str, Any]") -> "list[dict[str, Any]]":
    """That packets left in clear; `stuck`: and still do."""
    if now["offload"] == "stuck":
        return [_finding("hardware-offload-stuck", "alarm")]
    return [_finding("hardware-offload", "alarm")] if now["offload"] else []


def _answer(now: "dict[str, Any]") -> "list[dict[str, Any]]":
    """What came of the offer to shroud, or why none was made."""
    kind = _outcome(now)
    return [_finding(kind, SEVERITIES.get(kind, "warning"), now["detail"])] if kind else []


def _outcome(now: "dict[str, Any]") -> "str | None":
    """The kind of story that the plugin's reason comes to."""
    reason: str | None = now["reason"]
    if reason in ("datapath", "keys") and not now["shrouded"]:
        return "datapath" if reason == "datapath" else "keys-lost"
    if reason == "altered":
        return reason
    if now["shrouded"]:
        return "rekey-failed" if reason and not now["untrusted"] else None
    if (now["alarm"] or now["shrouds"]) and reason in REFUSALS:
        return "downgrade"
    if (now["alarm"] or now["shrouds"]) and reason == "no-answer":
        return "silenced"
    return "held-down" if now["required"] and reason in QUIET else None


def _keys(now: "dict[str, Any]") -> "list[dict[str, Any]]":
    if now["untrusted"]:
        return [_finding("key-changed", "alarm", now["untrusted"])]
    return []


def _cuts(before: "dict[str, Any] | None", now: "dict[str, Any]") -> "list[dict[str, Any]]":
    """Cuts in a row, told when there is one more; the record outlives reboots, we do not."""
    cuts, known = now["offences"], before["offences"] if before else 0
    if cuts < OFFENCES or cuts <= known:
        return []
    severity = "alarm" if now["shrouds"] else "warning"
    return [_finding("cut-after-offer", severity, f"{cuts} times in a row")]


def _change(before: "dict[str, Any] | None", now: "dict[str, Any]") -> "list[dict[str, Any]]":
    """That a line has become shrouded, or plain for a reason that nobody is to be alarmed by."""
    if now["shrouded"]:
        return [] if before and before["shrouded"] else [_finding("shrouded", "info")]
    told = before is not None and before["plain"]
    quiet = now["reason"] in QUIET and not (now["alarm"] or now["shrouds"])
    return [_finding("plain", "info", now["detail"])] if now["plain"] and quiet and not told else []


def _counted(before: "dict[str, Any] | None", now: "dict[str, Any]") -> "list[dict[str, Any]]":
    """Frames that should not be there, counted since the look before."""
    if before is None or not _same(before, now) or _interval(before, now) < INTERVAL:
        return []
    grown = _grown(before["counters"], now["counters"])
    broken = sum([grown.get(name, 0) for name in BROKEN])
    covered = sum([grown.get(name, 0) for name in COVERED])
    plain = grown.get("rx_refused", 0)
    found = []
    if broken >= BROKEN_LEAST and broken * BROKEN_SHARE >= broken + covered:
        text = f"{broken} of {broken + covered} frames"
        found.append(_finding("broken-frames", "warning", text, broken))
    if plain >= INJECTED_LEAST:
        found.append(_finding("plain-injected", "warning", f"{plain} frames", plain))
    return found


def _same(before: "dict[str, Any]", now: "dict[str, Any]") -> bool:
    """Whether the counters go on from those of the look before: same pppd, same session."""
    if not now["alive"] or before["pid"] != now["pid"] or before["session"] != now["session"]:
        return False
    old, new = before["counters"], now["counters"]
    if not isinstance(old, dict) or not isinstance(new, dict):
        return False
    return all(new.get(name, 0) >= count for name, count in old.items())


def _interval(before: "dict[str, Any]", now: "dict[str, Any]") -> int:
    seconds: int = now["taken"] - before["taken"]
    return seconds


def _grown(old: "dict[str, int]", new: "dict[str, int]") -> "dict[str, int]":
    return {name: count - old.get(name, 0) for name, count in new.items()}
