# SPDX-License-Identifier: GPL-2.0-or-later
"""JSON from outside, read by the letter of RFC 8259.

MicroPython's own reader takes "{" for {} and "[1,,2]" for [1, 2]; what asks for a change must not
be understood by halves. A name that comes twice in an object is refused too. It works on octets:
MicroPython looks for the n-th character of a text from its beginning.
"""

DEPTH = 8  # of nested objects and lists; no argument needs more than two
BLANKS = b" \t\r\n"
QUOTE, BACKSLASH, FIRST_SHOWN = 0x22, 0x5C, 0x20
ESCAPES = {
    b"b": "\b",
    b"f": "\f",
    b"n": "\n",
    b"r": "\r",
    b"t": "\t",
    b'"': '"',
    b"\\": "\\",
    b"/": "/",
}
WORDS = ((b"true", True), (b"false", False), (b"null", None))
DIGITS = b"0123456789"
LONGEST_NUMBER = 32  # digits


class JsonError(ValueError):
    """Text that is not JSON; `early` is set if it only ended too early."""

    def __init__(self, what: str, at: int, early: bool = False) -> None:
        """Say what is wrong at which octet, counted from 1."""
        super().__init__(f"{what} at octet {at + 1}")
        self.early = early


def parse(data: bytes) -> object:
    """The value that the UTF-8 text is, with nothing but white space around it."""
    data.decode()  # a UnicodeError for what is no UTF-8
    reader = _Reader(data)
    value = reader.value(DEPTH)
    if reader.peek():
        raise JsonError("there is more than one value", reader.at)
    return value


class _Reader:
    """A place in the text."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def next(self) -> bytes:
        """The next octet; b"" at the end."""
        return self.data[self.at : self.at + 1]

    def peek(self) -> bytes:
        """The next octet that is not blank; b"" at the end."""
        while self.at < len(self.data) and self.data[self.at] in BLANKS:
            self.at += 1
        return self.next()

    def fail(self, what: str) -> JsonError:
        if self.at >= len(self.data):
            return JsonError("the text ends", self.at, early=True)
        return JsonError(what, self.at)

    def take(self, wanted: bytes) -> bool:
        """Go past the octet if it is the next."""
        if self.peek() != wanted:
            return False
        self.at += 1
        return True

    def expect(self, wanted: bytes) -> None:
        if not self.take(wanted):
            raise self.fail("no " + wanted.decode())

    def value(self, depth: int) -> object:
        if depth == 0:
            raise self.fail("nested too deeply")
        mark = self.peek()
        if mark == b"{":
            return self.members(depth)
        if mark == b"[":
            return self.items(depth)
        if mark == b'"':
            return self.string()
        if mark and mark in b"-" + DIGITS:
            return self.number()
        return self.word()

    def members(self, depth: int) -> "dict[str, object]":
        found: dict[str, object] = {}
        self.expect(b"{")
        if self.take(b"}"):
            return found
        while True:
            if self.peek() != b'"':
                raise self.fail("no name of a member")
            name = self.string()
            if name in found:
                raise self.fail("the same name once more")
            self.expect(b":")
            found[name] = self.value(depth - 1)
            if not self.take(b","):
                break
        self.expect(b"}")
        return found

    def items(self, depth: int) -> "list[object]":
        found: list[object] = []
        self.expect(b"[")
        if self.take(b"]"):
            return found
        while True:
            found.append(self.value(depth - 1))
            if not self.take(b","):
                break
        self.expect(b"]")
        return found

    def string(self) -> str:
        self.expect(b'"')
        parts = []
        while True:
            parts.append(self.plain())
            mark = self.next()
            if mark not in (b'"', b"\\"):
                raise self.fail("a control character in a text")
            self.at += 1
            if mark == b'"':
                return "".join(parts)
            parts.append(self.escaped())

    def plain(self) -> str:
        """Go past what stands for itself in a text."""
        start = at = self.at
        while at < len(self.data):
            octet = self.data[at]
            if octet < FIRST_SHOWN or octet in (QUOTE, BACKSLASH):
                break
            at += 1
        self.at = at
        return self.data[start:at].decode()

    def escaped(self) -> str:
        mark = self.next()
        if mark != b"u":
            if mark not in ESCAPES:
                raise self.fail("an escape that JSON does not know")
            self.at += 1
            return ESCAPES[mark]
        code = self.unit()
        if 0xD800 <= code < 0xDC00 and self.data[self.at : self.at + 2] == b"\\u":
            self.at += 1
            low = self.unit()
            if not 0xDC00 <= low < 0xE000:
                raise self.fail("half a character")
            return chr(0x10000 + ((code - 0xD800) << 10) + low - 0xDC00)
        if 0xD800 <= code < 0xE000:
            raise self.fail("half a character")
        return chr(code)

    def unit(self) -> int:
        """The four hexadecimal digits after u."""
        digits = self.data[self.at + 1 : self.at + 5]
        if len(digits) < 4:
            self.at = len(self.data)
            raise self.fail("")
        code = 0
        for digit in digits.lower():
            place = b"0123456789abcdef".find(bytes([digit]))
            if place < 0:
                raise self.fail("no hexadecimal digit")
            code = code * 16 + place
        self.at += 5
        return code

    def number(self) -> object:
        """An int; none of our arguments is another number, so those become a float."""
        start = self.at
        self.at += self.data[self.at] == 0x2D
        first = self.at
        whole = self.digits()
        if self.data[first] == 0x30 and whole > 1:
            raise JsonError("a number that begins with 0", first)
        if not self.rest():
            return int(self.data[start : self.at].decode())
        return float(self.data[start : self.at].decode())

    def rest(self) -> bool:
        """Go past fraction and exponent, and say whether there is any."""
        start = self.at
        if self.next() == b".":
            self.at += 1
            self.digits()
        if self.next() in (b"e", b"E"):
            self.at += 1
            self.at += self.next() in (b"+", b"-")
            self.digits()
        return self.at > start

    def digits(self) -> int:
        """Go past digits and return how many, at least one."""
        start = self.at
        while self.at < len(self.data) and self.data[self.at] in DIGITS:
            self.at += 1
        if self.at == start:
            raise self.fail("no digit")
        if self.at - start > LONGEST_NUMBER:
            raise JsonError("a number too long", start)
        return self.at - start

    def word(self) -> object:
        rest = self.data[self.at : self.at + 5]
        for word, value in WORDS:
            if rest.startswith(word):
                self.at += len(word)
                return value
            if word.startswith(rest):
                self.at = len(self.data)
                break
        raise self.fail("no value")
