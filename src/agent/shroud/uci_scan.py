# SPDX-License-Identifier: GPL-2.0-or-later
"""The words of a UCI file's line, one character at a time, just as libuci takes them.

libuci (its file.c) works inside one buffer, and some of what it accepts comes from that: the
remarks say where. uci.py reads plain lines faster, and comes here with all others.
"""

QUOTE, DOUBLE, BACKSLASH, HASH, SEMICOLON = b"'\"\\#;"
SPACE = b" \t\n\v\f\r"
BLANK = b" \t"


class ScanError(Exception):
    """What is wrong with a statement, in words."""


class Scanner:
    """A place in a file: `at`, and the `end` of the line that it is in."""

    def __init__(self, data: bytes, at: int) -> None:
        """Begin with the line that starts at `at`."""
        self.data = data
        self.at = self.end = at
        self.after = at  # where the last word ended
        self._next_line()
        self._skip(SPACE)

    def keyword(self) -> bytes:
        """Take the first word of a statement; b"" if the line has no more of them."""
        self._skip(BLANK)
        if self._char() in (0, HASH):
            return b""
        start = self.at
        while self.at < self.end and self.data[self.at] not in BLANK:
            self.at += 1
        word = self.data[start : self.at]
        self.after = self.at
        self.at = min(self.at + 1, self.end)
        return word

    def word(self) -> bytes:
        """Take the next word, quoted or not; b"" if there is none."""
        self._skip(SPACE)
        if self._char() == SEMICOLON:
            self.at += 1
            return b""
        start = self.at
        taken = bytearray()
        more = self._piece(taken)
        while more and self._char() and self._char() not in SPACE:
            more = self._piece(taken)
        if start < self.at:
            self.after = self.at
        if self._char() == HASH:
            self.at = self.end
        elif self._char() == SEMICOLON and len(taken) == self.at - start:
            # libuci's end mark of a word without quotes falls upon the semicolon, and hides it
            # and the rest of the line.
            self.at = self.end
            self.after = self.end - len(line_end(self.data[: self.end]))
        elif self._char() and self._char() != SEMICOLON:
            self.at += 1
        return bytes(taken)

    def finish(self) -> None:
        """Take the end of a statement; ScanError if there are more words."""
        after = self.after
        if self.word():
            raise ScanError("too many words; a value with blanks needs quotes")
        self.after = after

    def _char(self) -> int:
        return self.data[self.at] if self.at < self.end else 0

    def _skip(self, kind: bytes) -> None:
        while self.at < self.end and self.data[self.at] in kind:
            self.at += 1

    def _next_line(self) -> None:
        """Go to the start of the line after this one."""
        self.at = self.end
        found = self.data.find(b"\n", self.at)
        self.end = found + 1 if found >= 0 else len(self.data)

    def _piece(self, taken: bytearray) -> bool:
        """Take one character or quoted piece of a word; False where the word ends for sure."""
        char = self._char()
        if char in (0, HASH, SEMICOLON):
            return False
        if char == QUOTE:
            self._quoted(taken, QUOTE)
        elif char == DOUBLE:
            self._quoted(taken, DOUBLE)
        elif char != BACKSLASH or self._escape():
            self._take(taken)
        return True

    def _quoted(self, taken: bytearray, mark: int) -> None:
        """Take what stands in quotes; it may go on in the next lines."""
        self.at += 1
        while self._char() != mark:
            if self.at >= self.end:
                self._next_line()
                if self.at >= self.end:
                    raise ScanError(f"a {chr(mark)} is opened and never closed")
            elif mark == QUOTE or self._char() != BACKSLASH or self._escape():
                self._take(taken)
        self.at += 1

    def _escape(self) -> bool:
        """Skip a backslash; False if it joins its line to the next one."""
        self.at += 1
        if self.data[self.at : self.end] in (b"", b"\n", b"\r\n"):
            self._next_line()
            return False
        return True

    def _take(self, taken: bytearray) -> None:
        taken.append(self.data[self.at])
        self.at += 1


def line_end(line: bytes) -> bytes:
    """What ends a line: b"", or one of the usual two."""
    if line.endswith(b"\r\n"):
        return b"\r\n"
    return b"\n" if line.endswith(b"\n") else b""
