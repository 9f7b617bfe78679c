# SPDX-License-Identifier: GPL-2.0-or-later
"""Clocks and locks of the machine."""

import os

from shroud import files, host, paths
from tests.agent.tree import TreeCase

LOCK = "/var/run/shroud/lock"


class Clocks(TreeCase):
    def test_uptime_does_not_go_back(self):
        self.assertLessEqual(host.uptime(), host.uptime())

    def test_boot_id_stays(self):
        self.assertEqual(host.boot_id(), host.boot_id())
        self.assertEqual(len(host.boot_id()), 36)

    def test_timestamp(self):
        self.assertEqual(host.timestamp(0), "1970-01-01T00:00:00Z")
        self.assertEqual(host.timestamp(1795338720), "2026-11-22T09:12:00Z")

    def test_timestamp_after_2038(self):
        self.assertEqual(host.timestamp(4102444800), "2100-01-01T00:00:00Z")


class Locks(TreeCase):
    def test_second_gets_none(self):
        held = host.lock(LOCK)
        self.assertIsNone(host.lock(LOCK))
        held.release()

    def test_released(self):
        host.lock(LOCK).release()
        again = host.lock(LOCK)
        self.assertIsNotNone(again)
        again.release()

    def test_wait_ends(self):
        held = host.lock(LOCK)
        before = host.uptime()
        self.assertIsNone(host.lock(LOCK, 0.2))
        self.assertGreaterEqual(host.uptime(), before + 0.2)
        held.release()

    def test_makes_its_folder_private(self):
        host.lock(LOCK).release()
        self.assertEqual(os.stat(paths.real("/var/run/shroud"))[0] & 0o777, 0o700)

    def test_keeps_what_is_in_the_file(self):
        files.replace("/etc/config/network", b"text")
        host.lock("/etc/config/network").release()
        self.assertEqual(files.read("/etc/config/network"), b"text")

    def test_a_replaced_file_is_another_lock(self):
        files.replace("/etc/config/network", b"old")
        held = host.lock("/etc/config/network")
        files.replace("/etc/config/network", b"new")
        again = host.lock("/etc/config/network")
        self.assertIsNotNone(again)
        again.release()
        held.release()

    def test_no_child_inherits_it(self):
        held = host.lock(LOCK)
        code, out, _ = host.run(["ls", "-l", "/proc/self/fd"])
        self.assertEqual(code, 0)
        self.assertNotIn(b"/var/run/shroud/lock", out)
        held.release()

    def test_folder_cannot_be_locked(self):
        with self.assertRaises(files.FileError) as caught:
            host.lock("/etc/config")
        self.assertIn("/etc/config: opening failed: ", caught.exception.message)
