# SPDX-License-Identifier: GPL-2.0-or-later
"""One option in somebody else's configuration file: taken over, and given back as it was.

hold() and release() can be repeated and interrupted anywhere: the original is on the flash before
the file is, and forgotten after it.
"""

from shroud import files, host, originals, uci, uci_edit
from shroud.errors import AgentError

PATIENCE = 5.0  # seconds to wait for another program that is writing the file

_HELP = ": is another program stuck that is writing it?"


class Option:
    """Where an option is: file, the section's type and its name (or its number), the option."""

    def __init__(self, path: str, type_: str, section: "str | int", option: str) -> None:
        """Nothing is read yet."""
        self.path = path
        self.type = type_
        self.section = section
        self.option = option

    def key(self) -> str:
        """Its name among the originals."""
        return f"{self.path} {self.type} {self.section} {self.option}"

    def find(self, data: bytes) -> "uci.Section | None":
        """The section in the file's text; UciError if that is not UCI."""
        for section in uci.parse(data, self.path, (self.type,)):
            if self.section in (section.name, section.index):
                return section
        return None

    def value(self) -> "bytes | None":
        """What the file says now; None if it says nothing."""
        section = self.find(files.read(self.path, uci.LIMIT))
        return section.get(self.option) if section else None

    def original(self) -> "bytes | None":
        """What the file would say without us."""
        data = files.read(self.path, uci.LIMIT)
        section = self.find(data)
        return self.original_in(data, section) if section else None

    def original_in(self, data: bytes, section: uci.Section) -> "bytes | None":
        """The same for a file that has been read, and the section found."""
        held = originals.recall(self.key())
        if held is None or uci_edit.get_line(data, section, self.option) != held.after:
            return section.get(self.option)
        others = [data[place.start : place.end] for place in section.places[self.option][:-1]]
        rows = [b"config " + self.type.encode()] + others + [held.before or b""]
        return uci.parse(b"\n".join(rows), self.path)[0].get(self.option)


def hold(place: Option, change) -> bool:  # type: ignore[no-untyped-def]
    """Give an option the value change(present value); return whether the file was changed.

    AgentError if there is no such section, or the file cannot be understood, locked or written.
    """
    lock = _locked(place.path)
    try:
        data = files.read(place.path, uci.LIMIT)
        section = place.find(data)
        if section is None:
            what = f"{place.path} has no {place.type} section {place.section!r}"
            raise AgentError("config", what)
        present = section.get(place.option)
        value = change(present)
        if value == present:
            return False
        line = uci_edit.statement(place.option, value)
        new = uci_edit.put_line(data, place.path, section, place.option, line)
        before = uci_edit.get_line(data, section, place.option)
        originals.remember(place.key(), before, line)
        files.replace(place.path, new, None)
        return True
    finally:
        lock.release()


def release(place: Option, change) -> bool:  # type: ignore[no-untyped-def]
    """Put an option's line back as it was before hold(); return whether the file was changed.

    If it is no longer what hold() made of it, it gets the value change(present value) instead;
    None takes it away.
    """
    if not files.exists(place.path):
        originals.forget(place.key())
        return False
    lock = _locked(place.path)
    try:
        data = files.read(place.path, uci.LIMIT)
        new = _released(place, data, change)
        if new != data:
            files.replace(place.path, new, None)
        originals.forget(place.key())
        return new != data
    finally:
        lock.release()


def _released(place: Option, data: bytes, change) -> bytes:  # type: ignore[no-untyped-def]
    section = place.find(data)
    if section is None or place.option not in section.places:
        return data
    held = originals.recall(place.key())
    line = uci_edit.get_line(data, section, place.option)
    if held and line == held.after:
        return uci_edit.put_line(data, place.path, section, place.option, held.before)
    present = section.get(place.option)
    value = change(present)
    if value == present:
        return data
    line = None if value is None else uci_edit.statement(place.option, value)
    return uci_edit.put_line(data, place.path, section, place.option, line)


def _locked(path: str) -> host.Lock:
    if not files.exists(path):
        raise AgentError("config", path + " is not there")
    lock = host.lock(path, PATIENCE)
    if lock is None:
        raise AgentError("busy", f"{path} is locked for more than {PATIENCE:.0f} seconds" + _HELP)
    return lock
