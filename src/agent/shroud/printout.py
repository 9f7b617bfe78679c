# SPDX-License-Identifier: GPL-2.0-or-later
"""Answers of the methods, for people at a terminal."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MARKS = {"ok": "ok", "warning": "LOOK", "fail": "FAIL", "skipped": "-"}


def render(command: str, answer: "dict[str, Any]") -> str:
    """The text of an answer."""
    rows: list[str] = _RENDER[command](answer)
    return "".join([row + "\n" for row in rows])


def _status(answer: "dict[str, Any]") -> "list[str]":
    rows = []
    for line in answer["lines"]:
        rows.append(f"{line['name']}: {line['sentence']}")
        rows += _details(line)
    if not answer["lines"]:
        rows.append("There is no PPPoE interface.")
    rows.append(answer["offload"]["sentence"])
    if answer["trial"]:
        rows.append(_trial(answer["trial"]))
    last = answer["last_trial"]
    if last:
        rows.append(f"The last change, of {last['line']}, was {last['outcome']}: {last['text']}.")
    return rows + ["Problem: " + problem for problem in answer["problems"]]


def _details(line: "dict[str, Any]") -> "list[str]":
    told = (
        ("reason", line["reason"]),
        ("ISP's key", line["peer"] and f"{line['peer']['fingerprint']} ({line['peer']['trust']})"),
        ("ISP says", line["notice"]),
        ("shrouded since", line["since"]),
        ("mode", line["plugin_mode"]),
        ("framing", line["plugin_framing"] if line["plugin_framing"] != "native" else None),
        ("policy", line["policy"] if line["enabled"] else None),
        ("locked by", line["locked_by"]),
        ("not offered before", line["suppressed_until"]),
    )
    return [f"  {name}: {value}" for name, value in told if value]


def _trial(trial: "dict[str, Any]") -> str:
    return f"A change of {trial['line']} is being tried; {trial['seconds_left']} seconds are left."


def _lines(answer: "dict[str, Any]") -> "list[str]":
    rows = [_configured(line) for line in answer["lines"]]
    return rows + ["Problem: " + problem for problem in answer["problems"]]


def _configured(line: "dict[str, Any]") -> str:
    words = [
        "on" if line["enabled"] else "off",
        "policy " + line["policy"],
        "mode " + line["mode"],
        f"{len(line['peer_keys'])} pinned keys",
    ]
    if line["framing"] != "native":
        words.append("framing " + line["framing"])
    if line["locked"]:
        words.append("locked")
    return f"{line['name']} ({line['device'] or 'no device'}): {', '.join(words)}"


def _apply(answer: "dict[str, Any]") -> "list[str]":
    if not answer["trial"]:
        return ["Nothing had to be restarted."]
    return [_trial(answer["trial"]), "`shroud status` tells how it ends."]


def _result(answer: "dict[str, Any]") -> "list[str]":
    return [f"{answer['line']}: {answer['result']}"]


def _trust(answer: "dict[str, Any]") -> "list[str]":
    rows = [f"{answer['line']}: the key {answer['fingerprint']} is trusted from now on."]
    return rows + ["The line is dialled again."] if answer["reconnecting"] else rows


def _history(answer: "dict[str, Any]") -> "list[str]":
    rows = []
    for event in answer["events"]:
        where = f" {event['line']}" if event["line"] else ""
        times = f", {event['count']} times" if event["count"] > 1 else ""
        rows.append(f"{event['time']}{where} [{event['severity']}] {event['title']}{times}")
        if event["detail"]:
            rows.append(f"  {event['detail']}")
        if event["severity"] != "info":
            rows += [f"  {event['meaning']}", f"  What to do: {event['advice']}"]
    return rows or ["Nothing has happened since the boot."]


def _diagnose(answer: "dict[str, Any]") -> "list[str]":
    rows = []
    for step in answer["steps"]:
        rows.append(f"{MARKS[step['result']]:<5} {step['name']}: {step['text']}")
        if step["advice"]:
            rows.append(f"      -> {step['advice']}")
    return rows + [answer["verdict"]]


_RENDER = {
    "status": _status,
    "lines": _lines,
    "apply": _apply,
    "confirm": _result,
    "rollback": _result,
    "trust": _trust,
    "history": _history,
    "diagnose": _diagnose,
}
