# SPDX-License-Identifier: GPL-2.0-or-later
"""A change of one line's settings: whether it needs a trial, and how one begins."""

from shroud import (
    confirmed,
    files,
    install,
    journal,
    netifd,
    network,
    options,
    paths,
    record,
    reserve,
    settings,
)
from shroud.errors import AgentError
from shroud.settings import Settings


def begin(old: Settings, new: Settings) -> "journal.Journal | None":
    """Begin a trial, or store at once what a running line does not feel; under the lock.

    AgentError if it cannot be tried now; nothing is changed then.
    """
    if same_effect(old, new) and (new.name in install.attached()) == new.enabled:
        settings.store(new)
        confirmed.put(new)
        return None
    _check(new)
    status = netifd.status(new.name)
    trial = journal.Journal(old, new, bool(status and status["up"]))
    reserve.take()
    try:
        trial.write()
    except AgentError:
        reserve.give_up()
        raise
    return trial


def begin_next() -> "journal.Journal | None":
    """Begin a trial for the first line whose settings differ from what was confirmed last.

    A line that is not named in the file is switched off; one that is in error stays as it is, and
    so does one that somebody is changing by `uci` without having said `uci commit`.
    """
    lines, common, _ = settings.load()
    if not common.readable:
        return None
    last = known_good(lines)
    for interface in network.interfaces():
        name = interface.name
        wanted = lines.get(name, Settings(name))
        old = last.get(name, Settings(name))
        if common.usable(name) and (wanted != old or wanted.enabled != interface.is_attached()):
            trial = begin(old, wanted)
            if trial:
                return trial
    return None


def known_good(lines: "dict[str, Settings]") -> "dict[str, Settings]":
    """What was confirmed last; the present settings if that cannot be known."""
    try:
        return confirmed.load()
    except record.DamagedError:
        record.set_aside(paths.CONFIRMED)
        confirmed.save(lines)
        return lines


def same_effect(one: Settings, other: Settings) -> bool:
    """Whether a running line cannot tell them apart."""
    if not one.enabled or not other.enabled:
        return one.enabled == other.enabled
    return options.render(one) == options.render(other)


def _check(new: Settings) -> None:
    """AgentError if the change cannot be tried."""
    if new.enabled and install.plugin_missing():
        what = "the plugin shroud.so for this pppd is not there: is ppp-mod-shroud installed?"
        raise AgentError("system", what)
    if new.enabled and new.mode == "decoy" and install.decoys_missing():
        raise AgentError("system", install.WITHOUT_DECOYS)
    for name in ("network", "firewall", "shroud"):
        # netifd and the firewall take uncommitted changes for theirs whenever they are reloaded.
        if files.read(paths.UNCOMMITTED + name).strip():
            what = f"there are uncommitted changes: `uci changes {name}` shows them; "
            raise AgentError("busy", what + f"commit them, or drop them by `uci revert {name}`")
        if files.exists(paths.OVERRIDES + name):
            what = f"{paths.OVERRIDES + name} takes the place of {paths.CONFIG + name}, "
            what += "which the agent changes: remove it, or ask whoever manages this router"
            raise AgentError("config", what)
