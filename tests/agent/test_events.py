# SPDX-License-Identifier: GPL-2.0-or-later
"""The history of events."""

import json

from shroud import events, files, host, paths, stories
from tests.agent.tree import TreeCase


class History(TreeCase):
    def test_empty(self):
        self.assertEqual(events.history(), [])

    def test_one(self):
        events.add("key-changed", "wan", "alarm", text="a\nb %s", count=3)
        told = events.history()
        self.assertEqual(len(told), 1)
        event = told[0]
        self.assertEqual(
            sorted(event),
            ["advice", "count", "detail", "kind", "line", "meaning", "severity", "time", "title",
             "uptime"],
        )  # fmt: skip
        self.assertEqual((event["title"], event["meaning"], event["advice"]),
                         stories.KINDS["key-changed"])  # fmt: skip
        self.assertEqual((event["detail"], event["count"]), ("a?b %s", 3))
        self.assertEqual((event["line"], event["severity"]), ("wan", "alarm"))

    def test_time_is_worked_out_from_the_uptime(self):
        events.add("kept", "wan", "info")
        event = events.history()[0]
        then = int(host.now() - host.uptime() + event["uptime"])
        self.assertIn(event["time"], [host.timestamp(then + off) for off in (-1, 0, 1)])

    def test_newest_first_of_one_line_and_limited(self):
        for number in range(3):
            events.add("kept", "wan", "info", text=number + 1)
            events.add("kept", "wan2", "info", text=number + 1)
        self.assertEqual([one["detail"] for one in events.history("wan")], ["3", "2", "1"])
        self.assertEqual([one["line"] for one in events.history(None, 3)], ["wan2", "wan", "wan2"])

    def test_the_oldest_go(self):
        event = {"uptime": 1, "line": "", "kind": "x", "severity": "info", "count": 1}
        event["detail"] = None
        full = {"schema": 1, "boot_id": host.boot_id(), "events": [event] * events.KEPT}
        files.replace(paths.HISTORY, json.dumps(full).encode())
        events.add("kept", "wan", "info")
        told = events.history()
        self.assertEqual(len(told), events.KEPT)
        self.assertEqual(told[0]["kind"], "kept")

    def test_kind_without_words(self):
        events.add("novel", "", "info")
        self.assertEqual(events.history()[0]["title"], stories.UNKNOWN[0])

    def test_damaged(self):
        events.add("kept", "wan", "info")
        whole = files.read(paths.HISTORY)
        for data in (b"", b"{", b"[]", b"\xff", whole[:-9], b'{"events":[1,{}],"boot_id":null}'):
            files.replace(paths.HISTORY, data)
            self.assertEqual(events.history(), [])
        events.add("kept", "wan", "info")
        self.assertEqual(len(events.history()), 1)

    def test_another_boot(self):
        events.add("kept", "wan", "info")
        data = files.read(paths.HISTORY).replace(host.boot_id().encode(), b"x")
        files.replace(paths.HISTORY, data)
        self.assertEqual(events.history(), [])

    def test_that_can_not_be_written(self):
        files.make_folder(paths.HISTORY)
        events.add("kept", "wan", "info")  # goes to the system log, and is no error
        self.assertEqual(events.history(), [])
