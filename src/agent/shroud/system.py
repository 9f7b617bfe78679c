# SPDX-License-Identifier: GPL-2.0-or-later
"""What the system's scripts call: boot, guard, and stop before the package is removed."""

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
    recovery,
    reserve,
    settings,
)
from shroud.errors import AgentError
from shroud.settings import Settings

PATIENCE = 20.0  # seconds to wait for the lock
GUARD_PATIENCE = 2.0  # the same for guard(), which a reload of the firewall waits for
OURS = (paths.JOURNAL, paths.RESERVE, paths.CONFIRMED, paths.ORIGINALS)


def boot() -> None:
    """Before the firewall and the network start: undo what was cut, and install the settings.

    What is wrong with one line is told and does not stop the others.
    """
    for folder in (paths.RUN, paths.LINES_STATUS):
        files.make_folder(folder)
    lock = recovery.turn(PATIENCE)
    try:
        trial = recovery.journal_of_trial(running=False)
        if trial and trial.of_this_boot():
            return  # nobody has booted: its keeper does what is to be done
        for folder in (paths.CONFIG.rstrip("/"), paths.STATE, paths.LINES):
            files.sweep(folder)
        _undo_cut(trial)
        _install_all()
    finally:
        lock.release()


def guard() -> bool:
    """Have hardware offload off while a line is switched on; return whether it was not.

    Whoever holds the lock is changing something, and sees to offload himself.
    """
    lock = host.lock(paths.LOCK, GUARD_PATIENCE)
    if lock is None:
        return False
    try:
        if install.attached() or files.exists(paths.JOURNAL):
            found = offload.enforce()
        else:
            offload.relax()
            found = False
    finally:
        lock.release()
    if found:
        events.add("hardware-offload", "", "warning")
    return found


def free() -> None:
    """Dial lines in plain that may be plain and that pppd refuses, for the plugin is missing.

    So it is when pppd alone was upgraded, and without internet nobody can put that right.
    """
    lock = host.lock(paths.LOCK)
    if lock is None:
        return  # whoever is changing something sees to the line
    try:
        if files.exists(paths.JOURNAL):
            return
        lines, _, _ = settings.load()
        for name in install.attached():
            told = netifd.status(name) if name in lines else None
            if told and netifd.refused(told) and install.must_be_plain(lines[name]):
                events.add("datapath", name, "warning", text="the plugin is missing")
                recovery.dial(name, install.detach(name))
    finally:
        lock.release()


def stop() -> None:
    """Switch every line off and leave nothing behind but the settings and the keys met."""
    _end_trial()
    lock = recovery.turn(PATIENCE)
    try:
        for line in install.known():
            changed = install.detach(line)
            if changed:
                recovery.dial(line, changed)
                recovery.await_teardown(line)
            install.clean(line)
        offload.relax()
        for path in OURS:
            files.remove(path)
    finally:
        lock.release()


def _end_trial() -> None:
    """Have the trial that is under way undone, by its keeper if it has one."""
    trial = recovery.journal_of_trial()
    if trial is None:
        return
    notes.decide(trial, notes.ROLLED_BACK)
    keeper = host.lock(paths.KEEPER_LOCK, PATIENCE)
    if keeper is None:
        raise AgentError("busy", f"a change of {trial.line} is being tried")
    try:
        left = journal.load()
        if left:
            recovery.go_back(left, "shrouding is being removed from this router")
    finally:
        keeper.release()


def _undo_cut(trial: "journal.Journal | None") -> None:
    """Put back what the trial changed that the router's last end cut short."""
    reserve.give_up()
    if trial is None:
        return
    reason = "the router was switched off while the change was being tried"
    recovery.put_back(trial.old)
    recovery.close(trial, notes.ROLLED_BACK, reason)
    events.add("recovered", trial.line, "warning", text=reason)


def _install_all() -> None:
    """Bring all files into line with the settings, which are the confirmed ones from here on."""
    lines, common, problems = settings.load()
    for problem in problems:
        events.add("config", "", "warning", text=problem)
    names = [interface.name for interface in network.interfaces()]
    for name in install.known():
        if not common.usable(name):
            continue
        wanted = lines.get(name, Settings(name)) if name in names else Settings(name)
        try:
            install.at_boot(wanted)
        except AgentError as error:
            events.add("config", name, "warning", text=error.message)
    if not install.attached():
        offload.release()
    if common.readable and not common.broken:
        confirmed.save(lines)
