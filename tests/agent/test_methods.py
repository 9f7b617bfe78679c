# SPDX-License-Identifier: GPL-2.0-or-later
"""How arguments of the ubus object are read and checked."""

import unittest

from shroud import methods, rpc
from shroud.errors import AgentError

BAD = [
    ("status", {"line": 1}, 'the argument "line" is not a text'),
    ("status", {"lines": ""}, 'status has no argument "lines"; it has: line'),
    ("lines", {"x": 1}, 'lines has no argument "x"; it has: none'),
    ("apply", {}, 'apply needs the argument "line"'),
    ("apply", {"line": ""}, 'apply needs the argument "line"'),
    ("apply", {"line": None}, 'apply needs the argument "line"'),
    ("apply", {"line": "wan", "enabled": 1}, '"enabled" is not true or false'),
    ("apply", {"line": "wan", "enabled": "1"}, '"enabled" is not true or false'),
    ("apply", {"line": "wan", "rekey_interval": True}, '"rekey_interval" is not a whole number'),
    ("apply", {"line": "wan", "rekey_interval": 60.0}, '"rekey_interval" is not a whole number'),
    ("apply", {"line": "wan", "peer_key": "x"}, '"peer_key" is not a list of texts'),
    ("apply", {"line": "wan", "peer_key": ["x", 1]}, '"peer_key" is not a list of texts'),
    ("trust", {"line": "wan"}, 'trust needs the argument "fingerprint"'),
    ("history", {"limit": "5"}, '"limit" is not a whole number'),
    ("confirm", {"line": ["wan"]}, '"line" is not a text'),
    ("diagnose", {"line": {}}, '"line" is not a text'),
    ("status", {"\x1b[31m" + "x" * 99: 1}, 'status has no argument "?[31mxxx'),
]


class Checks(unittest.TestCase):
    def test_bad(self):
        for method, given, text in BAD:
            with self.subTest(method=method, given=given):
                with self.assertRaises(AgentError) as caught:
                    methods.checked(method, given)
                self.assertEqual(caught.exception.code, "argument")
                self.assertIn(text, caught.exception.message)

    def test_good(self):
        given = {"line": "wan", "enabled": False, "peer_key": [], "rekey_interval": 60}
        self.assertEqual(methods.checked("apply", given), given)

    def test_null_is_absent_and_the_session_is_ignored(self):
        given = {"line": None, "ubus_rpc_session": "0123"}
        self.assertEqual(methods.checked("status", given), {})

    def test_unknown_method(self):
        with self.assertRaises(AgentError) as caught:
            methods.call("x" * 99, {})
        self.assertEqual(caught.exception.code, "argument")

    def test_each_method_does_something(self):
        self.assertEqual(sorted(methods._DO), sorted(methods.METHODS))

    def test_limit_of_the_history(self):
        for limit in (0, 101, -1, 1 << 40):
            with self.assertRaises(AgentError):
                methods.call("history", {"limit": limit})


def parts(*data):
    """What reads the parts one after the other, and then waits for ever."""
    rest = list(data)

    def read():
        if not rest:
            raise RuntimeError("asked for more than there is")
        return rest.pop(0)

    return read


class Arguments(unittest.TestCase):
    def refusal(self, *data):
        with self.assertRaises(AgentError) as caught:
            rpc.arguments(parts(*data))
        self.assertEqual(caught.exception.code, "argument")
        return caught.exception.message

    def test_whole(self):
        self.assertEqual(rpc.arguments(parts(b'{"line":"wan"}\n')), {"line": "wan"})

    def test_in_parts_and_without_an_end(self):
        self.assertEqual(rpc.arguments(parts(b'{"a":{', b'"b":"}"}', b"}")), {"a": {"b": "}"}})

    def test_character_cut_in_two(self):
        self.assertEqual(rpc.arguments(parts(b'{"a":"\xc3', b'\xbc"}')), {"a": "\u00fc"})

    def test_none(self):
        self.assertEqual(rpc.arguments(parts(b"")), {})
        self.assertEqual(rpc.arguments(parts(b" \n", b"")), {})

    def test_cut_off(self):
        self.assertIn("the text ends", self.refusal(b'{"line":"wan"', b""))

    def test_no_object(self):
        self.assertIn("no JSON object", self.refusal(b"[1]", b""))
        self.assertIn("no JSON object", self.refusal(b"null", b""))

    def test_not_json(self):
        self.assertIn("not JSON: no name", self.refusal(b"{'a':1}", b""))
        self.assertIn("not JSON: no value at octet 6", self.refusal(b'{"a":x}'))
        self.assertIn("more than one", self.refusal(b"{}{}"))

    def test_not_utf8(self):
        self.assertIn("not UTF-8", self.refusal(b'{"a":"\xff"}'))

    def test_too_long(self):
        self.assertIn("longer than 65536", self.refusal(b'{"a":"' + b"x" * 65530, b'"}', b""))

    def test_just_long_enough(self):
        long = b'{"a":"' + b"x" * (65536 - 8) + b'"}'
        self.assertEqual(len(rpc.arguments(parts(long))["a"]), 65536 - 8)


class Errors(unittest.TestCase):
    def test_error_for_the_user(self):
        def ask():
            raise AgentError("busy", "wait\n%s")

        self.assertEqual(rpc.guarded(ask), {"error": {"code": "busy", "message": "wait?%s"}})
