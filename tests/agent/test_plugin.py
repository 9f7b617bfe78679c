# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin's status file and redial record, whole and damaged."""

import json

from shroud import files, host, paths, plugin
from tests.agent.tree import TreeCase

KEY = "3CBjZ0mBwhAfNgtqzJOKbjWgOQfk3pJ4cnxb2Ej2pDo="
WHOLE = {
    "schema": 1,
    "pid": 0,
    "updated": "2026-11-22T09:12:00Z",
    "line": "wan",
    "interface": "pppoe-wan",
    "role": "cpe",
    "policy": "prefer",
    "state": "covered",
    "shrouded": True,
    "alarm": True,
    "reason": "why",
    "peer": {"fingerprint": KEY, "trust": "known"},
    "mode": "head",
    "framing": "native",
    "suite": "suite",
    "since": "2026-11-22T09:00:00Z",
    "last_rekey": None,
    "next_rekey": None,
    "rekeys": 3,
    "notice": "hello",
    "session": {"encapsulation": "pppoe", "id": 7, "device": "eth1", "peer": "02:00"},
    "counters": {"tx_block": 5},
}


class Status(TreeCase):
    def put(self, data):
        files.replace(paths.status_file("wan"), data)

    def load(self, **changed):
        whole = dict(WHOLE)
        whole.update(changed)
        self.put(json.dumps(whole).encode())
        return plugin.load("wan")

    def test_no_file(self):
        self.assertIsNone(plugin.load("wan"))

    def test_garbage(self):
        for data in (b"{", b"[]", b"null", b'"x"', b"\xff\xfe{}", b"", b"{}x", b"[" * 5000):
            with self.subTest(data=data[:9]):
                self.put(data)
                self.assertIsNone(plugin.load("wan"))

    def test_too_long(self):
        self.put(b'{"schema":"' + b"x" * plugin.LIMIT + b'"}')
        self.assertIsNone(plugin.load("wan"))

    def test_pppd_that_ended(self):
        report = self.load()
        self.assertFalse(report.alive)
        self.assertFalse(report.shrouded)
        self.assertIsNone(report.notice)
        self.assertIsNone(report.counters)
        self.assertEqual(report.reason, "why")
        self.assertEqual(report.peer, {"fingerprint": KEY, "trust": "known"})

    def test_process_of_another_kind_with_its_number(self):
        self.assertFalse(self.load(pid=1).alive)

    def test_members_of_the_wrong_type(self):
        wrong = {name: {"x": [1]} for name in WHOLE}
        self.put(json.dumps(wrong).encode())
        report = plugin.load("wan")
        for name in ("updated", "state", "reason", "peer", "mode", "framing", "since", "notice"):
            self.assertIsNone(getattr(report, name))
        self.assertEqual((report.pid, report.rekeys, report.alarm), (0, 0, False))

    def test_what_an_old_report_explains(self):
        now = host.now()
        for age, explains in ((5, True), (500, True), (700, False), (-700, False)):
            report = self.load(updated=host.timestamp(now - age))
            self.assertEqual(report.explains(), explains)

    def test_text_from_the_peer(self):
        self.assertEqual(self.load(reason="a\x1bb").reason, "a?b")


class Times(TreeCase):
    def test_as_host_writes_them(self):
        for seconds in (0, 951782400, 1709251199, 1795338720, 4102444799):
            self.assertEqual(plugin.seconds(host.timestamp(seconds)), seconds)

    def test_none(self):
        for text in ("", "2026-11-22", "2026-11-22T09:12:00", "2026-13-22T09:12:00Z",
                     "2026-11-22T24:12:00Z", "2026-11-22 09:12:00Z", "abcd-11-22T09:12:00Z",
                     "1969-11-22T09:12:00Z", "x" * 20, "\u0661" * 5000):  # fmt: skip
            self.assertIsNone(plugin.seconds(text))


class Offences(TreeCase):
    def test_no_record(self):
        self.assertEqual(plugin.offences("wan"), (0, 0))

    def test_rows(self):
        later = host.now() + 500
        files.replace(paths.REDIAL, f"# x\nwan2 9 9\nwan 3 {later}\n".encode())
        self.assertEqual(plugin.offences("wan"), (3, later))
        self.assertEqual(plugin.offences("wan2"), (9, 0))
        self.assertEqual(plugin.offences("wa"), (0, 0))

    def test_clock_that_was_set_back(self):
        files.replace(paths.REDIAL, f"wan 3 {host.now() + 90000}\n".encode())
        self.assertEqual(plugin.offences("wan"), (3, 0))

    def test_damaged(self):
        for value in (b"x", b"1", b"1 2 3", b"\xff \xff", b"", b"-5 0", b"9 " * 9):
            files.replace(paths.REDIAL, b"wan " + value + b"\n")
            self.assertEqual(plugin.offences("wan"), (0, 0))
