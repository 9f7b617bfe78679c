# SPDX-License-Identifier: GPL-2.0-or-later
"""The words of the command line."""

import unittest

from shroud import arguments, cli
from shroud.arguments import FLAG, LIST, TEXT
from shroud.errors import AgentError

GOOD = [
    (["status"], ("status", {}, False)),
    (["status", "wan", "--json"], ("status", {"line": "wan"}, True)),
    (["lines"], ("lines", {}, False)),
    (["history", "--limit", "5"], ("history", {"limit": 5}, False)),
    (["apply", "wan", "--on"], ("apply", {"line": "wan", "enabled": True}, False)),
    (["apply", "--off", "wan"], ("apply", {"line": "wan", "enabled": False}, False)),
    (
        ["apply", "wan", "--policy=require", "--mode", "head", "--rekey-interval", "0"],
        ("apply", {"line": "wan", "policy": "require", "mode": "head", "rekey_interval": 0}, False),
    ),
    (
        ["apply", "wan", "--peer-key", "A=", "--peer-key=B="],
        ("apply", {"line": "wan", "peer_key": ["A=", "B="]}, False),
    ),
    (
        ["apply", "wan", "--mode", "decoy", "--framing=lcp"],
        ("apply", {"line": "wan", "mode": "decoy", "framing": "lcp"}, False),
    ),
    (["apply", "wan", "--no-peer-keys"], ("apply", {"line": "wan", "peer_key": []}, False)),
    (["trust", "wan", "KEY="], ("trust", {"line": "wan", "fingerprint": "KEY="}, False)),
]
BAD = [
    ([], "say what to do"),
    (["nonsense"], "say what to do"),
    (["apply"], "LINE is missing"),
    (["trust", "wan"], "FINGERPRINT is missing"),
    (["status", "wan", "x"], "x: one word too many"),
    (["status", "--policy", "x"], "--policy: there is no such option"),
    (["apply", "wan", "--policy"], "--policy: a value is missing"),
    (["apply", "wan", "--on=1"], "--on: takes no value"),
    (["apply", "wan", "--on", "--off"], "exclude each other"),
    (["apply", "wan", "--no-peer-keys", "--peer-key", "x"], "exclude each other"),
    (["apply", "wan", "--rekey-interval", "1h"], "--rekey-interval: a whole number"),
    (["apply", "wan", "--rekey-interval", "-5"], "--rekey-interval: a whole number"),
    (["history", "--limit", "9" * 10], "--limit: a whole number"),
]


class Words(unittest.TestCase):
    def test_good(self):
        for words, meaning in GOOD:
            with self.subTest(words=words):
                self.assertEqual(cli.parse(words), meaning)

    def test_bad(self):
        for words, text in BAD:
            with self.subTest(words=words):
                with self.assertRaises(AgentError) as caught:
                    cli.parse(words)
                self.assertIn(text, caught.exception.message)

    def test_every_command_is_explained(self):
        for command in list(cli.COMMANDS) + list(cli.SYSTEM):
            self.assertIn(command, cli.USAGE)
        self.assertEqual(sorted(cli._DO), sorted(cli.SYSTEM))


class Parser(unittest.TestCase):
    def test_end_of_options(self):
        self.assertEqual(arguments.parse(["--", "-x"], ("line",), {"x": FLAG}), {"line": "-x"})

    def test_kinds(self):
        self.assertEqual(
            arguments.parse(["--a", "--b=", "--c", "1", "--c=2=3"], (),
                            {"a": FLAG, "b": TEXT, "c": LIST}),
            {"a": True, "b": "", "c": ["1", "2=3"]},
        )  # fmt: skip
