# SPDX-License-Identifier: GPL-2.0-or-later
"""libuci's files, read and changed as libuci does.

Runs under MicroPython for uci.py, and under Python as the daemons' parser. Text is latin-1
throughout, so that every byte survives. What libuci reads and writes: /etc/config/PACKAGE, and
/tmp/.uci/PACKAGE with changes that are not committed yet, one a line (`shroud.wan.enabled='1'`,
`+` a new section, `-` a deletion, `|` and `~` a list's value to add or delete).
"""

import os
from collections import OrderedDict

CONFIG = "/etc/config/"
DELTAS = "/tmp/.uci/"  # noqa: S108 - as libuci has it


class UciError(Exception):
    """What is wrong with a file or a command, in words."""


class Section:
    """One section; an option's value is a str, a list's a list of str."""

    def __init__(self, kind: str, name: str, *, anonymous: bool) -> None:
        self.type, self.name, self.anonymous = kind, name, anonymous
        self.options: dict[str, str | list[str]] = OrderedDict()

    def get(self, option: str, default: str = "") -> str:
        value = self.options.get(option, default)
        return " ".join(value) if isinstance(value, list) else value


class Words:
    """Takes text apart as libuci does: quotes may span lines, # ends a line, ; ends a command."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def command(self) -> list[str]:
        """The next command's words; none at the end."""
        words: list[str] = []
        while self.at < len(self.text):
            char = self.text[self.at]
            if char in "\n;":
                self.at += 1
                if words:
                    return words
            elif char in " \t\r":
                self.at += 1
            elif char == "#":
                self.at = self._find("\n")
            else:
                words.append(self._word())
        return words

    def _word(self) -> str:
        word = ""
        while self.at < len(self.text) and self.text[self.at] not in " \t\r\n;#":
            char = self.text[self.at]
            self.at += 1
            if char == "'":
                end = self._find("'")
                word += self.text[self.at : end]
                self.at = end + 1
            elif char == '"':
                word += self._double()
            else:
                word += self._escaped() if char == "\\" else char
        return word

    def _double(self) -> str:
        word = ""
        while self.at < len(self.text):
            char = self.text[self.at]
            self.at += 1
            if char == '"':
                return word
            word += self._escaped() if char == "\\" else char
        raise UciError('parse error: EOF with unterminated "')

    def _escaped(self) -> str:
        char = self.text[self.at : self.at + 1]
        self.at += 1
        return "" if char == "\n" else char

    def _find(self, what: str) -> int:
        end = self.text.find(what, self.at)
        if end < 0 and what == "'":
            raise UciError("parse error: EOF with unterminated '")
        return end if end >= 0 else len(self.text)


def read(path: str) -> str:
    with open(path, "rb") as file:
        return "".join(map(chr, file.read()))


def write(path: str, text: str) -> None:
    with open(path + ".uci-new", "wb") as file:
        file.write(bytes(map(ord, text)))
    os.rename(path + ".uci-new", path)


def parse(text: str) -> list[Section]:
    """The sections of a file; UciError when libuci would refuse it."""
    sections: list[Section] = []
    words = Words(text)
    while command := words.command():
        _take(command, sections)
    return sections


def _take(command: list[str], sections: list[Section]) -> None:
    word, rest = command[0], command[1:]
    if word == "package":
        return
    if word == "config" and rest:
        name = rest[1] if len(rest) > 1 else f"cfg{len(sections) + 1:02x}"
        sections.append(Section(rest[0], name, anonymous=len(rest) < 2))
    elif word in ("option", "list") and rest and sections:
        put(sections[-1], rest[0], rest[1] if len(rest) > 1 else "", many=word == "list")
    else:
        raise UciError("parse error: invalid command")


def put(section: Section, option: str, value: str, *, many: bool) -> None:
    """Set an option, or add to a list."""
    old = section.options.get(option, [])
    if many:
        section.options[option] = (old if isinstance(old, list) else [old]) + [value]
    else:
        section.options[option] = value


def load(package: str) -> list[Section]:
    """The sections of a package, with the changes that wait for a commit."""
    try:
        sections = parse(read(CONFIG + package))
    except OSError:
        raise UciError("Entry not found") from None
    for line in waiting(package):
        change(sections, line)
    return sections


def waiting(package: str) -> list[str]:
    """The lines of changes that wait for a commit."""
    try:
        return [line for line in read(DELTAS + package).split("\n") if line]
    except OSError:
        return []


def find(sections: list[Section], name: str) -> Section:
    """By name or as @type[index]."""
    if name.startswith("@"):
        kind, _, index = name[1:].partition("[")
        alike = [s for s in sections if s.type == kind]
        place = int(index.rstrip("]"))
        if -len(alike) <= place < len(alike):
            return alike[place]
    for section in sections:
        if section.name == name:
            return section
    raise UciError("Entry not found")


def change(sections: list[Section], line: str) -> None:
    """Apply one line of changes."""
    kind = line[0] if line[0] in "+-|~" else ""
    target, _, quoted = line[len(kind) :].partition("=")
    value = (Words(quoted).command() or [""])[0]
    names = target.split(".")
    if len(names) == 2 and kind != "-":
        _put_section(sections, names[1], value, anonymous=kind == "+")
        return
    section = find(sections, names[1])
    if kind == "-":
        _remove(sections, section, names[2:])
    elif kind == "~":
        left = [v for v in section.options.get(names[2], []) if v != value]
        section.options[names[2]] = left
    else:
        put(section, names[2], value, many=kind == "|")


def _put_section(sections: list[Section], name: str, kind: str, *, anonymous: bool) -> None:
    for section in sections:
        if section.name == name:
            section.type = kind
            return
    sections.append(Section(kind, name, anonymous=anonymous))


def _remove(sections: list[Section], section: Section, option: list[str]) -> None:
    if not option:
        sections.remove(section)
    elif section.options.pop(option[0], None) is None:
        raise UciError("Entry not found")


def quote(value: str) -> str:
    return "'" + value.replace("'", "'\\''") + "'"


def render(sections: list[Section]) -> str:
    """A file as libuci writes it: comments and the user's own layout are gone."""
    lines: list[str] = []
    for section in sections:
        lines.append("\nconfig " + section.type)
        if not section.anonymous:
            lines[-1] += " " + quote(section.name)
        for option, value in section.options.items():
            word = "list" if isinstance(value, list) else "option"
            values = value if isinstance(value, list) else [value]
            lines += [f"\t{word} {option} {quote(v)}" for v in values]
    return "".join(line + "\n" for line in lines)


def commit(package: str) -> None:
    """Write the package's file anew, if anything waits; as with libuci an empty delta stays."""
    if waiting(package):
        write(CONFIG + package, render(load(package)) + "\n")
        write(DELTAS + package, "")


def record(line: str, target: str) -> None:
    """Keep a change for the next commit, when it can be applied."""
    package = target.partition(".")[0]
    change(load(package), line)
    if ".uci" not in os.listdir("/tmp"):  # noqa: S108
        os.mkdir(DELTAS[:-1])
    with open(DELTAS + package, "ab") as file:
        file.write(bytes(map(ord, line + "\n")))


def resolve(target: str) -> str:
    """The target with the section's own name instead of @type[index]."""
    names = target.split(".")
    if len(names) > 1 and names[1].startswith("@"):
        names[1] = find(load(names[0]), names[1]).name
    return ".".join(names)
