# SPDX-License-Identifier: GPL-2.0-or-later
"""What UCI files say: cases from reading libuci's file.c, and tried on the real libuci."""

import unittest

from shroud import uci

SECTION = b"config a 'x'\n"
VALUES = (
    # How one value is written, and what libuci takes it for.
    (b"plain", b"plain"),
    (b"'quoted'", b"quoted"),
    (b'"double"', b"double"),
    (b"'a b'", b"a b"),
    (b"a'b c'd", b"ab cd"),
    (b"'it'\\''s'", b"it's"),
    (b'"it\'s"', b"it's"),
    (b"'say \"x\"'", b'say "x"'),
    (b'"q\\"q"', b'q"q'),
    (b'"\\n\\\\"', b"n\\"),
    (b"'\\n\\'", b"\\n\\"),
    (b"a\\ b", b"a b"),
    (b"a\\'b", b"a'b"),
    (b"'two\nlines'", b"two\nlines"),
    (b'"two\nlines"', b"two\nlines"),
    (b'"joined\\\nlines"', b"joinedlines"),
    (b'"joined\\\r\nlines"', b"joinedlines"),
    (b"joined\\\nlines", b"joinedlines"),
    (b"'crlf\r\ninside'", b"crlf\r\ninside"),
    (b"'#'", b"#"),
    (b"a#b", b"a"),
    (b"a # b", b"a"),
    (b"'a'#b", b"a"),
    (b"\\#a", b"#a"),
    (b"a;option o z", b"a"),
    (b"\\;", b";"),
    (b"'caf\xc3\xa9'", b"caf\xc3\xa9"),
    (b"\xff\xfe", b"\xff\xfe"),
    (b"'\x01'", b"\x01"),
    (b"'x'\r", b"x"),
    (b"  \t x \v\f", b"x"),
)
REFUSED = (
    # Text, the number of the line that the error names, and words of it.
    (b"foo\n", 1, "neither config, option nor list: 'foo'"),
    (b"Config a b\n", 1, "'Config'"),
    (b"config\n", 1, "'config'"),
    (b"config \n", 1, "a word is missing"),
    (b"config a 'b\n\n\n", 1, "a ' is opened and never closed"),
    (b'\n\nconfig a "b', 3, 'a " is opened and never closed'),
    (b"\noption a b\n", 2, "before the first section"),
    (b"config a b c\n", 1, "too many words"),
    (b"config a b\n\toption c d e\n", 2, "too many words"),
    (b"config a 'b c'\n", 1, "'b c' is no name"),
    (b"config a b-c\n", 1, "'b-c' is no name"),
    (b"config a\n\toption \xc3\xa9 x\n", 2, "'??' is no name"),
    (b"config \xff\n", 1, "'?' is no type"),
    (b"config 'a b'\n", 1, "'a b' is no type"),
    (b"config a b\nconfig c b\n", 2, "section 'b' was a a in line 1 and is a c here"),
    (b"config a x\n option a 'b';\n", 2, "neither config"),
    (b"package\n", 1, "'package'"),
    (b"package a b\n", 1, "too many words"),
    (b"package a.b\n", 1, "'a.b' is no name"),
    (b"config a b\n\0", 2, "a NUL byte"),
    (b"config a 'x'\n\toption a 'b\nc'\n\toption d 'e\nf\n", 4, "never closed"),
    (b"\x7fELF\x02\x01\x01", 1, "neither config"),
)


def parsed(text):
    """What a file says, as plain values."""
    return [
        (found.type, found.name, found.index, found.options) for found in uci.parse(text, "file")
    ]


class Values(unittest.TestCase):
    def test_each(self):
        for text, value in VALUES:
            for end in (b"\n", b"\r\n", b"", b"\n\toption last 1\n"):
                if end == b"" and text.endswith(b"\r"):
                    continue
                with self.subTest(text=text, end=end):
                    found = uci.parse(SECTION + b"\toption o " + text + end, "file")
                    self.assertEqual(found[0].get("o"), value)

    def test_in_lists(self):
        for text, value in VALUES:
            with self.subTest(text=text):
                found = uci.parse(SECTION + b"list o " + text + b"\nlist o 'z'\n", "file")
                self.assertEqual(found[0].get_list("o"), [value, b"z"])

    def test_refused(self):
        for text, line, words in REFUSED:
            with self.subTest(text=text):
                with self.assertRaises(uci.UciError) as caught:
                    uci.parse(text, "file")
                self.assertEqual(caught.exception.message[:14], f"file: line {line}: ")
                self.assertIn(words, caught.exception.message)
                self.assertEqual(caught.exception.code, "config")


class Files(unittest.TestCase):
    def test_empty(self):
        for text in (b"", b"\n", b"\r\n \t\n", b"# only a remark", b"package network\n"):
            self.assertEqual(parsed(text), [])

    def test_sections(self):
        text = b"config a 'x'\n\toption o 1\n\nconfig a\nconfig b \"y\"\nconfig a z\n"
        self.assertEqual(
            parsed(text),
            [("a", "x", 0, {"o": b"1"}), ("a", "", 1, {}), ("b", "y", 0, {}), ("a", "z", 2, {})],
        )

    def test_short_keywords(self):
        text = b"p file\nc a x\no k v\nl m 1\nl m 2\n"
        self.assertEqual(parsed(text), [("a", "x", 0, {"k": b"v", "m": [b"1", b"2"]})])

    def test_a_section_again_goes_on(self):
        text = b"config a 'x'\n\toption o 1\nconfig b\nconfig a 'x'\n\toption o 2\n\toption p 3\n"
        self.assertEqual(parsed(text), [("a", "x", 0, {"o": b"2", "p": b"3"}), ("b", "", 0, {})])

    def test_the_last_option_counts(self):
        self.assertEqual(parsed(SECTION + b"option o 1\noption o 2\n")[0][3], {"o": b"2"})

    def test_an_empty_option_does_not_count(self):
        for empty in (b"''", b'""', b"", b";"):
            text = SECTION + b"option o 1\noption o " + empty + b"\n"
            self.assertEqual(parsed(text)[0][3], {"o": b"1"})

    def test_an_empty_item_counts(self):
        self.assertEqual(parsed(SECTION + b"list o ''\nlist o\n")[0][3], {"o": [b"", b""]})

    def test_list_after_option(self):
        self.assertEqual(parsed(SECTION + b"option o 1\nlist o 2\n")[0][3], {"o": [b"1", b"2"]})

    def test_option_after_list(self):
        self.assertEqual(parsed(SECTION + b"list o 1\nlist o 2\noption o 3\n")[0][3], {"o": b"3"})

    def test_several_in_a_line(self):
        text = b"config a 'x' ; option o 'p' ; list l 'q';list l 'r' # remark ; option o 's'\n"
        self.assertEqual(parsed(text), [("a", "x", 0, {"o": b"p", "l": [b"q", b"r"]})])

    def test_a_semicolon_right_behind_a_bare_word_hides_the_rest(self):
        self.assertEqual(parsed(b"config a x; option o p\n"), [("a", "x", 0, {})])

    def test_only_some_types(self):
        text = b"config a\nconfig b 'y'\n\toption o 1\nconfig a 'z'\n\toption o 2\nconfig b y\n"
        found = uci.parse(text, "file", ("a",))
        self.assertEqual([(s.name, s.index) for s in found], [("", 0), ("z", 1)])

    def test_other_types_are_checked_too(self):
        with self.assertRaises(uci.UciError):
            uci.parse(b"config a\nconfig b\n\tnonsense\n", "file", ("a",))

    def test_line_numbers(self):
        text = b"\n# x\nconfig a 'x'\n\toption o 'a\nb'\n\toption p 1\n\n\toption o 2\n"
        found = uci.parse(text, "file")[0]
        self.assertEqual(
            [found.line, found.line_of("p"), found.line_of("o"), found.line_of("none")],
            [3, 6, 8, 3],
        )

    def test_get(self):
        found = uci.parse(SECTION + b"list l 1\nlist l 2\noption o 'a  b'\n", "file")[0]
        self.assertEqual(found.get("l"), b"1 2")
        self.assertEqual(found.get_list("o"), [b"a", b"b"])
        self.assertIsNone(found.get("none"))
        self.assertEqual(found.get_list("none"), [])

    def test_find(self):
        sections = uci.parse(b"config a 'x'\nconfig b 'y'\n", "file")
        self.assertEqual(uci.find(sections, "b", "y").index, 0)
        self.assertIsNone(uci.find(sections, "a", "y"))

    def test_a_message_quotes_nothing_of_a_file_with_passwords(self):
        for text in (b"config a\n\toption password 'p';hunter2\n", b"config a hunter-2\n"):
            with self.assertRaises(uci.UciError) as caught:
                uci.parse(text, "file", ("a",))
            self.assertNotIn("hunter", caught.exception.message)

    def test_a_message_shows_little_of_garbage(self):
        with self.assertRaises(uci.UciError) as caught:
            uci.parse(b"\x1b[31m" + b"x" * 5000, "file")
        self.assertLess(len(caught.exception.message), 120)
        self.assertNotIn("\x1b", caught.exception.message)
