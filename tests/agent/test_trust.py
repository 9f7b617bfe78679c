# SPDX-License-Identifier: GPL-2.0-or-later
"""The record of known keys."""

import json

from shroud import files, host, paths, trust
from shroud.errors import AgentError
from tests.agent.tree import TreeCase

OLD = "3CBjZ0mBwhAfNgtqzJOKbjWgOQfk3pJ4cnxb2Ej2pDo="
NEW = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
OTHERS = f"# comment wan\n{OLD} wan2\nnonsense wanx\n\n\xff odd row\n{OLD} x wan\n".encode(
    "latin-1"
)
NETWORK = b"config interface 'wan'\n\toption proto 'pppoe'\n\toption device 'eth1'\n"


class Rows(TreeCase):
    def test_first_row(self):
        self.assertEqual(trust.replace(b"", "wan", NEW), f"{NEW} wan\n".encode())

    def test_other_lines_stay(self):
        row = f"{OLD} wan\n".encode()
        new = f"{NEW} wan\n".encode()
        self.assertEqual(trust.replace(OTHERS + row, "wan", NEW), OTHERS + new)
        self.assertEqual(trust.replace(row + OTHERS, "wan", NEW), new + OTHERS)
        self.assertEqual(trust.replace(OTHERS, "wan", NEW), OTHERS + new)

    def test_several_rows_become_one(self):
        rows = f"{OLD} wan\n{OLD} wan2\n{OLD} wan\n".encode()
        self.assertEqual(trust.replace(rows, "wan", NEW), f"{NEW} wan\n{OLD} wan2\n".encode())

    def test_damaged_row_of_the_line(self):
        self.assertEqual(trust.replace(b"short wan\n", "wan", NEW), f"{NEW} wan\n".encode())

    def test_no_line_feed_at_the_end(self):
        self.assertEqual(
            trust.replace(f"{OLD} wan2".encode(), "wan", NEW), f"{OLD} wan2\n{NEW} wan\n".encode()
        )
        self.assertEqual(trust.replace(f"{OLD} wan".encode(), "wan", NEW), f"{NEW} wan".encode())

    def test_nul(self):
        with self.assertRaises(AgentError) as caught:
            trust.replace(b"a\0b", "wan", NEW)
        self.assertEqual(caught.exception.code, "config")

    def test_known(self):
        files.replace(paths.KNOWN_KEYS, OTHERS)
        self.assertTrue(trust.knows("wan2"))
        self.assertFalse(trust.knows("wan"))

    def test_locked_by_the_plugin(self):
        lock = host.lock(paths.KNOWN_KEYS_LOCK)
        try:
            with self.assertRaises(AgentError) as caught:
                trust.store("wan", NEW)
        finally:
            lock.release()
        self.assertEqual(caught.exception.code, "busy")


class Accept(TreeCase):
    def setUp(self):
        super().setUp()
        files.replace(paths.NETWORK, NETWORK)
        files.replace(paths.KNOWN_KEYS, f"{OLD} wan\n".encode())

    def show(self, verdict="untrusted"):
        told = {"pid": 0, "state": "plain", "peer": {"fingerprint": NEW, "trust": verdict}}
        files.replace(paths.status_file("wan"), json.dumps(told).encode())

    def refusal(self, line="wan", fingerprint=NEW):
        with self.assertRaises(AgentError) as caught:
            trust.accept(line, fingerprint)
        self.assertEqual(files.read(paths.KNOWN_KEYS), f"{OLD} wan\n".encode())
        return caught.exception.code

    def test_accepted(self):
        self.show()
        self.assertEqual(
            trust.accept("wan", NEW), {"line": "wan", "fingerprint": NEW, "reconnecting": False}
        )
        self.assertEqual(files.read(paths.KNOWN_KEYS), f"{NEW} wan\n".encode())

    def test_another_fingerprint(self):
        self.show()
        self.assertEqual(self.refusal(fingerprint=OLD), "argument")
        self.assertEqual(self.refusal(fingerprint=NEW[:-1]), "argument")
        self.assertEqual(self.refusal(fingerprint="\u00fc" * 22), "argument")

    def test_nothing_shown(self):
        self.assertEqual(self.refusal(), "nothing-to-do")

    def test_key_that_is_trusted_already(self):
        self.show("known")
        self.assertEqual(self.refusal(), "nothing-to-do")

    def test_unknown_line(self):
        self.show()
        self.assertEqual(self.refusal(line="wna"), "unknown-line")

    def test_pinned(self):
        self.show()
        files.replace(paths.SHROUD, f"config line 'wan'\n\tlist peer_key '{OLD}'\n".encode())
        self.assertEqual(self.refusal(), "argument")
