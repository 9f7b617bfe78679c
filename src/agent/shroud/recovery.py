# SPDX-License-Identifier: GPL-2.0-or-later
"""The way back: what a trial changed is undone, by its keeper, by whoever comes next, or at boot.

The files come first, then the running line, and the journal goes last: cut anywhere, all of it is
done again.
"""

import time

from shroud import (
    confirmed,
    events,
    files,
    host,
    install,
    journal,
    netifd,
    network,
    notes,
    offload,
    paths,
    program,
    record,
    reserve,
    settings,
)
from shroud.errors import AgentError
from shroud.settings import Settings

START_TIME = 15.0  # seconds after which a trial must have a keeper
TEARDOWN_TIME = 10.0  # seconds that netifd is given to end a pppd
TICK = 0.2  # seconds
INIT_SCRIPT = "/etc/init.d/shroud"


def turn(patience: float) -> host.Lock:
    """The lock of whoever changes something; AgentError "busy" after so many seconds."""
    lock = host.lock(paths.LOCK, patience)
    if lock is None:
        raise AgentError("busy", f"another change has been under way for {patience:.0f} seconds")
    return lock


def journal_of_trial(running: bool = True) -> "journal.Journal | None":
    """The journal; a damaged one is set aside, and what was confirmed last put back.

    running: whether lines are being dialled, as they are not at boot.
    """
    try:
        return journal.load()
    except record.DamagedError as error:
        record.set_aside(paths.JOURNAL)
        damaged(error)
        _restore_confirmed(running)
        return None


def damaged(error: AgentError) -> None:
    """Tell of a file that was damaged, and is now set aside or passed over."""
    events.add("record-damaged", "", "warning", text=error.message)


def settle() -> None:
    """Have no trial under way, under the lock: AgentError "busy" if one is.

    One that lost its keeper is undone.
    """
    trial = journal_of_trial()
    if trial is None:
        return
    keeper = host.lock(paths.KEEPER_LOCK)
    if keeper is None:
        raise AgentError("busy", f"a change of {trial.line} is being tried: wait until it ends")
    try:
        if trial.of_this_boot() and trial.age() < START_TIME:
            raise AgentError("busy", f"a change of {trial.line} is just being started")
        go_back(trial, "the program that tried the change was ended", "recovered")
    finally:
        keeper.release()


def go_back(trial: journal.Journal, reason: str, kind: str = "rolled-back") -> None:
    """Undo a trial: files, then the line, then the journal. AgentError if a file cannot be."""
    try:
        notes.write(trial, notes.UNDO, reason)
    except files.FileError:
        reason += "; memory is full"
    reserve.give_up()
    changed = put_back(trial.old)
    remark = dial(trial.line, changed)
    if not trial.old.enabled:
        await_teardown(trial.line)
        install.clean(trial.line)
        relax()
    close(trial, notes.ROLLED_BACK, reason + remark)
    events.add(kind, trial.line, "warning", text=reason + remark)


def put_back(old: Settings) -> bool:
    """Restore a line's files as far as the line depends on them; whether the network's changed."""
    present = [interface.name for interface in network.interfaces()]
    if old.enabled and old.name in present and not install.must_be_plain(old):
        try:
            offload.hold()
        except AgentError as error:
            damaged(error)  # it was held when the line was switched on
        changed = install.attach(old)
    else:
        changed = install.detach(old.name)
    try:
        settings.store(old)
    except AgentError as error:
        if error.code != "config":
            raise
        # Somebody broke that file meanwhile. The line does not depend on it.
        damaged(error)
    confirmed.put(old)
    return changed


def close(trial: journal.Journal, outcome: str, text: str) -> None:
    """End a trial whose files are as they are to stay."""
    notes.finish(trial.line, outcome, text)
    journal.remove()
    reserve.give_up()
    notes.clear()


def dial(line: str, network_changed: bool) -> str:
    """Have a line dialled with what the files say now; return a remark if netifd does not."""
    try:
        netifd.reload()
        if network_changed:
            netifd.up(line)  # the reload restarts it, unless it was blocked
        else:
            netifd.restart(line)
    except AgentError as error:
        return "; " + error.message
    return ""


def relax() -> None:
    """Give hardware offload back when no line is switched on any more."""
    if install.attached():
        return
    try:
        offload.relax()
    except AgentError as error:
        damaged(error)


def start_keeper() -> None:
    """Have procd start the keeper, and start it again until it has done its work."""
    code, _, err = program.run([paths.real(INIT_SCRIPT), "start"], timeout=20)
    if code:
        what = f"{INIT_SCRIPT} start ended with {code}: {err[:200]!r}"
        raise AgentError("system", what)


def await_teardown(line: str) -> None:
    """Wait until the pppd that was shrouded has ended, so that hardware may forward again."""
    end = host.uptime() + TEARDOWN_TIME
    while host.uptime() < end:
        try:
            status = netifd.status(line)
        except AgentError:
            return
        if status is None or status["up"] or status["pending"] or not status["autostart"]:
            return
        time.sleep(TICK)


def _restore_confirmed(running: bool) -> None:
    """Put back the last confirmed settings of every line: the journal that named one is lost."""
    try:
        lines = confirmed.load()
    except record.DamagedError as error:
        record.set_aside(paths.CONFIRMED)
        damaged(error)
        return
    present = [interface.name for interface in network.interfaces()]
    for name, old in lines.items():
        if name in present:
            changed = put_back(old)
            if running:
                dial(name, changed)
