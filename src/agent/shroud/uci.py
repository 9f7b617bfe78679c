# SPDX-License-Identifier: GPL-2.0-or-later
"""UCI files: read as libuci does in its strict mode, edited so that every other byte stays.

Names are str, values bytes. Beyond libuci, NUL bytes are refused: it would read past them, and
join the lines around them.
"""

from collections import namedtuple

from shroud.errors import AgentError

KEYWORDS = {
    b"package": 1, b"p": 1, b"config": 2, b"c": 2, b"option": 3, b"o": 3, b"list": 4, b"l": 4,
}  # fmt: skip
LIMIT = 1 << 17  # bytes of a file; a heap of MicroPython on 32 bits is 1 MiB in all
PACKAGE, CONFIG, OPTION, LIST = 1, 2, 3, 4
SPECIAL = b"'\"\\#;"


Place = namedtuple("Place", ("line", "start", "end", "stop"))
"""Where a statement stands: bytes start to end, from line number `line` on, in lines that end at
byte `stop`."""


class UciError(AgentError):
    """A file that is not UCI, or holds a value that it must not; says which line."""

    def __init__(self, name: str, line: int, what: str) -> None:
        """Name the file and the number of the line, from 1."""
        super().__init__("config", f"{name}: line {line}: {what}")


class Section:
    """One section: its statements in the order of the file, and what they come to."""

    def __init__(self, type_: str, name: str, index: int, line: int) -> None:
        """An anonymous section has the name ""; index counts those of the same type from 0."""
        self.type = type_
        self.name = name
        self.index = index
        self.line = line
        self.options: dict[str, bytes | list[bytes]] = {}
        self.places: dict[str, list[Place]] = {}
        self.last = Place(line, 0, 0, 0)

    def get(self, option: str) -> bytes | None:
        """The value of an option; that of a list joined by blanks; None if there is none."""
        value = self.options.get(option)
        return b" ".join(value) if isinstance(value, list) else value

    def get_list(self, option: str) -> list[bytes]:
        """The values of a list; of an option, its words, as the shell takes them."""
        value = self.options.get(option, [])
        return value if isinstance(value, list) else value.split()

    def line_of(self, option: str) -> int:
        """The line to name in an error about an option."""
        return self.places[option][-1].line if option in self.places else self.line


def parse(data: bytes, name: str, types: tuple[str, ...] = ()) -> list[Section]:
    """Return the sections of a file called `name` in errors; only those of `types` if given."""
    nul = data.find(b"\0")
    if nul >= 0:
        line = len(data[:nul].split(b"\n"))
        raise UciError(name, line, "a NUL byte; this file is damaged or no text")
    reader = Reader(data, name, types)
    try:
        reader.read()
    except MemoryError:
        raise UciError(name, reader.line, "from here on too long for this router's memory")
    return reader.sections


class Reader:
    """Reads a file, statement by statement."""

    def __init__(self, data: bytes, name: str, types: tuple[str, ...]) -> None:
        """Only sections of `types` are kept, all if it is empty.

        With `types` it is somebody else's file, with passwords in it, and no word is quoted.
        """
        self.data = data
        self.name = name
        self.types = types
        self.sections: list[Section] = []
        self.named: dict[str, Section] = {}
        self.counts: dict[str, int] = {}
        self.section: Section | None = None
        self.line = 0

    def read(self) -> None:
        """Read all of it into `sections`; UciError if it is in error."""
        data, at = self.data, 0
        while at < len(data):
            self.line += 1
            found = data.find(b"\n", at)
            stop = found + 1 if found >= 0 else len(data)
            if not self._plain(data[at:stop], at, stop):
                stop = self._scan(at)
            at = stop

    def _plain(self, line: bytes, at: int, stop: int) -> bool:
        """Take a line of the usual form; False if it needs the scanner."""
        words = line.split(None, 2)
        if not words or words[0].startswith(b"#"):
            return True
        kind = KEYWORDS.get(words[0])
        if not kind or len(words) == 1 or _special(words[1]):
            return False
        if kind == PACKAGE and len(words) > 2:
            return False
        start = line.find(words[0])
        if line[start + len(words[0])] not in b" \t":
            return False
        value = b""
        if len(words) == 3:
            value = words[2].rstrip()
            bare = value[1:-1] if len(value) > 1 and value[0] == value[-1] == 39 else value
            if (b"'" in bare) if bare is not value else (len(value.split()) > 1 or _special(value)):
                return False
            value = bare
        place = Place(self.line, at + start, at + len(line.rstrip()), stop)
        self.statement(kind, words[1], value, place)
        return True

    def _scan(self, at: int) -> int:
        """Take a line of any form; return where the next one starts."""
        from shroud.uci_scan import ScanError, Scanner

        scanner = Scanner(self.data, at)
        number = self.line
        try:
            while True:
                word = scanner.keyword()
                if not word:
                    break
                start = scanner.after - len(word)
                kind = KEYWORDS.get(word)
                if not kind:
                    raise ScanError("neither config, option nor list: " + self._shown(word))
                first, second = scanner.word(), scanner.word() if kind != PACKAGE else b""
                scanner.finish()
                place = Place(number, start, scanner.after, scanner.end)
                self.statement(kind, first, second, place)
        except ScanError as error:
            raise UciError(self.name, number, str(error))
        self.line += self.data[at : scanner.end - 1].count(b"\n")
        return scanner.end

    def statement(self, kind: int, first: bytes, second: bytes, place: Place) -> None:
        """Take a statement: its keyword's kind, and its one or two words."""
        if not first:
            raise UciError(self.name, place.line, "a word is missing at its end")
        if kind == CONFIG:
            self._config(first, second, place)
        elif kind != PACKAGE:
            self._option(kind, first, second, place)
        elif not _is_name(first.replace(b"-", b"_")):
            raise self._bad_name(first, place)

    def _config(self, type_: bytes, name: bytes, place: Place) -> None:
        if not all(32 < char < 127 for char in type_):
            what = self._shown(type_) + " is no type of a section"
            raise UciError(self.name, place.line, what)
        if name and not _is_name(name):
            raise self._bad_name(name, place)
        kind, label = type_.decode(), name.decode()
        known = self.named.get(label)
        if known and known.type != kind:
            what = f"section '{label}' was a {known.type} in line {known.line} and is a {kind} here"
            raise UciError(self.name, place.line, what)
        if not known:
            index = self.counts.get(kind, 0)
            self.counts[kind] = index + 1
            known = Section(kind, label, index, place.line)
            if label:
                self.named[label] = known
            if not self.types or kind in self.types:
                self.sections.append(known)
        known.last = place
        self.section = known

    def _option(self, kind: int, option: bytes, value: bytes, place: Place) -> None:
        section = self.section
        if not section:
            raise UciError(self.name, place.line, "an option before the first section")
        if not _is_name(option):
            raise self._bad_name(option, place)
        section.last = place
        if (self.types and section.type not in self.types) or (kind == OPTION and not value):
            return  # libuci passes over empty options
        name = option.decode()
        section.places.setdefault(name, []).append(place)
        before = section.options.get(name)
        if kind == OPTION:
            section.options[name] = value
        elif isinstance(before, list):
            before.append(value)
        else:
            section.options[name] = [value] if before is None else [before, value]

    def _bad_name(self, name: bytes, place: Place) -> UciError:
        what = self._shown(name) + " is no name: letters, digits and _ are allowed"
        return UciError(self.name, place.line, what)

    def _shown(self, word: bytes) -> str:
        return "a word" if self.types else shown(word)


def shown(word: bytes) -> str:
    """A word of the file for a message, shortened and without what terminals take for commands."""
    text = "".join([chr(char) if 31 < char < 127 else "?" for char in word[:40].strip()])
    return f"'{text}'"


def find(sections: list[Section], type_: str, name: str) -> Section | None:
    """The section of that type and name; one without a name is found by none."""
    for section in sections:
        if name and section.type == type_ and section.name == name:
            return section
    return None


def _special(word: bytes) -> bool:
    return any(char in SPECIAL for char in word)


def _is_name(word: bytes) -> bool:
    return all(
        48 <= char < 58 or 65 <= char < 91 or 97 <= char < 123 or char == 95 for char in word
    )
