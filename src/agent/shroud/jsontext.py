# SPDX-License-Identifier: GPL-2.0-or-later
"""JSON from outside, read by the letter of RFC 8259.

MicroPython's own reader takes "{" for {} and "[1,,2]" for [1, 2]; what asks for a change must not
be understood by halves. A name that comes twice in an object is refused too.
"""

DEPTH = 8  # of nested objects and lists; no argument needs more than two
BLANKS = " \t\r\n"
ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "/": "/"}
WORDS = (("true", True), ("false", False), ("null", None))
DIGITS = "0123456789"
LONGEST_NUMBER = 32  # characters


class JsonError(ValueError):
    """Text that is not JSON; `early` is set if it only ended too early."""

    def __init__(self, what: str, at: int, early: bool = False) -> None:
        """Say what is wrong at which character, counted from 1."""
        super().__init__(f"{what} at character {at + 1}")
        self.early = early


def parse(text: str) -> object:
    """The value that the text is, with nothing but white space around it."""
    reader = _Reader(text)
    value = reader.value(DEPTH)
    if reader.peek():
        raise JsonError("there is more than one value", reader.at)
    return value


class _Reader:
    """A place in the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def peek(self) -> str:
        """The next character that is not blank; "" at the end."""
        while self.text[self.at : self.at + 1] in BLANKS and self.at < len(self.text):
            self.at += 1
        return self.text[self.at : self.at + 1]

    def fail(self, what: str) -> JsonError:
        if self.at >= len(self.text):
            return JsonError("the text ends", self.at, early=True)
        return JsonError(what, self.at)

    def take(self, wanted: str) -> bool:
        """Go past the character if it is the next."""
        if self.peek() != wanted:
            return False
        self.at += 1
        return True

    def expect(self, wanted: str) -> None:
        if not self.take(wanted):
            raise self.fail(f"no {wanted}")

    def value(self, depth: int) -> object:
        if depth == 0:
            raise self.fail("nested too deeply")
        mark = self.peek()
        if mark == "{":
            return self.members(depth)
        if mark == "[":
            return self.items(depth)
        if mark == '"':
            return self.string()
        if mark and mark in "-" + DIGITS:
            return self.number()
        return self.word()

    def members(self, depth: int) -> "dict[str, object]":
        found: dict[str, object] = {}
        self.expect("{")
        if self.take("}"):
            return found
        while True:
            if self.peek() != '"':
                raise self.fail("no name of a member")
            name = self.string()
            if name in found:
                raise self.fail("the same name once more")
            self.expect(":")
            found[name] = self.value(depth - 1)
            if not self.take(","):
                break
        self.expect("}")
        return found

    def items(self, depth: int) -> "list[object]":
        found: list[object] = []
        self.expect("[")
        if self.take("]"):
            return found
        while True:
            found.append(self.value(depth - 1))
            if not self.take(","):
                break
        self.expect("]")
        return found

    def string(self) -> str:
        self.expect('"')
        parts = []
        while True:
            start = self.at
            while self.at < len(self.text) and self.text[self.at] not in '"\\':
                if ord(self.text[self.at]) < 0x20:
                    raise self.fail("a control character in a text")
                self.at += 1
            parts.append(self.text[start : self.at])
            if self.at >= len(self.text):
                raise self.fail("")
            self.at += 1
            if self.text[self.at - 1] == '"':
                return "".join(parts)
            parts.append(self.escaped())

    def escaped(self) -> str:
        mark = self.text[self.at : self.at + 1]
        if mark != "u":
            if mark not in ESCAPES:
                raise self.fail("an escape that JSON does not know")
            self.at += 1
            return ESCAPES[mark]
        code = self.unit()
        if 0xD800 <= code < 0xDC00 and self.text[self.at : self.at + 2] == "\\u":
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
        digits = self.text[self.at + 1 : self.at + 5]
        if len(digits) < 4:
            self.at = len(self.text)
            raise self.fail("")
        code = 0
        for digit in digits.lower():
            place = "0123456789abcdef".find(digit)
            if place < 0:
                raise self.fail("no hexadecimal digit")
            code = code * 16 + place
        self.at += 5
        return code

    def number(self) -> object:
        """An int; None of our arguments is another number, so those become a float."""
        start = self.at
        self.at += self.text[self.at] == "-"
        first = self.at
        whole = self.digits()
        if self.text[first] == "0" and whole > 1:
            raise JsonError("a number that begins with 0", first)
        if not self.rest():
            return int(self.text[start : self.at])
        return float(self.text[start : self.at])

    def rest(self) -> bool:
        """Go past fraction and exponent, and say whether there is any."""
        start = self.at
        if self.text[self.at : self.at + 1] == ".":
            self.at += 1
            self.digits()
        if self.text[self.at : self.at + 1] in ("e", "E"):
            self.at += 1
            self.at += self.text[self.at : self.at + 1] in ("+", "-")
            self.digits()
        return self.at > start

    def digits(self) -> int:
        """Go past digits and return how many, at least one."""
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in DIGITS:
            self.at += 1
        if self.at == start:
            raise self.fail("no digit")
        if self.at - start > LONGEST_NUMBER:
            raise JsonError("a number too long", start)
        return self.at - start

    def word(self) -> object:
        for word, value in WORDS:
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return value
            if word.startswith(self.text[self.at :]):
                self.at = len(self.text)
                break
        raise self.fail("no value")
