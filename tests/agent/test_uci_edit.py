# SPDX-License-Identifier: GPL-2.0-or-later
"""Edits of UCI files: what they change, that all else stays, and that they can be undone."""

import unittest

from shroud import uci, uci_edit

NAME = "file"
PLAIN = b"config a 'x'\n\toption o 'old'\n\n# remark\nconfig b\n\toption p '1'\n"
UNDONE = (
    # Files in which `o` of the first section is set and put back.
    PLAIN,
    b"config a 'x'",
    b"config a 'x'\n",
    b"config a 'x'\n\n\n",
    b"config a 'x'\r\n\toption p 1\r\n\r\nconfig b\r\n",
    b"config a 'x'\n\toption p 1",
    b"config a 'x'\n\toption o 1",
    b"config a 'x'\n\toption p 'two\nlines'",
    b"config a 'x'\n\toption o 'two\nlines' # remark\n\toption p 1\n",
    b"config a 'x'\n\toption o old\\\nmore\n\toption p 1\n",
    b"config a 'x'\n\toption o one\n\toption o 'two'\n\toption o ''\n",
    b"config a 'x'\n\tlist o 1\n\tlist o 2\n\toption p 1\n",
    b"config a 'x'\n\toption o 1\n\tlist o 2\n",
    b"config a 'x'\n\toption o ''\n# end",
    b"config a 'x'\n\toption o old;hidden words\n\toption p 1\n",
    b"config a 'x' ; option o 'old' ; option p 1\n",
    b"config a 'x'\n\toption p 1\nconfig b\nconfig a 'x'\n\toption q 2\nconfig b\n",
    b"config a 'x'\n\toption p '\xff\xfe'\n\toption o '\xff'\n",
    b'  config   a\tx  \n \toption\to  "old"  # remark\n',
    b"config a 'x'\n\toption p 1 # remark with \\\n\n",
)


def first(data):
    return uci.parse(data, NAME)[0]


class Put(unittest.TestCase):
    def test_set_and_undo(self):
        for data in UNDONE:
            for value in (b"new", b'it\'s "new"', b"two\nlines", b"\xff\xfe", b"a;b#c\\"):
                with self.subTest(data=data, value=value):
                    before = uci_edit.get_line(data, first(data), "o")
                    new = uci_edit.set_option(data, NAME, first(data), "o", value)
                    self.assertEqual(first(new).get("o"), value)
                    self.assertEqual(uci_edit.put_line(new, NAME, first(new), "o", before), data)

    def test_remove_all_of_an_option(self):
        for data in UNDONE:
            if b"'x' ;" in data:
                continue
            with self.subTest(data=data):
                new = uci_edit.remove(data, NAME, first(data), "o")
                self.assertIsNone(first(new).get("o"))

    def test_replaces_in_place(self):
        new = uci_edit.set_option(PLAIN, NAME, first(PLAIN), "o", b"new")
        self.assertEqual(new, PLAIN.replace(b"old", b"new"))

    def test_adds_behind_the_last_option(self):
        new = uci_edit.set_option(PLAIN, NAME, first(PLAIN), "n", b"new")
        self.assertEqual(new, PLAIN.replace(b"'old'\n", b"'old'\n\toption n 'new'\n"))

    def test_keeps_line_ends(self):
        data = b"config a 'x'\r\n\toption p 1\r\n"
        new = uci_edit.set_option(data, NAME, first(data), "o", b"1")
        self.assertEqual(new, data + b"\toption o '1'\r\n")

    def test_same_value_changes_nothing(self):
        data = b'config a x\n option o "old"\n'
        self.assertEqual(uci_edit.set_option(data, NAME, first(data), "o", b"old"), data)

    def test_nothing_to_remove(self):
        self.assertEqual(uci_edit.put_line(PLAIN, NAME, first(PLAIN), "n", None), PLAIN)
        self.assertEqual(uci_edit.remove(PLAIN, NAME, first(PLAIN), "n"), PLAIN)

    def test_remove_takes_the_line(self):
        new = uci_edit.remove(PLAIN, NAME, first(PLAIN), "o")
        self.assertEqual(new, PLAIN.replace(b"\toption o 'old'\n", b""))

    def test_remove_keeps_a_remark(self):
        data = b"config a 'x'\n\toption o 'old' # why\n"
        self.assertEqual(uci_edit.remove(data, NAME, first(data), "o"), b"config a 'x'\n\t # why\n")


class Lists(unittest.TestCase):
    def test_set(self):
        new = uci_edit.set_list(PLAIN, NAME, first(PLAIN), "l", [b"1", b"it's"])
        self.assertEqual(first(new).get_list("l"), [b"1", b"it's"])
        self.assertEqual(
            new,
            PLAIN.replace(b"'old'\n", b"'old'\n\tlist l '1'\n\tlist l 'it'\\''s'\n"),
        )

    def test_shorter(self):
        data = b"config a x\n\tlist l 1\n\toption o 1\n\tlist l 2\n"
        new = uci_edit.set_list(data, NAME, first(data), "l", [b"2"])
        self.assertEqual(new, b"config a x\n\toption o 1\n\tlist l '2'\n")

    def test_in_place_of_an_option(self):
        data = b"config a x\n\toption l 'old'\n"
        new = uci_edit.set_list(data, NAME, first(data), "l", [b"new"])
        self.assertEqual(new, b"config a x\n\tlist l 'new'\n")

    def test_same_values_change_nothing(self):
        data = b'config a x\nlist l 1\n  list l "2"\n'
        self.assertEqual(uci_edit.set_list(data, NAME, first(data), "l", [b"1", b"2"]), data)


class Refused(unittest.TestCase):
    def check(self, data, line, edit):
        with self.assertRaises(uci.UciError) as caught:
            edit(data, NAME, first(data))
        self.assertEqual(
            caught.exception.message,
            f"file: line {line}: o cannot be changed here: give each statement a line of its own",
        )

    def test_two_sections_in_one_line(self):
        self.check(
            b"config a 'x' ; config b 'y'\n",
            1,
            lambda data, name, section: uci_edit.set_option(data, name, section, "o", b"1"),
        )

    def test_a_statement_among_others(self):
        self.check(
            b"config a 'x'\noption o '1' ; option p '2'\n",
            2,
            lambda data, name, section: uci_edit.remove(data, name, section, "o"),
        )

    def test_an_end_that_joins_what_follows(self):
        self.check(
            b"config a 'x'\n\toption p 1\\\n",
            1,
            lambda data, name, section: uci_edit.set_option(data, name, section, "o", b"1"),
        )


class Sections(unittest.TestCase):
    def test_add(self):
        for before in (b"", PLAIN, b"config a 'x'", b"# remark"):
            new = uci_edit.add_section(before, "line", "wan")
            found = uci.parse(new, NAME)[-1]
            self.assertEqual((found.type, found.name), ("line", "wan"))
            self.assertTrue(new.startswith(before))
