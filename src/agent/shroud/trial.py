# SPDX-License-Identifier: GPL-2.0-or-later
"""Trials of new settings, as the command line and the ubus object use them.

A trial is started here, carried out by the keeper, and put back by recovery if it does not end
well. Whoever changes anything holds the lock while it does.
"""

import time

from shroud import files, host, journal, notes, paths, record
from shroud.errors import AgentError
from shroud.settings import Settings

PATIENCE = 5.0  # seconds to wait for the lock
ANSWER_TIME = 8.0  # seconds that confirm() and rollback() wait for the keeper
TICK = 0.1  # seconds
DONE = {
    notes.KEPT: "the change is kept",
    notes.CONFIRMED: "the change is kept",
    notes.ROLLED_BACK: "what was before is back",
}


def start(line: str, changes: "dict[str, object]") -> None:
    """Try a line with these members of its settings changed; nothing happens if none differs.

    AgentError: argument, unknown-line, locked, busy, config, storage, system; nothing is changed
    then.
    """
    from shroud import change, network, recovery, reserve, settings, uci

    lock = _turn()
    try:
        recovery.settle()
        network.section(files.read(paths.NETWORK, uci.LIMIT), line)
        lines, common, problems = settings.load()
        if not common.usable(line):
            raise AgentError("config", "; ".join(problems))
        present = lines.get(line, Settings(line))
        if present.locked:
            raise AgentError("locked", f"the settings of {line} are locked")
        old = change.known_good(lines).get(line, present)
        trial = change.begin(old, present.changed(**changes))
        if trial is None:
            return
        try:
            recovery.start_keeper()
        except AgentError:
            journal.remove()
            reserve.give_up()
            raise
    finally:
        lock.release()


def keep() -> None:
    """Carry out the trial that is under way: what procd runs."""
    from shroud import keeper

    keeper.keep()


def reload() -> None:
    """Try what somebody has changed in the configuration file, line by line."""
    from shroud import change, recovery

    lock = _turn()
    try:
        recovery.settle()
        if change.begin_next():
            recovery.start_keeper()
    finally:
        lock.release()


def confirm(line: str) -> str:
    """Keep the change under trial without waiting for traffic; return what came of it."""
    return _decide(line, notes.CONFIRMED)


def rollback(line: str) -> str:
    """End the trial and put back what was before; return what came of it."""
    return _decide(line, notes.ROLLED_BACK)


def progress() -> "dict[str, object] | None":
    """How far the trial is that is under way: line, step, seconds_left, new."""
    try:
        trial = journal.load()
    except record.DamagedError:
        return None
    return notes.show(trial) if trial else None


def last() -> "dict[str, str] | None":
    """How the last trial since the boot ended: line, outcome, text, time."""
    return notes.last()


def _decide(line: str, outcome: str) -> str:
    from shroud import recovery

    trial = journal.load()
    if trial is None or trial.line != line:
        raise AgentError("nothing-to-do", f"no change of {line} is being tried")
    notes.decide(trial, outcome)
    keeper = host.lock(paths.KEEPER_LOCK)
    if keeper:
        keeper.release()
        recovery.start_keeper()
    end = host.uptime() + ANSWER_TIME
    while host.uptime() < end:
        if not _under_way(trial):
            ended = notes.last()
            return DONE[ended["outcome"]] if ended else "the trial has ended"
        time.sleep(TICK)
    return "it will be done in some seconds"


def _under_way(trial: journal.Journal) -> bool:
    present = journal.load()
    return present is not None and present.id == trial.id


def _turn() -> host.Lock:
    lock = host.lock(paths.LOCK, PATIENCE)
    if lock is None:
        raise AgentError("busy", "another change is under way: try again in some seconds")
    return lock
