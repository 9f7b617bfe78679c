# SPDX-License-Identifier: GPL-2.0-or-later
"""What is understood of netifd's status, and how the probe counts."""

import json
import unittest

from shroud import files, netifd, paths, probe
from tests.agent.tree import TreeCase

# As netifd's ubus.c writes it, of a PPPoE line; parts that nobody reads are left out.
UP = """{
 "up": true, "pending": false, "available": true, "autostart": true, "dynamic": false,
 "uptime": 55, "l3_device": "pppoe-wan", "proto": "pppoe", "device": "eth1", "metric": 0,
 "ipv4-address": [{"address": "198.51.100.7", "mask": 32, "ptpaddress": "198.51.100.1"}],
 "route": [{"target": "192.0.2.0", "mask": 24, "nexthop": "0.0.0.0", "source": ""},
           {"target": "::", "mask": 0, "nexthop": "fe80::1", "source": ""},
           {"target": "0.0.0.0", "mask": 0, "nexthop": "198.51.100.1", "source": ""}],
 "dns-server": ["198.51.100.53", "2001:db8::53"], "data": {}}"""
DOWN = """{"up": false, "pending": false, "available": true, "autostart": false,
 "proto": "pppoe", "device": "eth1", "data": {},
 "errors": [{"subsystem": "pppoe", "code": "OPTION_ERROR"}]}"""


class Status(unittest.TestCase):
    def test_up(self):
        found = netifd.parse(json.loads(UP))
        self.assertEqual(found["gateway"], "198.51.100.1")
        self.assertEqual(found["dns"], ["198.51.100.53", "2001:db8::53"])
        self.assertEqual((found["up"], found["uptime"], found["errors"]), (True, 55, []))
        self.assertEqual((found["device"], found["l3_device"]), ("eth1", "pppoe-wan"))

    def test_without_a_default_route(self):
        told = json.loads(UP)
        told["route"] = []
        self.assertEqual(netifd.parse(told)["gateway"], "198.51.100.1")
        told["ipv4-address"] = []
        self.assertIsNone(netifd.parse(told)["gateway"])

    def test_only_ipv6(self):
        told = json.loads(UP)
        told["route"].pop()
        self.assertEqual(netifd.parse(told)["gateway"], "fe80::1")

    def test_blocked(self):
        found = netifd.parse(json.loads(DOWN))
        self.assertEqual((found["up"], found["autostart"]), (False, False))
        self.assertEqual(found["errors"], ["OPTION_ERROR"])
        self.assertIsNone(found["l3_device"])

    def test_anything(self):
        for told in (None, [], 7, {"route": 1, "errors": ["x", None], "dns-server": [1], "up": 1}):
            found = netifd.parse(told)
            self.assertFalse(found["up"])
            self.assertEqual((found["gateway"], found["dns"], found["errors"]), (None, [], []))


class Probes(TreeCase):
    def count(self, text):
        files.replace(paths.NETWORK_DEVICES + "/pppoe-wan/statistics/rx_packets", text)

    def test_received(self):
        self.assertEqual(probe.received("pppoe-wan"), 0)
        self.count(b"18446744073709551615\n")
        self.assertEqual(probe.received("pppoe-wan"), 18446744073709551615)
        self.count(b"what\n")
        self.assertEqual(probe.received("pppoe-wan"), 0)
        for name in ("", "..", "../../etc", "a/b"):
            self.assertEqual(probe.received(name), 0)

    def test_something_came_in(self):
        self.count(b"8\n")
        looked = probe.Probe("pppoe-wan")
        looked._ping = lambda _: False
        status = {"dns": [], "gateway": None}
        self.assertFalse(looked.carries(status))
        self.count(b"9\n")
        self.assertTrue(looked.carries(status))

    def test_dialled_again(self):
        self.count(b"900\n")
        looked = probe.Probe("pppoe-wan")
        self.count(b"8\n")
        self.assertFalse(looked._got())
        self.count(b"9\n")
        self.assertTrue(looked._got())

    def test_who_is_asked(self):
        others = [["-t", "1", "192.0.2.1"], ["ff02::2"]]
        self.assertEqual(probe.targets("198.51.100.1"), [["198.51.100.1"]] + others)
        self.assertEqual(probe.targets(None), others)
        self.assertEqual(len(probe.QUESTION), 15)
