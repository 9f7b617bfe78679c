# SPDX-License-Identifier: GPL-2.0-or-later
"""Options in other people's files: taken over, and given back as they were."""

from shroud import files, install, offload, originals, owned, paths
from shroud.errors import AgentError
from shroud.settings import Settings
from tests.agent.tree import TreeCase

HEAD = b"config interface 'wan'\n\toption proto 'pppoe'\n"
FILES = (
    b"config interface wan\n\toption proto pppoe\n",
    b"config interface 'wan'\n\toption proto 'pppoe'",
    b"config interface 'wan'\r\n\toption proto 'pppoe'\r\n\toption pppd_options ''\r\n",
    b"config interface 'wan'\n option pppd_options debug # why\n\toption proto 'pppoe'\n\n",
    HEAD + b"\tlist pppd_options 'a b'\n\tlist pppd_options \"c\"\n# end",
    HEAD + b"\toption pppd_options 'x'\n\toption pppd_options 'file /etc/ppp/mine'\n",
    HEAD + b"\toption pppd_options '\xff\xfe'\n",
)
REFERENCE = b"file /etc/shroud/lines/wan.options"
SETTINGS = Settings("wan", enabled=True)
FIREWALLS = (b"'1'", b'"on"', b"yes", b"true # x")


class Network(TreeCase):
    def test_back_as_it_was(self):
        for data in FILES:
            files.replace(paths.NETWORK, data, 0o644)
            value = install.place("wan").value() or b""
            self.assertTrue(install.attach(SETTINGS))
            self.assertFalse(install.attach(SETTINGS))
            self.assertEqual(install.attached(), ["wan"])
            self.assertEqual(install.place("wan").value(), (value + b" " + REFERENCE).strip())
            self.assertEqual(install.place("wan").original() or b"", value)
            self.assertTrue(install.detach("wan"))
            self.assertFalse(install.detach("wan"))
            self.assertEqual(files.read(paths.NETWORK), data)
            self.assertEqual(files.exists(paths.ORIGINALS), False)

    def test_edited_meanwhile(self):
        files.replace(paths.NETWORK, FILES[3])
        install.attach(SETTINGS)
        edited = files.read(paths.NETWORK).replace(b"debug", b"debug mru 1400")
        files.replace(paths.NETWORK, edited)
        self.assertFalse(install.attach(SETTINGS))
        install.detach("wan")
        self.assertEqual(install.place("wan").value(), b"debug mru 1400")

    def test_reference_removed_meanwhile(self):
        files.replace(paths.NETWORK, FILES[0])
        install.attach(SETTINGS)
        mine = FILES[0] + b"\toption pppd_options 'debug'\n"
        files.replace(paths.NETWORK, mine)
        self.assertFalse(install.detach("wan"))
        self.assertEqual(files.read(paths.NETWORK), mine)
        install.attach(SETTINGS)
        install.detach("wan")
        self.assertEqual(files.read(paths.NETWORK), mine)

    def test_original_lost(self):
        for data in FILES[:2]:
            files.replace(paths.NETWORK, data)
            install.attach(SETTINGS)
            files.remove(paths.ORIGINALS)
            install.detach("wan")
            self.assertEqual(files.read(paths.NETWORK), data)

    def test_no_such_line(self):
        files.replace(paths.NETWORK, FILES[0])
        with self.assertRaises(AgentError) as caught:
            install.attach(Settings("wan2", enabled=True))
        self.assertIn("wan2", caught.exception.message)
        self.assertEqual(files.read(paths.NETWORK), FILES[0])
        self.assertFalse(install.detach("wan2"))

    def test_not_uci(self):
        files.replace(paths.NETWORK, b"config interface 'wan\n")
        with self.assertRaises(AgentError) as caught:
            install.attach(SETTINGS)
        self.assertEqual(caught.exception.code, "config")
        self.assertIn("line 1", caught.exception.message)

    def test_no_file(self):
        with self.assertRaises(AgentError) as caught:
            install.attach(SETTINGS)
        self.assertEqual(caught.exception.code, "config")
        self.assertFalse(install.detach("wan"))
        self.assertFalse(files.exists(paths.NETWORK))

    def test_every_line_that_is_known(self):
        files.replace(paths.NETWORK, FILES[0])
        files.replace(paths.options_file("gone"), b"")
        self.assertEqual(install.known(), ["gone", "wan"])


class Firewall(TreeCase):
    def test_back_as_it_was(self):
        for value in FIREWALLS:
            data = b"config defaults\n  option flow_offloading_hw " + value + b"\n"
            files.replace(paths.FIREWALL, data)
            self.assertTrue(offload.hold())
            self.assertFalse(offload.hold())
            self.assertEqual(offload.HARDWARE.value(), b"0")
            self.assertIn(offload.HARDWARE.original(), offload.TRUE)
            self.assertTrue(offload.release())
            self.assertEqual(files.read(paths.FIREWALL), data)

    def test_off_stays_untouched(self):
        for data in (
            b"",
            b"config defaults\n",
            b"config defaults\n\toption flow_offloading_hw 0\n",
        ):
            files.replace(paths.FIREWALL, data)
            self.assertFalse(offload.hold())
            self.assertFalse(offload.release())
            self.assertEqual(files.read(paths.FIREWALL), data)

    def test_no_firewall(self):
        self.assertFalse(offload.hold())
        self.assertFalse(offload.release())

    def test_switched_on_meanwhile(self):
        data = b"config defaults\n\toption flow_offloading_hw '1'\n"
        files.replace(paths.FIREWALL, data)
        offload.hold()
        other = b"config defaults\n\toption flow_offloading_hw on\n"
        files.replace(paths.FIREWALL, other)
        self.assertTrue(offload.hold())
        self.assertTrue(offload.release())
        self.assertEqual(files.read(paths.FIREWALL), other)

    def test_removed_meanwhile(self):
        files.replace(paths.FIREWALL, b"config defaults\n\toption flow_offloading_hw '1'\n")
        offload.hold()
        files.replace(paths.FIREWALL, b"config defaults\n")
        self.assertFalse(offload.release())
        self.assertEqual(files.read(paths.FIREWALL), b"config defaults\n")
        self.assertEqual(originals.load(), {})

    def test_flow_tables(self):
        shown = b"table inet fw4 {\n\tflowtable ft {\n\t\thook ingress priority filter\n"
        shown += b"\t\tdevices = { eth0, eth1 }\n\t\tcounter\n%s\t}\n}\n"
        self.assertTrue(offload.parse(shown.replace(b"%s", b"\t\tflags offload;\n")))
        self.assertTrue(offload.parse(shown.replace(b"%s", b"\t\tflags offload\n")))
        self.assertFalse(offload.parse(shown.replace(b"%s", b"")))
        self.assertFalse(offload.parse(b""))

    def test_sentences(self):
        for switched_on, wanted, on, name in (
            (True, True, False, "held"),
            (True, True, True, "leak"),
            (True, False, False, "off"),
            (False, True, True, "on"),
            (False, False, False, "off"),
        ):
            self.assertEqual(offload._sentence(switched_on, wanted, on), name)
            self.assertIn(name, offload.SENTENCES)

    def test_key_names_one_option(self):
        key = "/etc/config/firewall defaults 0 flow_offloading_hw"
        self.assertEqual(offload.HARDWARE.key(), key)
        self.assertEqual(owned.Option("/a", "b", "c", "d").key(), "/a b c d")
