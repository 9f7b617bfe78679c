# SPDX-License-Identifier: GPL-2.0-or-later
"""The strict reader of JSON."""

import unittest

from shroud import jsontext

GOOD = [
    ("{}", {}),
    (" { } ", {}),
    ('{"a":1,"b":[true,false,null,"x"]}', {"a": 1, "b": [True, False, None, "x"]}),
    ("[]", []),
    ("-0", 0),
    ("12", 12),
    ("1.5e+1", 15.0),
    ('"\\u00e9\\ud83d\\ude00\\n\\/"', "\u00e9\U0001f600\n/"),
    ('"{\\"}"', '{"}'),
    ("\t[1 ,\r\n2]", [1, 2]),
]
EARLY = [
    "", "{", '{"a"', '{"a":', '{"a":1', '{"a":1,', '["x', '["x\\', '["\\u00', "tru", "[1,", "-",
    "1.", "1e", "1e+",
]  # fmt: skip
BAD = [
    "}", "{]", "{,}", '{"a" 1}', '{"a":1,}', "[1,,2]", "[1 2]", "01", "+1", ".5",
    "nul1", "NaN", "Infinity", "{a:1}", "{'a':1}", '"\\x41"', '"\\ud800"', '"\\udc00x"',
    '"\\ud83dx"', '"a\nb"', "1 2", "{}{}", '{"a":1,"a":2}', "[[[[[[[[[[1]]]]]]]]]]",
    "1" * 33, "\u00a0{}", "[1]\0",
]  # fmt: skip


class Reader(unittest.TestCase):
    def test_good(self):
        for text, value in GOOD:
            with self.subTest(text=text):
                self.assertEqual(jsontext.parse(text.encode()), value)

    def test_numbers_and_booleans_are_told_apart(self):
        self.assertIs(type(jsontext.parse(b"true")), bool)
        self.assertIs(type(jsontext.parse(b"1")), int)
        self.assertIs(type(jsontext.parse(b"1.0")), float)

    def test_cut_off(self):
        for text in EARLY:
            with self.subTest(text=text):
                with self.assertRaises(jsontext.JsonError) as caught:
                    jsontext.parse(text.encode())
                self.assertTrue(caught.exception.early)

    def test_bad(self):
        for text in BAD:
            with self.subTest(text=text):
                with self.assertRaises(jsontext.JsonError) as caught:
                    jsontext.parse(text.encode())
                self.assertFalse(caught.exception.early)

    def test_says_where(self):
        with self.assertRaises(jsontext.JsonError) as caught:
            jsontext.parse(b'{"a" 1}')
        self.assertEqual(str(caught.exception), "no : at octet 6")
