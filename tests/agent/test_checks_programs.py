# SPDX-License-Identifier: GPL-2.0-or-later
"""The self-test's look at the BPF programs' file, packed or not."""

import unittest

from shroud import checks_system, files
from tests.agent.tree import TreeCase


class Programs(TreeCase):
    def setUp(self):
        super().setUp()
        files.make_folder("/usr/lib/pppshroud")

    def test_none(self):
        self.assertEqual(checks_system.programs(None)[0], "fail")

    def test_packed(self):
        files.replace(checks_system.PACKED, b"\x1f\x8b\x08\x00")
        result, text, advice = checks_system.programs(None)
        self.assertEqual((result, advice), ("ok", None))
        self.assertIn(checks_system.PACKED, text)

    def test_packed_garbage(self):
        files.replace(checks_system.PACKED, b"\x1f")
        self.assertEqual(checks_system.programs(None)[0], "fail")

    def test_plain_comes_first(self):
        files.replace(checks_system.OBJECT, b"garbage")
        files.replace(checks_system.PACKED, b"\x1f\x8b\x08\x00")
        self.assertEqual(checks_system.programs(None)[0], "fail")


if __name__ == "__main__":
    unittest.main()
