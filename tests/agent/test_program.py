# SPDX-License-Identifier: GPL-2.0-or-later
"""Programs that the agent runs: words, input, output, codes, time."""

import os
import time
import unittest

from shroud import host, program
from shroud.errors import AgentError

NASTY = ["a b", "", "$(id)", "`id`", "'", '"', "\\", "*", "-n", ";", "\n", "\u00e9", "&|<>"]


class Run(unittest.TestCase):
    def test_words_arrive_as_they_are(self):
        code, out, err = host.run(words())
        self.assertEqual(code, 0)
        self.assertEqual(out, "".join([word + "\0" for word in NASTY]).encode())
        self.assertEqual(err, b"")

    def test_input(self):
        data = bytes(range(256)) * 800
        self.assertEqual(host.run(["cat"], data), (0, data, b""))

    def test_no_input(self):
        self.assertEqual(host.run(["cat"]), (0, b"", b""))

    def test_both_outputs_and_the_code(self):
        self.assertEqual(
            host.run(["sh", "-c", "echo out; echo err >&2; exit 3"]), (3, b"out\n", b"err\n")
        )

    def test_much_output_on_both(self):
        script = (
            "i=0; while [ $i -lt 4000 ]; do echo 123456789; echo 987654321 >&2; i=$((i+1)); done"
        )
        code, out, err = host.run(["sh", "-c", script])
        self.assertEqual((code, len(out), len(err)), (0, 40000, 40000))

    def test_signal(self):
        code, out, err = host.run(["sh", "-c", "echo x; kill -9 $$"])
        self.assertEqual((code, out), (137, b"x\n"))
        self.assertEqual(err, b"sh: ended by signal 9\n")

    def test_not_there(self):
        self.assertEqual(
            host.run(["no-such-program"]),
            (127, b"", b"no-such-program: No such file or directory (error 2)\n"),
        )

    def test_not_executable(self):
        code, _, err = host.run(["/etc/passwd"])
        self.assertEqual(code, 127)
        self.assertIn(b"Permission denied", err)


class Time(unittest.TestCase):
    def test_killed_with_its_children(self):
        before = host.uptime()
        script = "sleep 100 & echo $!; sleep 100"
        code, out, err = host.run(["sh", "-c", script], timeout=5)
        self.assertEqual(code, 124)
        self.assertEqual(err, b"sh: did not end within 5 seconds\n")
        self.assertLess(host.uptime() - before, 20)
        self.assertTrue(gone(int(out)))

    def test_outputs_closed_early(self):
        self.assertEqual(host.run(["sh", "-c", "exec >&- 2>&-; sleep 0.2; exit 4"])[0], 4)

    def test_a_daemon_that_keeps_the_outputs_is_not_waited_for(self):
        before = host.uptime()
        code, out, _ = host.run(["sh", "-c", "sleep 30 & echo $!"], timeout=25)
        self.assertEqual(code, 0)
        self.assertLess(host.uptime() - before, 20)
        self.assertTrue(runs(int(out)))
        host.run(["kill", out.decode().strip()])


class Refused(unittest.TestCase):
    def test_no_words(self):
        with self.assertRaises(AgentError):
            host.run([])

    def test_nul(self):
        with self.assertRaises(AgentError) as caught:
            host.run(["echo", "a\0b"])
        self.assertEqual(caught.exception.code, "argument")

    def test_no_text(self):
        with self.assertRaises(AgentError):
            host.run(["echo", b"a"])

    def test_too_much_output(self):
        with self.assertRaises(AgentError) as caught:
            host.run(
                ["sh", "-c", "while :; do echo 0123456789012345678901234567890123456789; done"]
            )
        self.assertIn(str(program.MAX_OUTPUT), caught.exception.message)

    def test_nothing_stays_open(self):
        before = os.listdir("/proc/self/fd")
        for _ in range(20):
            host.run(["no-such-program"])
            host.run(["true"])
        self.assertEqual(len(os.listdir("/proc/self/fd")), len(before))


def words():
    """A command that prints each word with a NUL behind it."""
    return ["printf", "%s\\0"] + NASTY


def runs(pid):
    """Whether a process is there and no zombie."""
    out = host.run(["sh", "-c", f"cat /proc/{pid}/stat 2>/dev/null"])[1]
    return out[out.rfind(b")") + 2 :][:1] not in (b"", b"Z")


def gone(pid):
    """Whether a process ends; it gets ten seconds for it."""
    end = host.uptime() + 10
    while runs(pid) and host.uptime() < end:
        time.sleep(0.01)
    return not runs(pid)
