# SPDX-License-Identifier: GPL-2.0-or-later
"""A router's folders in a scratch place, for tests under both interpreters."""

import binascii
import os
import unittest

from shroud import files, paths


class TreeCase(unittest.TestCase):
    """Each test has a root of its own, in `self.root`, with empty /etc/config and /tmp."""

    def setUp(self):
        """Make it, and have the agent work in it."""
        above = os.getenv("TMPDIR") or "/tmp"
        self.root = above + "/shroud-" + binascii.hexlify(os.urandom(8)).decode()
        os.mkdir(self.root)
        self.addCleanup(clear, self.root)
        paths.set_root(self.root)
        self.addCleanup(paths.set_root, "")
        files.make_folder("/etc/config")
        files.make_folder("/tmp")


def clear(path):
    """Remove a folder and all in it; a symbolic link is removed, not followed."""
    for name in os.listdir(path):
        inside = path + "/" + name
        try:
            os.remove(inside)
        except OSError:
            clear(inside)
    os.rmdir(path)
