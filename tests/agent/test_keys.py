# SPDX-License-Identifier: GPL-2.0-or-later
"""Keys as text."""

import unittest

from shroud import keys
from shroud.errors import AgentError

KEY = "3CBjZ0mBwhAfNgtqzJOKbjWgOQfk3pJ4cnxb2Ej2pDo="
WRONG = (
    "",
    "=",
    KEY[:-1],
    KEY + "=",
    KEY + "\n",
    " " + KEY[1:],
    KEY[:-1] + "A",
    KEY[:-2] + "p=",
    KEY[:-2] + "==",
    KEY[:10] + "-" + KEY[11:],
    KEY[:10] + "\n" + KEY[11:],
    KEY[:10] + "=" + KEY[11:],
    KEY[:-1] + "\u00e9",
    "\u00e9" * 22,
    KEY[:43] + "\0",
)


class Keys(unittest.TestCase):
    def test_parse_and_format(self):
        key = keys.parse(KEY)
        self.assertEqual((len(key), key[:2], key[-1:]), (32, b"\xdc\x20", b"\x3a"))
        self.assertEqual(keys.format(key), KEY)

    def test_all_bytes(self):
        for first in range(0, 256, 32):
            key = bytes(range(first, first + 32))
            self.assertEqual(keys.parse(keys.format(key)), key)

    def test_wrong(self):
        for text in WRONG:
            with self.subTest(text=text):
                self.assertFalse(keys.valid(text))
                with self.assertRaises(AgentError) as caught:
                    keys.parse(text)
                self.assertEqual(
                    caught.exception.message,
                    "not a key: 44 characters of base64 were expected, the last one =",
                )

    def test_equal(self):
        self.assertTrue(keys.valid(KEY))
        self.assertTrue(keys.equal(KEY, KEY))
        self.assertFalse(keys.equal(KEY, KEY[:-1]))
        for at in range(len(KEY)):
            self.assertFalse(keys.equal(KEY, KEY[:at] + "*" + KEY[at + 1 :]))
