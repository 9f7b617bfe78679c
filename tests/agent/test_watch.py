# SPDX-License-Identifier: GPL-2.0-or-later
"""The watch: what it notes, and what it does with notes that are damaged or old."""

import json

from shroud import events, files, host, interference, paths, watch
from tests.agent.tree import TreeCase

NETWORK = b"config interface 'wan'\n\toption proto 'pppoe'\n\toption device 'eth1'\n"
SHROUD = b"config line 'wan'\n\toption enabled '1'\n"
REFUSED = "the peer does not know the protocol (Code-Reject)"
KEY = "3CBjZ0mBwhAfNgtqzJOKbjWgOQfk3pJ4cnxb2Ej2pDo="


class Watch(TreeCase):
    def setUp(self):
        super().setUp()
        files.replace(paths.NETWORK, NETWORK)
        files.replace(paths.SHROUD, SHROUD)

    def show(self, **members):
        """What a pppd that has ended left: the watch takes it for the last attempt."""
        told = {"pid": 0, "updated": host.timestamp(host.now()), "state": "idle"}
        told.update(members)
        files.replace(paths.status_file("wan"), json.dumps(told).encode())

    def kinds(self):
        return [event["kind"] for event in events.history()]

    def change(self, edit):
        """Change the watch's notes."""
        notes = json.loads(files.read(paths.WATCH).decode())
        edit(notes)
        files.replace(paths.WATCH, json.dumps(notes).encode())


class Offload(Watch):
    FIREWALL = b"config defaults\n\toption flow_offloading_hw '1'\n"

    def look(self, options):
        """What hardware offload is configured to be after a look; options: pppd's of the line."""
        files.replace(paths.NETWORK, NETWORK + b"\toption pppd_options '" + options + b"'\n")
        files.replace(paths.FIREWALL, self.FIREWALL)
        watch.run()
        return files.read(paths.FIREWALL)

    def test_off_for_a_line_that_is_dialled_with_the_plugin(self):
        for data in (SHROUD, SHROUD + b"\toption policy 'requre'\n"):
            files.replace(paths.SHROUD, data)
            self.assertIn(b"_hw '0'", self.look(b"file /etc/shroud/lines/wan.options"))

    def test_left_for_a_line_that_is_not(self):
        self.assertEqual(self.look(b"debug"), self.FIREWALL)


class Notes(Watch):
    def test_nothing_to_see(self):
        watch.run()
        self.assertEqual(self.kinds(), [])
        stored = watch.recall()
        self.assertEqual(sorted(stored["looks"]), ["wan"])
        self.assertFalse(stored["damaged"])

    def test_a_look_is_whole(self):
        watch.run()
        self.assertEqual(sorted(watch.recall()["looks"]["wan"]), sorted(watch.LOOK))

    def test_damaged(self):
        watch.run()
        whole = files.read(paths.WATCH)
        for data in (b"{", b"[]", b"\xff\xff", whole[:-20], b"null", b"{}"):
            files.replace(paths.WATCH, data)
            stored = watch.recall()
            self.assertTrue(stored["damaged"])
            self.assertEqual(stored["looks"], {})

    def test_damaged_is_told_and_put_right(self):
        files.replace(paths.WATCH, b"{")
        watch.run()
        self.assertEqual(self.kinds(), ["watch-reset"])
        watch.run()
        self.assertEqual(self.kinds(), ["watch-reset"])

    def test_damaged_members(self):
        self.show(alarm=True, cause="code-reject", reason=REFUSED)
        watch.run()
        for name, value in (("taken", "x"), ("counters", {"a": "b"}), ("pid", True), ("new", 1)):
            self.change(lambda notes, n=name, v=value: notes["looks"]["wan"].update({n: v}))
            self.assertEqual(watch.recall()["looks"], {})
            self.change(lambda notes: notes["looks"].update(wan=1))
            self.assertTrue(watch.recall()["damaged"])
            watch.run()

    def test_limits_that_would_silence_for_ever(self):
        entry = {"told": 5, "seen": 9, "pause": 1 << 40, "count": 0}
        watch.run()
        self.change(lambda notes: notes["limits"].update({"wan downgrade": entry}))
        self.assertEqual(watch.recall()["limits"], {})

    def test_notes_of_another_boot(self):
        watch.run()
        self.change(lambda notes: notes.update(boot_id="x"))
        stored = watch.recall()
        self.assertEqual((stored["looks"], stored["damaged"]), ({}, False))


class Stories(Watch):
    def test_refusal_is_told_once(self):
        self.show(alarm=True, cause="code-reject", reason=REFUSED)
        for _ in range(3):
            watch.run()
        self.assertEqual(self.kinds(), ["downgrade"])
        told = events.history()[0]
        self.assertEqual(told["severity"], "alarm")
        self.assertEqual(told["detail"], REFUSED)

    def test_key_changed(self):
        self.show(
            alarm=True,
            cause="untrusted",
            peer={"fingerprint": KEY, "trust": "untrusted"},
        )
        watch.run()
        self.assertEqual(self.kinds(), ["key-changed"])
        self.assertEqual(events.history()[0]["detail"], KEY)

    def test_old_report_of_a_pppd_that_ended(self):
        self.show(
            alarm=True,
            updated=host.timestamp(host.now() - 86400 * 3650),
            cause="code-reject",
            reason=REFUSED,
        )
        watch.run()
        self.assertEqual(self.kinds(), [])

    def test_line_that_is_cut(self):
        files.replace(paths.REDIAL, f"wan 2 {host.now() + 500}\n".encode())
        watch.run()
        watch.run()
        self.assertEqual(self.kinds(), ["cut-after-offer"])

    def test_configuration_that_is_in_error(self):
        files.replace(paths.NETWORK, b"config interface 'wan\n")
        watch.run()
        watch.run()
        self.assertEqual(self.kinds(), ["config"])

    def test_line_that_is_off(self):
        files.replace(paths.SHROUD, b"config line 'wan'\n")
        self.show(alarm=True, cause="code-reject", reason=REFUSED)
        watch.run()
        self.assertEqual(self.kinds(), [])

    def test_another_look_is_being_taken(self):
        lock = host.lock(paths.WATCH + ".lock")
        watch.run()
        lock.release()
        self.assertFalse(files.exists(paths.WATCH))


class Judgement(Watch):
    def test_news_are_none_after_damage(self):
        watch.run()
        now = dict(watch.recall()["looks"]["wan"], shrouded=True)
        stored = {"looks": {}, "limits": {}, "damaged": True}
        self.assertEqual(watch.judge(stored, {"wan": now}), [])
        self.assertEqual(interference.judge(None, now)[0]["kind"], "shrouded")


class Metrics(Watch):
    def test_no_longer_asked_for(self):
        files.replace(paths.METRICS, b"old")
        watch.run()
        self.assertFalse(files.exists(paths.METRICS))

    def test_folder_is_made(self):
        files.replace(paths.SHROUD, SHROUD + b"config global 'global'\n\toption metrics '1'\n")
        watch.run()
        self.assertTrue(files.read(paths.METRICS).startswith(b"# HELP shroud_"))
