# SPDX-License-Identifier: GPL-2.0-or-later
"""How far the trial is, what somebody decided about it, and how the last one ended.

All this is in memory: a router that restarts puts everything back, whatever the step was.
"""

import json

from shroud import files, host, journal, paths, record

INSTALL, WAIT, UNDO = "install", "wait", "undo"
KEPT, CONFIRMED, ROLLED_BACK = "kept", "confirmed", "rolled-back"


def write(trial: journal.Journal, step: str, reason: str = "") -> None:
    """Note the step that begins, and for UNDO the reason."""
    _write(paths.TRIAL, {"trial": trial.id, "step": step, "reason": reason})


def read(trial: journal.Journal) -> "tuple[str, str]":
    """The step that this trial is at, and the reason; INSTALL if none was noted."""
    noted = _read(paths.TRIAL, ("trial", "step", "reason"))
    if noted is None or noted["trial"] != trial.id:
        return INSTALL, ""
    return noted["step"], noted["reason"]


def show(trial: journal.Journal) -> "dict[str, object]":
    """What the status tells of a trial that is under way."""
    step, _ = read(trial)
    limit = journal.WHOLE_TIME if step == UNDO else journal.TRIAL_TIME
    left = limit - trial.age() if trial.of_this_boot() else 0
    return {
        "line": trial.line,
        "step": step,
        "seconds_left": max(0, int(left)),
        "new": trial.new.to_json(),
    }


def decide(trial: journal.Journal, outcome: str) -> None:
    """Leave word for the keeper how this trial is to end: CONFIRMED or ROLLED_BACK."""
    _write(paths.DECISION, {"trial": trial.id, "outcome": outcome})


def decision(trial: journal.Journal) -> "str | None":
    """What was decided about this trial, None if nothing."""
    noted = _read(paths.DECISION, ("trial", "outcome"))
    if noted is None or noted["trial"] != trial.id:
        return None
    return noted["outcome"]


def finish(line: str, outcome: str, text: str) -> None:
    """Note how a trial ends. Memory that is full is no reason not to end it."""
    time = host.timestamp(host.now())
    try:
        _write(paths.LAST_TRIAL, {"line": line, "outcome": outcome, "text": text, "time": time})
    except files.FileError:
        return


def clear() -> None:
    """Forget the step and the decision: there is no trial any more."""
    files.remove(paths.TRIAL)
    files.remove(paths.DECISION)


def last() -> "dict[str, str] | None":
    """How the last trial since the boot ended: line, outcome, text, time."""
    noted = _read(paths.LAST_TRIAL, ("line", "outcome", "text", "time"))
    if noted is not None:
        noted.pop("schema")
    return noted


def _write(path: str, value: "dict[str, str]") -> None:
    files.replace(path, json.dumps(dict(value, schema=record.SCHEMA)).encode())


def _read(path: str, members: "tuple[str, ...]") -> "dict[str, str] | None":
    """The noted texts; what is damaged counts as not noted."""
    try:
        return record.load(path, dict.fromkeys(members, (str,)))
    except record.DamagedError:
        return None
