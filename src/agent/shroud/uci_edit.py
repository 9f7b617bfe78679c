# SPDX-License-Identifier: GPL-2.0-or-later
"""Changes to the text of a UCI file that leave every byte alone which they need not touch.

Each returns the new text, and has read it again before: if anything else would change its meaning
with it, as in a file with several statements in one line, it is a UciError and nothing is done.
"""

import hashlib

from shroud import uci
from shroud.uci_scan import line_end


def statement(option: str, value: bytes, kind: str = "option") -> bytes:
    """An option or list statement as libuci writes it, without indentation and line end."""
    quoted = value.replace(b"'", b"'\\''")
    return kind.encode() + b" " + option.encode() + b" '" + quoted + b"'"


def get_line(data: bytes, section: uci.Section, option: str) -> bytes | None:
    """The exact bytes of the statement that decides an option's value; None if there is none."""
    if option not in section.places:
        return None
    place = section.places[option][-1]
    return data[place.start : place.end]


def put_line(
    data: bytes, name: str, section: uci.Section, option: str, line: bytes | None
) -> bytes:
    """Put a statement in the place of the one that get_line() gives.

    If there is none it becomes the section's last; a line of None takes the present one away. So
    putting back what get_line() gave restores the file.
    """
    if option in section.places:
        place = section.places[option][-1]
        if line is None:
            new = _without(data, place)
        else:
            new = data[: place.start] + line + data[place.end :]
    elif line is None:
        return data
    else:
        new = _insert(data, section.last.stop, [line])
    return _checked(data, new, name, section, option)


def set_option(data: bytes, name: str, section: uci.Section, option: str, value: bytes) -> bytes:
    """Give an option a value."""
    if section.options.get(option) == value:
        return data
    return put_line(data, name, section, option, statement(option, value))


def set_list(
    data: bytes, name: str, section: uci.Section, option: str, values: list[bytes]
) -> bytes:
    """Give a list its values; none removes it, whatever form it had."""
    if section.get_list(option) == values and isinstance(section.options.get(option, []), list):
        return data
    lines = [statement(option, value, "list") for value in values]
    new = _insert(data, section.last.stop, lines)
    for place in reversed(section.places.get(option, [])):
        new = _without(new, place)
    return _checked(data, new, name, section, option)


def remove(data: bytes, name: str, section: uci.Section, option: str) -> bytes:
    """Take an option away, every statement of it."""
    return set_list(data, name, section, option, [])


def add_section(data: bytes, type_: str, label: str) -> bytes:
    """Add an empty section with a name at the end."""
    gap = b"" if not data or line_end(data) else b"\n"
    return data + gap + f"\nconfig {type_} '{label}'\n".encode()


def _insert(data: bytes, at: int, lines: list[bytes]) -> bytes:
    """Put lines behind the one that ends at `at`. The file's last may have no line end."""
    end = line_end(data[:at])
    if end:
        text = b"".join([b"\t" + line + end for line in lines])
    else:
        text = b"".join([b"\n\t" + line for line in lines])
    return data[:at] + text + data[at:]


def _without(data: bytes, place: uci.Place) -> bytes:
    """Take a statement away, and its lines if nothing else is in them."""
    begin = data.rfind(b"\n", 0, place.start) + 1
    if (data[begin : place.start] + data[place.end : place.stop]).strip():
        return data[: place.start] + data[place.end :]
    if begin and place.stop == len(data) and not line_end(data):
        begin -= 1  # the file's end had no line end, and is to have none again
    return data[:begin] + data[place.stop :]


def _checked(old: bytes, new: bytes, name: str, section: uci.Section, option: str) -> bytes:
    """Return the new text, if it differs from the old in that one option of the section only."""
    try:
        same = _rest(old, name, section, option) == _rest(new, name, section, option)
    except uci.UciError:
        same = False
    if not same:
        what = f"{option} cannot be changed here: give each statement a line of its own"
        raise uci.UciError(name, section.line_of(option), what)
    return new


def _rest(data: bytes, name: str, section: uci.Section, option: str) -> bytes:
    """A hash of all that a file says, but for one option."""
    reader = _Sum(data, name, section, option)
    reader.read()
    return reader.sum.digest()


class _Sum(uci.Reader):
    """A hash takes less memory than the sections do."""

    def __init__(self, data: bytes, name: str, section: uci.Section, option: str) -> None:
        super().__init__(data, name, (section.type,))
        self.passed = (section.type, section.index, option.encode())
        self.sum = hashlib.sha256()

    def statement(self, kind: int, first: bytes, second: bytes, place: uci.Place) -> None:
        super().statement(kind, first, second, place)
        at = self.section
        is_option = kind in (uci.OPTION, uci.LIST)
        if not (is_option and at and (at.type, at.index, first) == self.passed):
            self.sum.update(repr((kind, first, second)).encode())
