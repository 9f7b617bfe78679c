# SPDX-License-Identifier: GPL-2.0-or-later
"""The sentence for every state of a line."""

import unittest

from shroud import sentences

UP = {
    "enabled": True,
    "policy": "prefer",
    "up": True,
    "step": None,
    "alive": True,
    "shrouded": False,
    "decoy": False,
    "alarm": False,
    "untrusted": False,
    "state": "plain",
    "reason": None,
}
SHROUDED = {"shrouded": True, "state": "covered"}
DOWN = {"up": False, "alive": False, "state": "idle"}
REQUIRED = {"up": False, "alive": False, "state": "idle", "policy": "require"}

# What differs from UP (and from one of the sets above), the state, and the sentence's name.
CASES = [
    ([{"enabled": False, "alive": False}], "off", "off"),
    ([{"enabled": False, "up": False, "alive": False}], "off", "off"),
    ([{"step": "install"}], "trial", "trial"),
    ([{"step": "wait"}, DOWN], "trial", "trial"),
    ([{"step": "undo"}, SHROUDED], "trial", "trial-undo"),
    ([SHROUDED], "shrouded", "shrouded"),
    ([SHROUDED, {"decoy": True}], "shrouded", "shrouded-decoy"),
    ([SHROUDED, {"decoy": True, "reason": "no-answer"}], "shrouded", "shrouded-retry"),
    ([SHROUDED, {"enabled": False}], "shrouded", "shrouded"),
    ([SHROUDED, {"alarm": True, "reason": "untrusted"}], "shrouded", "shrouded-alarm"),
    ([SHROUDED, {"reason": "no-answer"}], "shrouded", "shrouded-retry"),
    ([{"reason": "refused"}], "plain", "plain-refused"),
    ([{"reason": "refused", "alarm": True}], "plain", "plain-downgrade"),
    ([{"reason": "no-answer", "alarm": True}], "plain", "plain-downgrade"),
    ([{"reason": "aborted", "alarm": True}], "plain", "plain-downgrade"),
    ([{"reason": "altered", "alarm": True}], "plain", "plain-downgrade"),
    ([{"reason": "untrusted", "alarm": True}], "plain", "plain-untrusted"),
    ([{"reason": "no-answer"}], "plain", "plain-no-answer"),
    ([{"reason": "cut"}], "plain", "plain-cut"),
    ([{"reason": "cut", "alarm": True}], "plain", "plain-cut-alarm"),
    ([{"reason": "version"}], "plain", "plain-version"),
    ([{"reason": "datapath"}], "plain", "plain-datapath"),
    ([{"alive": False, "state": None}], "plain", "plain-pending"),
    ([{"alive": False, "state": None, "reason": "datapath"}], "plain", "plain-datapath"),
    ([{"reason": "memory"}], "plain", "plain-other"),
    ([{"reason": "other"}], "plain", "plain-other"),
    ([{}], "plain", "plain-other"),
    ([DOWN, {"alive": True, "state": "idle"}], "connecting", "connecting"),
    ([DOWN, {"alive": True, "state": "covered", "shrouded": True}], "connecting", "connecting"),
    ([DOWN, {"alive": True, "state": "wait-resp"}], "connecting", "connecting-keys"),
    ([DOWN, {"alive": True, "state": "wait-done"}], "connecting", "connecting-keys"),
    (
        [DOWN, {"alive": True, "state": "wait-resp", "untrusted": True}],
        "connecting",
        "connecting-keys",
    ),
    (
        [REQUIRED, {"alive": True, "state": "wait-resp", "untrusted": True}],
        "down",
        "down-untrusted",
    ),
    ([DOWN], "down", "down"),
    ([DOWN, {"reason": "refused"}], "down", "down"),
    ([DOWN, {"reason": "keys"}], "down", "down-keys"),
    ([REQUIRED], "down", "down"),
    ([REQUIRED, {"alive": True, "state": "closing", "reason": "refused"}], "down", "down-refused"),
    ([REQUIRED, {"reason": "refused"}], "down", "down-refused"),
    ([REQUIRED, {"reason": "refused", "alarm": True}], "down", "down-downgrade"),
    ([REQUIRED, {"reason": "untrusted", "alarm": True}], "down", "down-untrusted"),
    ([REQUIRED, {"reason": "no-answer"}], "down", "down-no-answer"),
    ([REQUIRED, {"reason": "version"}], "down", "down-version"),
    ([REQUIRED, {"reason": "datapath"}], "down", "down-datapath"),
    ([REQUIRED, {"reason": "memory"}], "down", "down-other"),
]


class Judgement(unittest.TestCase):
    def test_every_case(self):
        for changes, state, name in CASES:
            facts = dict(UP)
            for change in changes:
                facts.update(change)
            with self.subTest(facts=facts):
                self.assertEqual(sentences.judge(facts), (state, name))

    def test_every_sentence_is_reached(self):
        reached = {name for _, _, name in CASES}
        self.assertEqual(reached, set(sentences.SENTENCES))

    def test_any_mixture_of_facts_has_a_sentence(self):
        reasons = set(sentences.CAUSES.values()) | {None, "other"}
        flags = ("enabled", "up", "alive", "shrouded", "alarm", "untrusted", "decoy")
        for number in range(1 << len(flags)):
            facts = {name: bool(number >> bit & 1) for bit, name in enumerate(flags)}
            for reason in reasons:
                for policy in ("prefer", "require"):
                    facts.update(policy=policy, reason=reason, step=None, state="idle")
                    state, name = sentences.judge(facts)
                    self.assertIn(name, sentences.SENTENCES)
                    self.assertTrue(name == state or name.startswith(state + "-"))


class Words(unittest.TestCase):
    def test_none(self):
        self.assertIsNone(sentences.word(None))

    def test_cause(self):
        self.assertEqual(sentences.word("code-reject"), "refused")

    def test_cause_of_a_later_plugin(self):
        self.assertEqual(sentences.word("%s{0}\n"), "other")
