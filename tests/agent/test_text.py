# SPDX-License-Identifier: GPL-2.0-or-later
"""Text from outside, made fit to be shown."""

import unittest

from shroud.text import clean


class Clean(unittest.TestCase):
    def test_plain_text_stays(self):
        self.assertEqual(clean("Wartung: Sonntag, 2\u20134 Uhr \u00fc {0} %s"),
                         "Wartung: Sonntag, 2\u20134 Uhr \u00fc {0} %s")  # fmt: skip

    def test_control_characters(self):
        self.assertEqual(clean("a\0b\nc\x1b[31md\x7f\x9b"), "a?b?c?[31md??")

    def test_what_turns_text_round(self):
        self.assertEqual(clean("a\u202eb\u2066c\u2028d"), "a?b?c?d")

    def test_bytes_that_are_no_text(self):
        self.assertEqual(clean(b"a\xff\xc3"), "a??")
        self.assertEqual(clean("\u00fc".encode()), "\u00fc")

    def test_too_long(self):
        self.assertEqual(clean("x" * 400), "x" * 400)
        self.assertEqual(clean("x" * 401), "x" * 397 + "...")
        self.assertEqual(len(clean("\u00fc" * 5000, 40)), 40)

    def test_other_things(self):
        self.assertEqual(clean(12), "12")
