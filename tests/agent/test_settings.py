# SPDX-License-Identifier: GPL-2.0-or-later
"""Settings of lines: read from /etc/config/shroud, checked, written back."""

import os

from shroud import files, host, paths, settings, uci
from shroud.errors import AgentError
from shroud.settings import Settings
from tests.agent.tree import TreeCase

KEY = "3CBjZ0mBwhAfNgtqzJOKbjWgOQfk3pJ4cnxb2Ej2pDo="
OTHER = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo="
FULL = f"""config global 'global'
	option metrics '1'
	option locked_by 'Your ISP'

config line 'wan'
	option enabled '1'
	option mode 'head'
	option policy 'require'
	list peer_key '{KEY}'
	list peer_key '{OTHER}'
	option rekey_interval '3600'
	option locked '1'
"""
WRONG = (
    # What a line says, and what the error says, behind the file's name and line number 2.
    (b"option enabled maybe", "enabled: expected 0 or 1"),
    (b"option locked 2", "locked: expected 0 or 1"),
    (b"option mode full", "mode: expected auto, head or decoy"),
    (b"option framing LCP", "framing: expected native or lcp"),
    (b"option framing lcp", "framing: lcp goes with mode decoy only"),
    (b"option policy must", "policy: expected prefer or require"),
    (b"option policy '\xff'", "policy: not UTF-8"),
    (b"list peer_key '\xff'", "peer_key: not UTF-8"),
    (
        b"list peer_key abc",
        "peer_key: not a key: 44 characters of base64 were expected, the last one =",
    ),
    (b"option rekey_interval 59", "rekey_interval: expected seconds from 60 to 43200, or nothing"),
    (b"option rekey_interval 1h", "rekey_interval: expected seconds from 60 to 43200, or nothing"),
    (b"option rekey_interval -60", "rekey_interval: expected seconds from 60 to 43200, or nothing"),
)
REFUSED = (
    ({"enabled": 1}, "enabled: expected true or false"),
    ({"locked": None}, "locked: expected true or false"),
    ({"mode": None}, "mode: expected auto, head or decoy"),
    ({"mode": "plain"}, "mode: expected auto, head or decoy"),
    ({"framing": None}, "framing: expected native or lcp"),
    ({"framing": "lcp"}, "framing: lcp goes with mode decoy only"),
    ({"mode": "head", "framing": "lcp"}, "framing: lcp goes with mode decoy only"),
    ({"policy": ["prefer"]}, "policy: expected prefer or require"),
    ({"rekey_interval": True}, "rekey_interval: expected seconds from 60 to 43200, or nothing"),
    ({"rekey_interval": "60"}, "rekey_interval: expected seconds from 60 to 43200, or nothing"),
    ({"rekey_interval": 43201}, "rekey_interval: expected seconds from 60 to 43200, or nothing"),
    ({"peer_keys": KEY}, "peer_keys: expected a list of keys"),
    ({"peer_keys": [1]}, "peer_keys: expected a list of keys"),
    ({"peer_keys": [KEY] * 17}, "peer_keys: 17 keys, 16 are allowed"),
    ({"colour": "red"}, "colour: there is no such setting"),
    ({"name": 3}, "name: the name of a line was expected"),
)


class Load(TreeCase):
    def put(self, text):
        files.replace(paths.SHROUD, text, 0o644)

    def test_no_file(self):
        lines, common, problems = settings.load()
        self.assertEqual((lines, problems), ({}, []))
        self.assertEqual((common.metrics, common.locked_by), (False, None))
        self.assertTrue(common.usable("wan"))

    def test_full(self):
        self.put(FULL.encode())
        lines, common, problems = settings.load()
        self.assertEqual(problems, [])
        self.assertEqual((common.metrics, common.locked_by), (True, "Your ISP"))
        wanted = Settings("wan", True, "head", "require", (KEY, OTHER), 3600, True)  # noqa: FBT003
        self.assertEqual(lines["wan"], wanted)

    def test_defaults(self):
        self.put(b"config line 'wan'\n")
        self.assertEqual(settings.load()[0], {"wan": Settings("wan")})

    def test_flags_as_the_shell_has_them(self):
        for word in (b"1", b"on", b"true", b"yes", b"enabled"):
            self.put(b"config line 'wan'\n option enabled " + word + b"\n")
            self.assertTrue(settings.load()[0]["wan"].enabled)
        for word in (b"0", b"off", b"false", b"no", b"disabled"):
            self.put(b"config line 'wan'\n option enabled " + word + b"\n")
            self.assertFalse(settings.load()[0]["wan"].enabled)

    def test_a_wrong_line_is_not_usable(self):
        for text, what in WRONG:
            with self.subTest(text=text):
                self.put(b"config line 'wan'\n" + text + b"\nconfig line 'wan2'\n")
                lines, common, problems = settings.load()
                self.assertEqual(problems, ["shroud: line 2: " + what])
                self.assertEqual(sorted(lines), ["wan2"])
                self.assertFalse(common.usable("wan"))
                self.assertTrue(common.usable("wan2"))

    def test_strangers_are_told(self):
        self.put(b"config line 'wan'\n\toption enable 1\nconfig lines 'b'\n")
        lines, common, problems = settings.load()
        self.assertEqual(
            problems,
            [
                "shroud: line 2: there is no option 'enable'",
                "shroud: line 3: there are no sections 'lines'",
            ],
        )
        self.assertTrue(common.usable("wan"))
        self.assertIn("wan", lines)

    def test_a_line_without_name(self):
        self.put(b"config line\n\toption enabled 1\n")
        self.assertEqual(
            settings.load()[2], ["shroud: line 1: this line has no name: config line 'wan'"]
        )

    def test_no_uci_at_all(self):
        for text in (b"\x7fELF\0\0", b"\0", b"config line 'wan\n", b"<html>\n"):
            self.put(text)
            lines, common, problems = settings.load()
            self.assertEqual((lines, len(problems)), ({}, 1))
            self.assertFalse(common.usable("wan"))

    def test_too_long(self):
        self.put(FULL.encode() + b"#" * uci.LIMIT)
        lines, common, problems = settings.load()
        self.assertEqual(lines, {})
        self.assertEqual(
            problems, ["/etc/config/shroud: longer than the 131072 bytes that are allowed"]
        )
        self.assertFalse(common.usable("wan"))


class Store(TreeCase):
    def stored(self, wanted):
        settings.store(wanted)
        self.assertEqual(settings.load()[0].get(wanted.name, Settings(wanted.name)), wanted)
        return files.read(paths.SHROUD).decode()

    def test_new(self):
        text = self.stored(Settings("wan").changed(enabled=True, policy="require"))
        self.assertEqual(
            text, "\nconfig line 'wan'\n\toption enabled '1'\n\toption policy 'require'\n"
        )

    def test_defaults_of_a_line_that_is_not_there(self):
        self.assertEqual(self.stored(Settings("wan")), "")

    def test_decoy(self):
        decoy = Settings("wan").changed(mode="decoy", framing="lcp")
        text = self.stored(decoy)
        self.assertEqual(
            text,
            "\nconfig line 'wan'\n\toption enabled '0'\n\toption mode 'decoy'\n"
            "\toption framing 'lcp'\n",
        )
        self.assertNotIn("lcp", self.stored(decoy.changed(framing="native")))

    def test_changes_only_what_differs(self):
        files.replace(paths.SHROUD, FULL.encode(), 0o644)
        was = settings.load()[0]["wan"]
        self.assertEqual(self.stored(was), FULL)
        self.assertEqual(
            self.stored(was.changed(policy="prefer")), FULL.replace("'require'", "'prefer'")
        )

    def test_there_and_back(self):
        files.replace(paths.SHROUD, FULL.encode(), 0o644)
        was = settings.load()[0]["wan"]
        self.stored(was.changed(enabled=False, mode="auto", peer_keys=[OTHER], rekey_interval=60))
        self.stored(was.changed(peer_keys=[], rekey_interval=None))
        self.stored(was)

    def test_other_spelling_of_a_flag_stays(self):
        files.replace(paths.SHROUD, b"config line 'wan'\n\toption enabled yes\n")
        self.assertIn("enabled yes", self.stored(Settings("wan").changed(enabled=True)))

    def test_mode_of_the_file_stays(self):
        files.replace(paths.SHROUD, FULL.encode(), 0o640)
        self.stored(settings.load()[0]["wan"].changed(mode="auto"))
        self.assertEqual(os.stat(paths.real(paths.SHROUD))[0] & 0o777, 0o640)

    def test_no_uci_is_left_alone(self):
        files.replace(paths.SHROUD, b"<html>\n")
        with self.assertRaises(uci.UciError):
            settings.store(Settings("wan").changed(enabled=True))
        self.assertEqual(files.read(paths.SHROUD), b"<html>\n")

    def test_an_end_that_joins_the_next_line(self):
        for end in (b"\\\n", b"\\", b""):
            files.replace(paths.SHROUD, b"config line 'a'\n\toption enabled 1" + end)
            self.stored(Settings("wan").changed(enabled=True))
            self.assertTrue(settings.load()[0]["a"].enabled)

    def test_somebody_else_holds_it(self):
        wait, settings.LOCK_WAIT = settings.LOCK_WAIT, 0.05
        held = host.lock(paths.SHROUD)
        try:
            with self.assertRaises(AgentError) as caught:
                settings.store(Settings("wan").changed(enabled=True))
        finally:
            settings.LOCK_WAIT = wait
            held.release()
        self.assertEqual(caught.exception.code, "busy")


class Values(TreeCase):
    def test_json_and_back(self):
        for one in (Settings("wan"), Settings("x").changed(peer_keys=[KEY], rekey_interval=60)):
            self.assertEqual(Settings.from_json(one.to_json()), one)

    def test_json_with_members_left_out(self):
        self.assertEqual(Settings.from_json({"name": "wan"}), Settings("wan"))

    def test_refused(self):
        for members, what in REFUSED:
            with self.subTest(members=members):
                with self.assertRaises(AgentError) as caught:
                    Settings("wan").changed(**members)
                self.assertEqual(caught.exception.message, what)
                self.assertEqual(caught.exception.code, "argument")

    def test_changed_leaves_the_old(self):
        old = Settings("wan")
        self.assertNotEqual(old.changed(enabled=True), old)
        self.assertEqual(old, Settings("wan"))
        self.assertNotEqual(old, Settings("wan2"))
        self.assertNotEqual(old, None)

    def test_a_wrong_key_is_not_quoted(self):
        with self.assertRaises(AgentError) as caught:
            Settings("wan").changed(peer_keys=["secret"])
        self.assertNotIn("secret", caught.exception.message)
