# SPDX-License-Identifier: GPL-2.0-or-later
"""The keeper of a trial: makes the change, waits for traffic, keeps the change or undoes it.

procd starts it, and again if it is killed: it goes on where the notes in memory say that it was.
"""

import time

from shroud import (
    change,
    confirmed,
    events,
    fault,
    host,
    install,
    journal,
    netifd,
    notes,
    offload,
    paths,
    plugin,
    probe,
    recovery,
    reserve,
    settings,
)
from shroud.errors import AgentError

PATIENCE = 30.0  # seconds to wait for others that change something
TICK = 0.5  # seconds between two looks at the line
SERVICE, INSTANCE = "shroud", "trial"


def keep() -> None:
    """Work until there is no trial left. Of several keepers the first does all."""
    held = host.lock(paths.KEEPER_LOCK, 1.0)
    if held is None:
        return
    try:
        while True:
            trial = _next()
            if trial is None:
                return
            _work(trial)
    finally:
        held.release()


def _next() -> "journal.Journal | None":
    """The trial under way, or a new one if a line's settings have changed meanwhile.

    None: procd is told, still under the lock, that no keeper is needed; it then ends this process.
    Whoever starts a trial holds the lock too, so that its keeper is not the one that ends.
    """
    lock = recovery.turn(PATIENCE)
    try:
        trial = recovery.journal_of_trial() or _begin_next()
        if trial is None:
            reserve.give_up()  # of a start that was killed before there was a journal
            netifd.forget_instance(SERVICE, INSTANCE)
        return trial
    finally:
        lock.release()


def _begin_next() -> "journal.Journal | None":
    try:
        return change.begin_next()
    except AgentError as error:
        events.add("config", "", "warning", text=error.message)
        return None


def _work(trial: journal.Journal) -> None:
    if not trial.of_this_boot():
        _undo(trial, "the router restarted while the change was being tried", "recovered")
        return
    step, reason = notes.read(trial)
    if step == notes.INSTALL and trial.age() >= journal.TRIAL_TIME:
        step, reason = notes.UNDO, "there was no time left to try it"
    try:
        if step == notes.INSTALL:
            _switch(trial)
        if step != notes.UNDO:
            outcome, reason = _wait(trial)
            if outcome != notes.ROLLED_BACK:
                _keep(trial, outcome, reason)
                return
    except AgentError as error:
        reason = error.message
    except Exception as error:  # whatever is at fault, the line must not stay as it is
        reason = fault.report(error)
    _undo(trial, reason)


def _undo(trial: journal.Journal, reason: str, kind: str = "rolled-back") -> None:
    """Put back what was before, unless the trial has ended: its last words may fail too."""
    lock = recovery.turn(PATIENCE)
    try:
        left = journal.load()
        if left and left.id == trial.id:
            recovery.go_back(trial, reason, kind)
    finally:
        lock.release()


def _switch(trial: journal.Journal) -> None:
    """Make the change, and have the line dialled with it."""
    lock = recovery.turn(PATIENCE)
    try:
        notes.write(trial, notes.INSTALL)
        if trial.new.enabled:
            offload.enforce()  # before anything is shrouded
            changed = install.attach(trial.new)
        else:
            changed = install.detach(trial.line)
        settings.store(trial.new)
        remark = recovery.dial(trial.line, changed)
        if remark:
            raise AgentError("system", "the line could not be restarted" + remark)
        notes.write(trial, notes.WAIT)
    finally:
        lock.release()


def _wait(trial: journal.Journal) -> "tuple[str, str]":
    """Wait until the line carries traffic, somebody decides, or time is over."""
    look = _Look(trial.line)
    while True:
        decided = notes.decision(trial)
        if decided == notes.CONFIRMED:
            return decided, "somebody confirmed the change"
        if decided:
            return notes.ROLLED_BACK, "somebody asked for what was before"
        if look.carries():
            return notes.KEPT, "the line carries traffic"
        if look.refused:
            return notes.ROLLED_BACK, "pppd refused its options"
        if trial.age() >= journal.TRIAL_TIME:
            return _out_of_time(trial, look)
        time.sleep(TICK)


def _out_of_time(trial: journal.Journal, look: "_Look") -> "tuple[str, str]":
    if not trial.new.enabled and not trial.was_up:
        # There is nothing to go back to: the line was down, and shrouding is what is to go.
        return notes.KEPT, "the line is switched off; it was down before, and still is"
    return notes.ROLLED_BACK, f"within {journal.TRIAL_TIME:.0f} seconds " + look.fault()


class _Look:
    """What can be seen of a line, again and again."""

    def __init__(self, line: str) -> None:
        self.line = line
        self.refused = False
        self._probe: probe.Probe | None = None
        self._fault = "the line did not come up"
        self._reason = ""

    def carries(self) -> bool:
        """Whether it is up, and something came in since."""
        self._listen()
        try:
            status = netifd.status(self.line)
        except AgentError as error:
            self._fault = error.message
            return False
        if status is None:
            self._fault = f"netifd has no interface {self.line}"
        elif status["up"] and status["l3_device"]:
            self._fault = "the line came up, but nothing came in"
            if self._probe is None or self._probe.device != status["l3_device"]:
                self._probe = probe.Probe(status["l3_device"])
            return self._probe.carries(status)
        else:
            self._probe = None
            self._fault = "the line did not come up"
            self.refused = netifd.refused(status)
        return False

    def _listen(self) -> None:
        """Keep the plugin's reason: between two dials there is none to be heard."""
        report = plugin.load(self.line)
        if report and report.reason and report.explains():
            self._reason = f" ({report.reason})"

    def fault(self) -> str:
        """What is wrong with it, in words."""
        return self._fault + self._reason


def _keep(trial: journal.Journal, outcome: str, text: str) -> None:
    """Make the change for good."""
    lock = recovery.turn(PATIENCE)
    try:
        reserve.give_up()
        if not trial.new.enabled:
            install.clean(trial.line)
            recovery.relax()
        confirmed.put(trial.new)
        recovery.close(trial, outcome, text)
    finally:
        lock.release()
    events.add(outcome, trial.line, "info", text=text)
