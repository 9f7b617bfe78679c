# SPDX-License-Identifier: GPL-2.0-or-later
"""Files: read within bounds, replaced whole, nothing left behind."""

import os

from shroud import files, libc, paths
from tests.agent.tree import TreeCase


def mode(path):
    return os.stat(paths.real(path))[0] & 0o7777


class Read(TreeCase):
    def test_missing(self):
        self.assertEqual(files.read("/etc/nothing"), b"")
        self.assertFalse(files.exists("/etc/nothing"))

    def test_bytes(self):
        data = bytes(range(256)) * 300
        files.replace("/etc/x", data)
        self.assertEqual(files.read("/etc/x"), data)

    def test_exact_limit(self):
        files.replace("/etc/x", b"12345")
        self.assertEqual(files.read("/etc/x", 5), b"12345")

    def test_beyond_limit(self):
        files.replace("/etc/x", b"12345")
        with self.assertRaises(files.FileError) as caught:
            files.read("/etc/x", 4)
        self.assertEqual(str(caught.exception), "/etc/x: longer than the 4 bytes that are allowed")
        self.assertEqual(caught.exception.code, "storage")

    def test_folder(self):
        with self.assertRaises(files.FileError) as caught:
            files.read("/etc")
        self.assertEqual(
            caught.exception.message, "/etc: reading failed: Is a directory (error 21)"
        )
        self.assertEqual(caught.exception.number, 21)

    def test_message_names_the_routers_path(self):
        with self.assertRaises(files.FileError) as caught:
            files.read("/etc")
        self.assertNotIn(self.root, caught.exception.message)


class Replace(TreeCase):
    def test_new_file_is_private(self):
        files.replace("/etc/x", b"a")
        self.assertEqual(mode("/etc/x"), 0o600)

    def test_mode_given(self):
        files.replace("/etc/x", b"a", 0o644)
        self.assertEqual(mode("/etc/x"), 0o644)

    def test_mode_kept(self):
        files.replace("/etc/x", b"a", 0o640)
        files.replace("/etc/x", b"b", None)
        self.assertEqual(mode("/etc/x"), 0o640)
        self.assertEqual(files.read("/etc/x"), b"b")

    def test_makes_folders(self):
        files.replace("/var/run/shroud/lines/x", b"a")
        self.assertEqual(files.read("/var/run/shroud/lines/x"), b"a")
        self.assertEqual(mode("/var/run/shroud/lines"), 0o700)

    def test_empty(self):
        files.replace("/etc/x", b"a")
        files.replace("/etc/x", b"")
        self.assertEqual(files.read("/etc/x"), b"")

    def test_leaves_nothing_beside_it(self):
        files.replace("/etc/config/x", b"a")
        self.assertEqual(os.listdir(paths.real("/etc/config")), ["x"])

    def test_a_folder_is_in_its_place(self):
        files.make_folder("/etc/x/y")
        with self.assertRaises(files.FileError) as caught:
            files.replace("/etc/x", b"a")
        self.assertIn("/etc/x: replacing failed: ", caught.exception.message)
        self.assertEqual(sorted(os.listdir(paths.real("/etc"))), ["config", "x"])

    def test_a_file_is_in_its_folders_place(self):
        files.replace("/etc/x", b"a")
        with self.assertRaises(files.FileError):
            files.replace("/etc/x/y", b"a")
        self.assertEqual(files.read("/etc/x"), b"a")

    def test_symbolic_link_is_followed(self):
        files.replace("/etc/real", b"a", 0o644)
        link = paths.real("/etc/link").encode() + b"\0"
        self.assertEqual(libc.func("i", "symlink", "PP")(b"real\0", link), 0)
        files.replace("/etc/link", b"b", None)
        self.assertEqual(files.read("/etc/real"), b"b")
        self.assertEqual(mode("/etc/real"), 0o644)


class Other(TreeCase):
    def test_remove(self):
        files.replace("/etc/x", b"a")
        files.remove("/etc/x")
        self.assertFalse(files.exists("/etc/x"))
        files.remove("/etc/x")

    def test_names(self):
        self.assertEqual(files.names("/nothing"), [])
        for name in ("b", "a", ".c"):
            files.replace("/etc/config/" + name, b"")
        self.assertEqual(files.names("/etc/config"), [".c", "a", "b"])

    def test_sweep_takes_only_temporary_files(self):
        for name in (".network.shroud-Ab12xy", "network", ".network.uci-Ab12xy"):
            with open(paths.real("/etc/config/" + name), "w") as stream:
                stream.write("x")
        self.assertEqual(files.names("/etc/config"), [".network.uci-Ab12xy", "network"])
        files.sweep("/etc/config")
        self.assertEqual(
            sorted(os.listdir(paths.real("/etc/config"))), [".network.uci-Ab12xy", "network"]
        )

    def test_move(self):
        files.replace("/etc/x", b"a")
        files.move("/etc/x", "y")
        self.assertEqual(files.read("/etc/y"), b"a")
        with self.assertRaises(files.FileError):
            files.move("/etc/x", "z")
