# SPDX-License-Identifier: GPL-2.0-or-later
"""Steps of the self-test, each on a router that lacks what it looks for."""

import json
import sys

from shroud import (
    checks_line,
    checks_system,
    diagnose,
    files,
    host,
    network,
    options,
    paths,
    plugin,
    settings,
    versions,
)
from shroud.errors import AgentError
from tests.agent.tree import TreeCase

KEY = "3CBjZ0mBwhAfNgtqzJOKbjWgOQfk3pJ4cnxb2Ej2pDo="
LITTLE = b"\x7fELF\x02\x01" + bytes(12) + b"\xf7\x00"
BIG = b"\x7fELF\x02\x02" + bytes(12) + b"\x00\xf7"
INTEL = b"\x7fELF\x02\x01" + bytes(12) + b"\x3e\x00"


class System(TreeCase):
    def result(self, check):
        return check(None)[0]

    def test_programs(self):
        self.assertEqual(self.result(checks_system.programs), "fail")
        mine, other = (LITTLE, BIG) if sys.byteorder == "little" else (BIG, LITTLE)
        for data, result in ((mine, "ok"), (other, "fail"), (INTEL, "fail"), (b"x", "fail")):
            files.replace(paths.PROGRAMS, data)
            self.assertEqual(self.result(checks_system.programs), result)

    def test_bpf(self):
        self.assertEqual(self.result(checks_system.bpf), "fail")
        files.replace("/proc/sys/kernel/unprivileged_bpf_disabled", b"2\n")
        self.assertEqual(self.result(checks_system.bpf), "warning")
        files.replace("/proc/sys/net/core/bpf_jit_enable", b"1\n")
        self.assertEqual(self.result(checks_system.bpf), "ok")

    def test_bpffs(self):
        self.assertEqual(self.result(checks_system.bpffs), "fail")
        files.replace("/proc/mounts", b"sysfs /sys sysfs rw 0 0\nbpffs /sys/fs/bpf bpf rw 0 0\n")
        self.assertEqual(self.result(checks_system.bpffs), "ok")

    def test_tcx(self):
        self.assertEqual(self.result(checks_system.tcx), "skipped")
        files.replace("/proc/kallsyms", b"00 T tcx_prog_attached\n")
        self.assertEqual(self.result(checks_system.tcx), "fail")
        files.replace("/proc/kallsyms", b"00 T a\n00 T tcx_prog_attach\n00 T b\n")
        self.assertEqual(self.result(checks_system.tcx), "ok")

    def test_plugin(self):
        self.assertEqual(self.result(checks_system.plugin), "fail")
        self.assertIsNone(versions.pppd())

    def test_storage_and_clock(self):
        self.assertEqual(self.result(checks_system.storage), "ok")
        self.assertEqual(self.result(checks_system.clock), "ok")

    def test_kernel_versions(self):
        for text, number in (("6.6.119", (6, 6)), ("6.12.0-x", (6, 12)), ("5.15", (5, 15)),
                             ("7", (7,)), ("", (0,)), ("6.18-rc1", (6, 18))):  # fmt: skip
            self.assertEqual(checks_system._version(text), number)

    def test_a_clock_of_1970(self):
        was, host.now = host.now, lambda: 86400
        try:
            result, text, advice = checks_system.clock(None)
        finally:
            host.now = was
        self.assertEqual((result, "1970-01-02" in text, bool(advice)), ("warning", True, True))


class Patient:
    """A line with these things about it."""

    def __init__(self, enabled=True, link=None, told=None, device="eth1", attached=True):
        self.name = "wan"
        self.fault = ""
        self.problems = []
        self.common = settings.Globals()
        self.settings = settings.Settings("wan", enabled)
        value = network.reference("wan") if attached else b""
        self.interface = network.Interface("wan", device, value)
        self.link = link or {}
        self.report = None if told is None else plugin.Report("wan", told)


class Line(TreeCase):
    def check(self, check, result, text, patient):
        found = check(patient)
        self.assertEqual(found[0], result)
        self.assertIn(text, found[1])

    def told(self, **members):
        found = {"updated": host.timestamp(host.now()), "state": "plain"}
        found.update(members)
        return found

    def test_config(self):
        patient = Patient()
        self.check(checks_line.config, "ok", "valid", patient)
        patient.problems = ["shroud: line 7: there is no option 'x'"]
        self.check(checks_line.config, "warning", "line 7", patient)
        patient.common.broken = ["wan"]
        self.check(checks_line.config, "fail", "line 7", patient)

    def test_interface(self):
        self.check(checks_line.interface, "fail", "does not know", Patient())
        link = {"up": True}
        self.check(checks_line.interface, "fail", "no device", Patient(link=link, device=""))
        self.check(checks_line.interface, "ok", "eth1", Patient(link=link))

    def test_switch(self):
        self.check(checks_line.switch, "fail", "not in use", Patient(attached=False))
        self.check(checks_line.switch, "fail", "still in use", Patient(enabled=False))
        off = Patient(enabled=False, attached=False)
        self.check(checks_line.switch, "skipped", "not switched on", off)
        self.check(checks_line.switch, "fail", "not what the settings ask for", Patient())
        files.replace(paths.options_file("wan"), options.render(settings.Settings("wan")))
        self.check(checks_line.switch, "ok", "in use", Patient())

    def test_line_that_is_down(self):
        link = {"up": False, "autostart": True, "errors": ["AUTH_TOPEER_FAILED"]}
        self.check(checks_line.line, "fail", "AUTH_TOPEER_FAILED", Patient(link=link))
        link = {"up": False, "autostart": False, "errors": ["OPTION_ERROR"]}
        self.check(checks_line.line, "fail", "refused its options", Patient(link=link))
        link = {"up": False, "autostart": False}
        self.check(checks_line.line, "fail", "stopped", Patient(link=link))

    def test_pppd(self):
        self.check(checks_line.pppd, "fail", "No pppd", Patient())
        self.check(checks_line.pppd, "warning", "has ended", Patient(told=self.told()))

    def test_mtu(self):
        for inner, below, result in ((1492, 1500, "ok"), (1500, 1500, "fail"), (1480, 1500,
                                     "warning"), (1500, 1508, "ok")):  # fmt: skip
            for device, mtu in (("pppoe-wan", inner), ("eth1", below)):
                path = f"{paths.NETWORK_DEVICES}/{device}/mtu"
                files.replace(path, f"{mtu}\n".encode())
            link = {"up": True, "l3_device": "pppoe-wan", "device": "eth1"}
            self.check(checks_line.mtu, result, str(inner), Patient(link=link))

    def test_every_answer(self):
        for word in checks_line.ANSWERS:
            self.assertIn(checks_line.ANSWERS[word][0], ("ok", "warning", "fail"))
        told = self.told(cause="code-reject", reason="(Code-Reject)")
        self.check(checks_line.peer, "warning", "(Code-Reject)", Patient(told=told))
        told = self.told(cause="new", reason="something new")
        self.check(checks_line.peer, "warning", "something new", Patient(told=told))
        self.check(checks_line.peer, "skipped", "no answer", Patient(told=self.told()))

    def test_frames_that_come_merged(self):
        patient = Patient(told=self.told())
        patient.report.counters = {"rx_decoy": 980, "rx_super": 2}
        self.check(checks_line.frames, "warning", "2 came merged", patient)
        self.assertIn("ethtool", checks_line.frames(patient)[2])

    def test_another_mode_than_was_wanted(self):
        patient = Patient(told=self.told())
        patient.settings.mode = "decoy"
        patient.report.shrouded, patient.report.alive = True, True
        for mode, text in (("decoy", "on time."), ("head", "by mode head; decoy was not agreed.")):
            patient.report.mode = mode
            self.check(checks_line.peer, "ok", text, patient)
            self.assertTrue(checks_line.peer(patient)[1].endswith(text))

    def test_key(self):
        self.check(checks_line.key, "skipped", "No key is known", Patient())
        for trust, result in (("untrusted", "fail"), ("first-use", "ok"), ("pinned", "ok")):
            told = self.told(peer={"fingerprint": KEY, "trust": trust})
            self.check(checks_line.key, result, KEY, Patient(told=told))

    def test_frames(self):
        patient = Patient(told=self.told())
        self.check(checks_line.frames, "skipped", "no counters", patient)
        patient.report.counters = {"tx_block": 7, "rx_block": 980, "rx_unknown": 20}
        self.check(checks_line.frames, "warning", "20 arrived broken", patient)
        patient.report.counters["rx_unknown"] = 1
        patient.report.counters.update({"tx_decoy": 3, "rx_decoy": 9})
        self.check(checks_line.frames, "ok", "10 packets were sent covered and 989 rec", patient)
        self.check(checks_line.frames, "ok", "1 arrived broken", patient)


class Whole(TreeCase):
    def test_verdict(self):
        def steps(*results):
            return [{"name": str(at), "result": result} for at, result in enumerate(results)]

        self.assertEqual(diagnose.verdict(steps("ok", "skipped")), "All 1 checks passed.")
        self.assertEqual(
            diagnose.verdict(steps("ok", "fail", "warning")), "1 of 3 checks failed: 1."
        )
        self.assertEqual(
            diagnose.verdict(steps("ok", "warning")), "No check failed, but look at: 1."
        )

    def test_check_that_can_not_be_made(self):
        def check(_):
            raise AgentError("storage", "no")

        step = diagnose._step("x", check, None)
        self.assertEqual((step["result"], step["text"]), ("fail", "no"))

    def test_on_a_router_without_anything(self):
        files.replace(paths.NETWORK, b"config interface 'wan'\n\toption proto 'pppoe'\n")
        told = diagnose.document("wan")
        self.assertEqual(len(told["steps"]), len(diagnose.STEPS))
        json.dumps(told)
