# SPDX-License-Identifier: GPL-2.0-or-later
"""PPPoE interfaces, and the words that switch a line on; the options that they refer to."""

import unittest

from shroud import files, network, options, paths, uci
from shroud.errors import AgentError
from shroud.settings import Settings
from tests.agent.tree import TreeCase

KEY = "3CBjZ0mBwhAfNgtqzJOKbjWgOQfk3pJ4cnxb2Ej2pDo="
OTHER = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo="
REFERENCE = b"file /etc/shroud/lines/wan.options"
NETWORK = b"""config device
	option name 'br-lan'

config interface 'lan'
	option proto 'static'

config interface 'wan'
	option device 'eth1.7'
	option proto 'pppoe'
	option password 'secret'
	option pppd_options 'lcp-restart 1'

config interface 'old'
	option ifname 'eth2'
	option proto pppoe

config interface
	option proto 'pppoe'
"""


class Interfaces(TreeCase):
    def test_only_pppoe_with_a_name(self):
        files.replace(paths.NETWORK, NETWORK)
        found = [(one.name, one.proto, one.device) for one in network.interfaces()]
        self.assertEqual(found, [("wan", "pppoe", "eth1.7"), ("old", "pppoe", "eth2")])

    def test_no_file(self):
        self.assertEqual(network.interfaces(), [])

    def test_attached(self):
        self.assertFalse(network.listed(NETWORK)[0].is_attached())
        on = NETWORK.replace(b"restart 1", b"restart 1 " + REFERENCE)
        self.assertTrue(network.listed(on)[0].is_attached())

    def test_no_uci(self):
        files.replace(paths.NETWORK, b"config interface 'wan\n")
        with self.assertRaises(uci.UciError) as caught:
            network.interfaces()
        self.assertEqual(
            caught.exception.message, "network: line 1: a ' is opened and never closed"
        )

    def test_section(self):
        self.assertEqual(network.section(NETWORK, "wan").get("device"), b"eth1.7")

    def test_unknown_section(self):
        for name in ("lan", "br-lan", "nothing", ""):
            with self.assertRaises(AgentError) as caught:
                network.section(NETWORK, name)
            self.assertEqual(caught.exception.code, "unknown-line")

    def test_a_strange_device_is_shown_harmless(self):
        text = b"config interface 'wan'\n option proto pppoe\n option device '\x1b[\xff'\n"
        self.assertEqual(network.listed(text)[0].device, "?[?")


class Reference(unittest.TestCase):
    def test_attach(self):
        for before, after in (
            (b"", REFERENCE),
            (b"  ", REFERENCE),
            (b"lcp-restart 1", b"lcp-restart 1 " + REFERENCE),
            (b"a\n b ", b"a\n b  " + REFERENCE),
            (b"\xff", b"\xff " + REFERENCE),
            (REFERENCE + b"2", REFERENCE + b"2 " + REFERENCE),
            (b"file  /etc/shroud/lines/wan.options b", b"file  /etc/shroud/lines/wan.options b"),
        ):
            self.assertEqual(network.attached(before, "wan"), after)

    def test_detach(self):
        for before, after in (
            (b"", b""),
            (REFERENCE, b""),
            (b"a  b " + REFERENCE, b"a  b"),
            (b"a " + REFERENCE + b" b  c ", b"a b  c "),
            (REFERENCE + b" a", b"a"),
            (b"a " + REFERENCE + b" b " + REFERENCE, b"a b"),
            (b"file /etc/shroud/lines/wan2.options", b"file /etc/shroud/lines/wan2.options"),
            (b"xfile /etc/shroud/lines/wan.options", b"xfile /etc/shroud/lines/wan.options"),
            (b"file", b"file"),
        ):
            self.assertEqual(network.detached(before, "wan"), after)

    def test_no_blanks_or_quotes_in_it(self):
        self.assertEqual(network.reference("wan").split(), REFERENCE.split())


class Options(unittest.TestCase):
    def test_defaults(self):
        self.assertEqual(
            options.render(Settings("wan")).decode().split("\n")[1:],
            [
                "plugin shroud.so",
                "shroud prefer",
                "shroud-role cpe",
                "shroud-line wan",
                "shroud-known-keys /etc/shroud/known_keys",
                "shroud-status /var/run/shroud/lines/wan.json",
                "shroud-redial /var/run/shroud/redial",
                "",
            ],
        )

    def test_all(self):
        line = Settings("wan").changed(
            policy="require", mode="head", peer_keys=[KEY, OTHER], rekey_interval=600
        )
        rows = options.render(line).decode().split("\n")
        self.assertFalse(any(row.startswith("shroud-framing") for row in rows))
        for row in (
            "shroud require",
            "shroud-mode head",
            "shroud-peer-key " + KEY,
            "shroud-peer-key " + OTHER,
            "shroud-rekey 600",
        ):
            self.assertEqual(rows.count(row), 1)

    def test_decoy_gives_way_to_head_and_lcp_to_native(self):
        decoy = Settings("wan").changed(mode="decoy")
        rows = options.render(decoy).decode().split("\n")
        self.assertIn("shroud-mode decoy,head", rows)
        both = options.render(decoy.changed(framing="lcp")).decode().split("\n")
        self.assertEqual([row for row in both if row not in rows], ["shroud-framing lcp,native"])
