# SPDX-License-Identifier: GPL-2.0-or-later
"""The journal: what a trial is changing, and what is to be put back if it does not end well.

It is on the flash from before the first change until after the last. Whoever finds one that no
keeper is working on puts its `old` back; no journal, no trial.
"""

import binascii
import os

from shroud import files, host, paths, record
from shroud.errors import AgentError
from shroud.settings import Settings

TRIAL_TIME = 60.0  # seconds that a line has to carry traffic
WHOLE_TIME = 90.0  # seconds until all must be as it was, if it did not
MEMBERS: dict[str, tuple[type, ...]] = {
    "id": (str,),
    "line": (str,),
    "old": (dict,),
    "new": (dict,),
    "boot_id": (str,),
    "started": (int,),
    "was_up": (bool,),
}


class Journal:
    """A change of one line's settings."""

    def __init__(self, old: Settings, new: Settings, was_up: bool) -> None:
        """A change that begins now; was_up: whether the line was up when it did."""
        self.id = binascii.hexlify(os.urandom(8)).decode()
        self.line: str = new.name
        self.old = old
        self.new = new
        self.was_up = was_up
        self.boot_id = host.boot_id()
        self.started = int(host.uptime())

    def of_this_boot(self) -> bool:
        """Whether the router has run ever since."""
        return self.boot_id == host.boot_id()

    def age(self) -> float:
        """Seconds since it began, by a clock that nobody sets; of this boot only."""
        return host.uptime() - self.started

    def write(self) -> None:
        """Have it on the flash."""
        value = {name: getattr(self, name) for name in MEMBERS}
        value["old"] = self.old.to_json()
        value["new"] = self.new.to_json()
        record.save(paths.JOURNAL, value)


def load() -> "Journal | None":
    """The journal, if there is one. DamagedError if it cannot be understood."""
    value = record.load(paths.JOURNAL, MEMBERS)
    if value is None:
        return None
    try:
        found = Journal(
            Settings.from_json(value["old"]), Settings.from_json(value["new"]), value["was_up"]
        )
    except AgentError as error:
        raise record.DamagedError(paths.JOURNAL, error.message)
    if not value["line"] == found.line == found.old.name:
        raise record.DamagedError(paths.JOURNAL, "it names several lines")
    found.id = value["id"]
    found.boot_id = value["boot_id"]
    found.started = value["started"]
    return found


def remove() -> None:
    """End it: from here on the change is kept, or has never been."""
    files.remove(paths.JOURNAL)
