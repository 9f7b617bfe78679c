# SPDX-License-Identifier: GPL-2.0-or-later
"""The agent's own files: what is written comes back, what is damaged is said so and kept."""

from shroud import confirmed, files, journal, notes, originals, paths, record
from shroud.settings import Settings
from tests.agent.tree import TreeCase

MEMBERS = {"lines": (dict,), "name": (str,)}
DAMAGED = (
    b"",
    b"{",
    b"[]",
    b"\xff\xfe",
    b'{"schema": 1}',
    b'{"schema": 2, "lines": {}, "name": ""}',
    b'{"schema": 1, "lines": [], "name": ""}',
    b'{"schema": 1, "lines": {}, "name": null}',
    b'{"schema": 1, "lines": {}, "name": ""} trailing',
    b"[" * 5000,
)


class Records(TreeCase):
    def test_round_trip(self):
        record.save("/etc/shroud/a.json", {"lines": {"x": 1}, "name": "n"})
        loaded = record.load("/etc/shroud/a.json", MEMBERS)
        self.assertEqual(loaded, {"schema": 1, "lines": {"x": 1}, "name": "n"})

    def test_missing(self):
        self.assertIsNone(record.load("/etc/shroud/a.json", MEMBERS))

    def test_damaged(self):
        for data in DAMAGED:
            files.replace("/etc/shroud/a.json", data)
            with self.assertRaises(record.DamagedError) as caught:
                record.load("/etc/shroud/a.json", MEMBERS)
            self.assertIn("/etc/shroud/a.json is damaged: ", caught.exception.message)
            self.assertEqual(caught.exception.code, "storage")

    def test_unchanged_is_not_written(self):
        record.save("/etc/shroud/a.json", {"lines": {"x": 1, "y": 2}, "name": "n"})
        files.replace("/etc/shroud/a.json", files.read("/etc/shroud/a.json") + b"\n \n")
        record.save("/etc/shroud/a.json", {"name": "n", "lines": {"y": 2, "x": 1}})
        self.assertTrue(files.read("/etc/shroud/a.json").endswith(b"\n \n"))

    def test_damaged_is_set_aside_before_it_is_written(self):
        files.replace("/etc/shroud/a.json", b"garbage")
        record.save("/etc/shroud/a.json", {"lines": {}})
        self.assertEqual(files.read("/etc/shroud/a.json.damaged"), b"garbage")


class OwnFiles(TreeCase):
    def test_confirmed(self):
        self.assertEqual(confirmed.load(), {})
        one = Settings("wan", enabled=True, rekey_interval=60)
        confirmed.put(one)
        confirmed.put(Settings("wan2"))
        self.assertEqual(confirmed.load(), {"wan": one, "wan2": Settings("wan2")})

    def test_confirmed_with_wrong_settings(self):
        record.save(paths.CONFIRMED, {"lines": {"wan": {"name": "wan", "policy": "never"}}})
        with self.assertRaises(record.DamagedError):
            confirmed.load()
        confirmed.put(Settings("wan"))
        self.assertEqual(confirmed.load(), {"wan": Settings("wan")})
        self.assertTrue(files.exists(paths.CONFIRMED + ".damaged"))

    def test_originals(self):
        originals.remember("a", b"option x 'y'", b"option x 'z'")
        originals.remember("b", None, b"\xff\0'")
        self.assertEqual(originals.recall("a").before, b"option x 'y'")
        self.assertIsNone(originals.recall("b").before)
        self.assertEqual(originals.recall("b").after, b"\xff\0'")
        originals.forget("a")
        self.assertIsNone(originals.recall("a"))
        originals.forget("b")
        self.assertFalse(files.exists(paths.ORIGINALS))

    def test_originals_damaged(self):
        for lines in ({"a": 1}, {"a": {}}, {"a": {"before": None, "after": None}}, {"a": None}):
            record.save(paths.ORIGINALS, {"lines": lines})
            with self.assertRaises(record.DamagedError):
                originals.load()
            self.assertIsNone(originals.recall("a"))
        originals.remember("b", None, b"x")
        self.assertTrue(files.exists(paths.ORIGINALS + ".damaged"))
        self.assertEqual(list(originals.load()), ["b"])


class Journals(TreeCase):
    def setUp(self):
        super().setUp()
        self.old = Settings("wan")
        self.new = Settings("wan", enabled=True)
        self.trial = journal.Journal(self.old, self.new, was_up=True)

    def test_round_trip(self):
        self.assertIsNone(journal.load())
        self.trial.write()
        loaded = journal.load()
        self.assertEqual((loaded.old, loaded.new, loaded.was_up), (self.old, self.new, True))
        self.assertEqual((loaded.id, loaded.started), (self.trial.id, self.trial.started))
        self.assertTrue(loaded.of_this_boot())
        self.assertLess(loaded.age(), 60)
        journal.remove()
        self.assertIsNone(journal.load())

    def test_of_another_boot(self):
        self.trial.boot_id = "another"
        self.trial.write()
        self.assertFalse(journal.load().of_this_boot())

    def test_damaged(self):
        self.trial.new = Settings("wan2")
        self.trial.write()
        with self.assertRaises(record.DamagedError) as caught:
            journal.load()
        self.assertIn("it names several lines", caught.exception.message)
        self.trial.new = Settings("wan", policy="never")
        self.trial.write()
        with self.assertRaises(record.DamagedError) as caught:
            journal.load()
        self.assertIn("prefer or require", caught.exception.message)

    def test_notes(self):
        self.assertEqual(notes.read(self.trial), (notes.INSTALL, ""))
        notes.write(self.trial, notes.UNDO, "why")
        self.assertEqual(notes.read(self.trial), (notes.UNDO, "why"))
        other = journal.Journal(self.old, self.new, was_up=True)
        self.assertEqual(notes.read(other), (notes.INSTALL, ""))
        self.assertIsNone(notes.decision(self.trial))
        notes.decide(self.trial, notes.CONFIRMED)
        self.assertEqual(notes.decision(self.trial), notes.CONFIRMED)
        self.assertIsNone(notes.decision(other))
        files.replace(paths.DECISION, b"garbage")
        self.assertIsNone(notes.decision(self.trial))

    def test_shown(self):
        shown = notes.show(self.trial)
        self.assertEqual((shown["line"], shown["step"]), ("wan", "install"))
        self.assertIn(shown["seconds_left"], (59, 60))
        self.trial.started -= 70
        notes.write(self.trial, notes.WAIT)
        self.assertEqual(notes.show(self.trial)["seconds_left"], 0)
        notes.write(self.trial, notes.UNDO)
        self.assertIn(notes.show(self.trial)["seconds_left"], (19, 20))

    def test_last(self):
        self.assertIsNone(notes.last())
        notes.finish("wan", notes.KEPT, "the line carries traffic")
        self.assertEqual(notes.last()["outcome"], "kept")
        self.assertEqual(sorted(notes.last()), ["line", "outcome", "text", "time"])
