# SPDX-License-Identifier: GPL-2.0-or-later
"""The self-test's look at the BPF programs' file, packed or not."""

import unittest

from shroud import checks_system, files, paths, settings
from tests.agent.tree import TreeCase

PACKED = paths.PROGRAMS + paths.PACKED
PACKED_DECOYS = paths.DECOY_PROGRAMS + paths.PACKED
GZIP = b"\x1f\x8b\x08\x00"


class Patient:
    """A line with nothing but a mode."""

    def __init__(self, mode):
        self.settings = settings.Settings("wan", mode=mode)


class Programs(TreeCase):
    def setUp(self):
        super().setUp()
        files.make_folder("/usr/lib/pppshroud")

    def test_none(self):
        self.assertEqual(checks_system.programs(None)[0], "fail")

    def test_packed(self):
        files.replace(PACKED, GZIP)
        result, text, advice = checks_system.programs(None)
        self.assertEqual((result, advice), ("ok", None))
        self.assertIn(PACKED, text)

    def test_packed_garbage(self):
        files.replace(PACKED, b"\x1f")
        self.assertEqual(checks_system.programs(None)[0], "fail")

    def test_plain_comes_first(self):
        files.replace(paths.PROGRAMS, b"garbage")
        files.replace(PACKED, GZIP)
        self.assertEqual(checks_system.programs(None)[0], "fail")

    def test_those_of_decoy_only_where_they_are_wanted(self):
        files.replace(PACKED, GZIP)
        for mode, result in (("auto", "ok"), ("head", "ok"), ("decoy", "fail")):
            self.assertEqual(checks_system.programs(Patient(mode))[0], result)
        _, text, advice = checks_system.programs(Patient("decoy"))
        self.assertIn(paths.DECOY_PROGRAMS, text)
        self.assertIn("ppp-mod-shroud-decoy", advice)
        files.replace(PACKED_DECOYS, GZIP)
        result, text, advice = checks_system.programs(Patient("decoy"))
        self.assertEqual((result, advice), ("ok", None))
        self.assertIn(PACKED, text)
        self.assertIn(PACKED_DECOYS, text)


if __name__ == "__main__":
    unittest.main()
