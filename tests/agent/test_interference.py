# SPDX-License-Identifier: GPL-2.0-or-later
"""What the watch makes of two looks at a line, and how often it tells it."""

import unittest

from shroud import interference, limits, stories

COUNTERS = dict.fromkeys(interference.COVERED + interference.BROKEN, 0)
COUNTERS["rx_block"] = 1000
KEY = "3CBjZ0mBwhAfNgtqzJOKbjWgOQfk3pJ4cnxb2Ej2pDo="
SHROUDED = {
    "pid": 70,
    "session": "pppoe 1",
    "alive": True,
    "enabled": True,
    "required": False,
    "shrouded": True,
    "plain": False,
    "alarm": False,
    "reason": None,
    "detail": None,
    "untrusted": None,
    "offences": 0,
    "counters": COUNTERS,
    "taken": 1000,
    "shrouds": True,
    "offload": "",
}


def look(**changed):
    """A look at a shrouded line, with these things otherwise."""
    made = dict(SHROUDED)
    made.update(changed)
    return made


def plain(reason, **changed):
    """A look at a line that is up in plain."""
    made = {"shrouded": False, "plain": True, "reason": reason, "detail": reason + "!"}
    made.update(changed)
    return look(**made)


def counted(**changed):
    """A look one minute later, with these counters grown."""
    grown = dict(COUNTERS)
    for name, count in changed.items():
        grown[name] = grown.get(name, 0) + count
    return look(counters=grown, taken=1060)


def kinds(before, now):
    """The kinds of what is told."""
    return [finding["kind"] for finding in interference.judge(before, now)]


class Answers(unittest.TestCase):
    def test_quiet(self):
        self.assertEqual(kinds(look(), look(taken=1060)), [])

    def test_refusal_of_one_that_shrouded(self):
        found = interference.judge(look(), plain("refused", alarm=True))
        self.assertEqual(
            found, [{"kind": "downgrade", "severity": "alarm", "text": "refused!", "count": 1}]
        )

    def test_refusal_when_the_record_of_keys_is_gone(self):
        self.assertEqual(kinds(look(), plain("refused", shrouds=True)), ["downgrade"])

    def test_refusal_of_one_that_never_shrouded_is_told_as_news_once(self):
        now = plain("refused", shrouds=False)
        self.assertEqual(interference.judge(None, now)[0]["severity"], "info")
        self.assertEqual(kinds(None, now), ["plain"])
        self.assertEqual(kinds(now, now), [])

    def test_refusal_under_require(self):
        now = plain("refused", plain=False, required=True, shrouds=False)
        self.assertEqual(kinds(None, now), ["held-down"])
        self.assertEqual(kinds(None, dict(now, alarm=True)), ["downgrade"])
        self.assertEqual(kinds(None, dict(now, reason=None)), [])

    def test_silence_of_one_that_shrouded(self):
        self.assertEqual(kinds(look(), plain("no-answer", alarm=True)), ["silenced"])

    def test_another_version_of_one_that_shrouded(self):
        self.assertEqual(kinds(look(), plain("version", alarm=True)), ["downgrade"])

    def test_altered_on_the_way(self):
        now = plain("altered", alarm=True, shrouds=False)
        self.assertEqual(
            interference.judge(None, now),
            [{"kind": "altered", "severity": "alarm", "text": "altered!", "count": 1}],
        )
        self.assertEqual(kinds(look(), look(reason="altered", alarm=True)), ["altered"])

    def test_key_changed_on_a_plain_line(self):
        now = plain("untrusted", alarm=True, untrusted=KEY)
        found = interference.judge(look(), now)
        self.assertEqual([one["kind"] for one in found], ["key-changed"])
        self.assertEqual(found[0]["text"], KEY)

    def test_key_changed_at_a_change_of_keys(self):
        now = look(reason="untrusted", alarm=True, untrusted=KEY)
        self.assertEqual(kinds(look(), now), ["key-changed"])

    def test_change_of_keys_failed(self):
        self.assertEqual(kinds(look(), look(reason="no-answer")), ["rekey-failed"])

    def test_keys_lost(self):
        self.assertEqual(kinds(look(), plain("keys", plain=False)), ["keys-lost"])

    def test_data_path(self):
        found = interference.judge(None, plain("datapath", shrouds=True))
        self.assertEqual(
            found, [{"kind": "datapath", "severity": "warning", "text": "datapath!", "count": 1}]
        )

    def test_shrouded_is_told_when_it_becomes_so(self):
        self.assertEqual(kinds(None, look()), ["shrouded"])
        self.assertEqual(kinds(plain("refused"), look()), ["shrouded"])

    def test_line_that_is_switched_off(self):
        self.assertEqual(kinds(look(), plain("refused", alarm=True, enabled=False)), [])

    def test_every_kind_has_words(self):
        for kind in ("downgrade", "silenced", "altered", "key-changed", "broken-frames",
                     "plain-injected", "cut-after-offer", "rekey-failed", "keys-lost",
                     "datapath", "shrouded", "plain", "hardware-offload", "held-down"):  # fmt: skip
            self.assertTrue(kind in stories.KINDS)


class Offload(unittest.TestCase):
    def test_was_on(self):
        self.assertEqual(
            interference.judge(look(), look(offload="ended")),
            [{"kind": "hardware-offload", "severity": "alarm", "text": None, "count": 1}],
        )

    def test_stays_on(self):
        self.assertEqual(kinds(look(), look(offload="stuck")), ["hardware-offload-stuck"])


class Cuts(unittest.TestCase):
    def test_one_cut_is_no_pattern(self):
        self.assertEqual(kinds(plain("cut", shrouds=False), plain("cut", offences=1)), [])

    def test_second_cut(self):
        before = plain("cut", shrouds=False, offences=1)
        found = interference.judge(before, plain("cut", shrouds=False, offences=2))
        self.assertEqual([one["kind"] for one in found], ["cut-after-offer"])
        self.assertEqual((found[0]["severity"], found[0]["text"]), ("warning", "2 times in a row"))

    def test_cut_by_one_that_shrouds_is_an_alarm(self):
        found = interference.judge(look(offences=1), plain("no-answer", offences=2, plain=False))
        self.assertEqual(found[-1]["severity"], "alarm")

    def test_no_new_cut(self):
        before = plain("cut", shrouds=False, offences=3)
        self.assertEqual(kinds(before, before), [])


class Counters(unittest.TestCase):
    def test_one_in_a_hundred(self):
        found = interference.judge(look(), counted(rx_block=1980, rx_unknown=15, rx_length=5))
        self.assertEqual(
            found,
            [
                {
                    "kind": "broken-frames",
                    "severity": "warning",
                    "text": "20 of 2000 frames",
                    "count": 20,
                }
            ],
        )

    def test_less_than_one_in_a_hundred(self):
        self.assertEqual(kinds(look(), counted(rx_block=1981, rx_unknown=20)), [])

    def test_few_on_an_idle_line(self):
        self.assertEqual(kinds(look(), counted(rx_unknown=19)), [])

    def test_decoys(self):
        self.assertEqual(kinds(look(), counted(rx_decoy=1981, rx_false=20)), [])
        self.assertEqual(kinds(look(), counted(rx_decoy=1980, rx_false=20)), ["broken-frames"])

    def test_plain_frames(self):
        self.assertEqual(kinds(look(), counted(rx_refused=5)), ["plain-injected"])
        self.assertEqual(kinds(look(), counted(rx_refused=4)), [])

    def test_counters_that_begin_anew_tell_nothing(self):
        now = counted(rx_unknown=5000)
        now["counters"]["rx_block"] = 3
        self.assertEqual(kinds(look(), now), [])

    def test_another_session_tells_nothing(self):
        for name, value in (("pid", 71), ("session", "pppoe 2")):
            now = counted(rx_unknown=5000)
            now[name] = value
            self.assertEqual(kinds(look(), now), [])

    def test_no_counters(self):
        self.assertEqual(kinds(look(counters=None), counted(rx_unknown=5000)), [])
        self.assertEqual(kinds(look(), look(counters=None, taken=1060)), [])

    def test_looks_that_follow_closely_keep_the_older_counters(self):
        first, close, late = look(), counted(rx_unknown=15), counted(rx_unknown=30)
        close["taken"], late["taken"] = 1010, 1070
        self.assertEqual(kinds(first, close), [])
        kept = interference.base(first, close)
        self.assertEqual(kept["counters"], COUNTERS)
        self.assertEqual(kinds(kept, late), ["broken-frames"])

    def test_that_the_isp_shrouds_is_not_forgotten(self):
        kept = interference.base(look(), plain("refused", shrouds=False))
        self.assertTrue(kept["shrouds"])


class Limits(unittest.TestCase):
    def test_once_then_after_doubling_pauses(self):
        entry, told = None, []
        for uptime in range(0, 200000, 60):
            entry, count = limits.pass_on(entry, uptime, 1)
            if count:
                told.append(uptime)
        pauses = [late - early for early, late in zip(told, told[1:])]
        self.assertEqual(pauses[:8], [600, 1200, 2400, 4800, 9600, 19200, 38400, 76800])

    def test_pause_is_a_day_at_most(self):
        entry = {"told": 0, "seen": 86400, "pause": 86400, "count": 7}
        entry, count = limits.pass_on(entry, 86460, 1)
        self.assertEqual((entry["pause"], count), (86400, 8))

    def test_what_was_over_is_told_at_once(self):
        entry, _ = limits.pass_on(None, 0, 1)
        self.assertFalse(limits.over(entry, 599))
        self.assertEqual(limits.pass_on(entry, 600, 3)[1], 3)

    def test_flapping_is_not_over(self):
        entry, _ = limits.pass_on(None, 0, 1)
        for uptime in range(120, 600, 120):
            entry, count = limits.pass_on(entry, uptime, 1)
            self.assertEqual(count, 0)

    def test_entry_of_another_boot(self):
        entry, _ = limits.pass_on(None, 5000, 1)
        self.assertEqual(limits.pass_on(entry, 100, 1)[1], 1)


if __name__ == "__main__":
    unittest.main()
