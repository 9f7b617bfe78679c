# SPDX-License-Identifier: GPL-2.0-or-later
"""The figures for Prometheus."""

import unittest

from shroud import metrics

LINE = {
    "name": "wan",
    "enabled": True,
    "up": True,
    "shrouded": True,
    "alarm": False,
    "mtu": 1492,
    "uptime": 77,
    "rekeys": 2,
    "since": "2026-11-22T09:12:00Z",
    "last_rekey": None,
    "suppressed_until": None,
    "counters": {"tx_block": 5, "rx_unknown": 1},
    "state": "shrouded",
    "plugin_mode": "decoy",
    "plugin_framing": "lcp",
}
DOCUMENT = {
    "lines": [LINE],
    "offload": {"hardware_active": False},
    "versions": {"agent": "0.1.0", "kernel": '6"12\\', "pppd": None, "micropython": "1.23.0"},
}


def rows(document=None, seen=()):
    """The lines that are no comments."""
    text = metrics.render(document or DOCUMENT, seen)
    return [row for row in text.split("\n") if row and not row.startswith("#")]


class Text(unittest.TestCase):
    def test_rows(self):
        found = rows()
        for row in (
            'shroud_line_enabled{line="wan"} 1',
            'shroud_line_shrouded{line="wan"} 1',
            'shroud_line_alarm{line="wan"} 0',
            'shroud_line_mtu_bytes{line="wan"} 1492',
            'shroud_line_rekeys_total{line="wan"} 2',
            'shroud_line_shrouded_since_timestamp_seconds{line="wan"} 1795338720',
            'shroud_line_frames_total{direction="tx",line="wan",outcome="block"} 5',
            'shroud_line_frames_total{direction="rx",line="wan",outcome="unknown"} 1',
            'shroud_line_state{line="wan",state="shrouded"} 1',
            'shroud_line_state{line="wan",state="plain"} 0',
            'shroud_line_mode{framing="lcp",line="wan",mode="decoy"} 1',
            "shroud_hardware_offload_active 0",
        ):
            self.assertIn(row, found)

    def test_labels_are_escaped(self):
        found = [row for row in rows() if row.startswith("shroud_build_info")]
        self.assertEqual(
            found,
            ['shroud_build_info{agent="0.1.0",kernel="6\\"12\\\\",micropython="1.23.0",pppd=""} 1'],
        )
        self.assertEqual(metrics.escape('a\n"\\'), 'a\\n\\"\\\\')

    def test_help_and_type_before_each_metric_once(self):
        text = metrics.render(DOCUMENT, [])
        seen = []
        for row in text.split("\n"):
            if row.startswith("# TYPE "):
                seen.append(row.split(" ")[2])
            elif row and not row.startswith("#"):
                self.assertEqual(row.replace("{", " ").split(" ")[0], seen[-1])
        self.assertEqual(len(seen), len(set(seen)))
        self.assertTrue(text.endswith("\n"))

    def test_what_is_not_known_is_left_out(self):
        line = dict(LINE, mtu=None, uptime=None, since=None, counters=None, plugin_mode=None)
        document = dict(DOCUMENT, lines=[line], offload={"hardware_active": None})
        text = "".join(rows(document))
        for name in ("mtu", "uptime", "since", "frames", "offload", "mode"):
            self.assertNotIn(name, text)

    def test_plugin_that_knows_no_framing(self):
        line = dict(LINE, plugin_mode="head", plugin_framing=None)
        found = [row for row in rows(dict(DOCUMENT, lines=[line])) if "_mode" in row]
        self.assertEqual(found, ['shroud_line_mode{framing="native",line="wan",mode="head"} 1'])

    def test_findings(self):
        seen = [
            ("wan", {"kind": "downgrade", "severity": "alarm"}),
            ("wan", {"kind": "shrouded", "severity": "info"}),
        ]
        found = [row for row in rows(seen=seen) if "interference" in row]
        self.assertEqual(found, ['shroud_interference{kind="downgrade",line="wan"} 1'])

    def test_no_lines(self):
        self.assertTrue(rows(dict(DOCUMENT, lines=[])))
