# SPDX-License-Identifier: GPL-2.0-or-later
"""What pppd says to options of the plugin that can not be."""

from __future__ import annotations

import pytest

from tests import shrouded
from tests.testbed.machine import Machine
from tests.testbed.pppd import PASSWORD, USER, VERSIONS
from tests.testbed.product import plugin

NOT_SHOWN = "c2VjcmV0LXRoYXQtbXVzdC1ub3QtYXBwZWFyLWFueXdoZXI="
OPEN_KEY, BAD_KEY = f"{shrouded.FOLDER}/open.key", f"{shrouded.FOLDER}/bad.key"

REFUSED = [
    (["shroud", "perhaps"], "shroud: 'perhaps' is not one of off, prefer, require"),
    (["shroud-role", "both"], "shroud-role: 'both' is not one of auto, cpe, lns"),
    (["shroud-mode", "full"], "shroud-mode: 'full' is not one of head, decoy, plain"),
    (["shroud-framing", "lcp,lcp"], "shroud-framing: 'lcp,lcp' is not one of native, lcp"),
    (["shroud-mode", "plain"], "shroud-mode plain needs shroud-framing lcp"),
    (["shroud-mode", "plain", "shroud-framing", "lcp", "shroud", "require"], "shrouds nothing"),
    (["shroud-framing", "lcp"], "shroud-mode head needs shroud-framing native"),
    (["shroud-peer-key", NOT_SHOWN], "shroud-peer-key: not a public key"),
    (["shroud-known-keys", "a/b"], "shroud-known-keys: 'a/b' is not an absolute path"),
    (["shroud-rekey", "59"], "shroud-rekey value must be between 60 and 43200"),
    (["shroud-rekey", "43201"], "shroud-rekey value must be between 60 and 43200"),
    (["shroud-notice", "x" * 256], "shroud-notice: the text has 256 octets, 255 are allowed"),
    (["shroud-role", "lns"], "needs a shroud-key-file"),
    (["shroud-role", "lns", "shroud-key-file", "/nonexistent"], "can not open /nonexistent"),
    (["shroud-role", "lns", "shroud-key-file", OPEN_KEY], "mode 0644"),
    (["shroud-role", "lns", "shroud-key-file", BAD_KEY], "does not hold a private key"),
    (["shroud-role", "cpe", "shroud-key-file", BAD_KEY], "is for the LNS's side"),
    (["demand", ":10.9.9.9"], "can not be used with demand"),
]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("words", "text"), REFUSED, ids=[" ".join(w)[:40] for w, _ in REFUSED])
def test_option_refused(uml: Machine, version: str, words: list[str], text: str) -> None:
    line = shrouded.lay(uml)
    line.versions = {"cpe": version, "lns": version}
    uml.write(OPEN_KEY, line.key.private + "\n", 0o644)
    uml.write(BAD_KEY, NOT_SHOWN + "\n", 0o600)
    cpe = line.dial("prefer", words)
    assert cpe.process.wait(timeout=20) == 2
    said = cpe.process.output() + line.log("cpe")
    assert text in said
    assert NOT_SHOWN not in said


def test_plugin_alone_prefers(uml: Machine) -> None:
    """Loading the plugin without any option of its own shrouds if the LNS can."""
    line = shrouded.lay(uml)
    line.serve("prefer")
    cpe = line.dial(None, ["plugin", plugin()])
    cpe.wait_up()
    uml.wait_until(lambda: "the line is shrouded" in line.log("cpe"), 10, "the log line")


@pytest.mark.parametrize("version", VERSIONS)
def test_plugin_named_twice(uml: Machine, version: str) -> None:
    """In /etc/ppp/options, say, and in the agent's file, by its name alone as netifd's lines have
    it: it is loaded once."""
    line = shrouded.lay(uml)
    line.versions["cpe"] = version
    path = f"{shrouded.FOLDER}/wan.options"
    uml.write(path, "plugin shroud.so\nshroud require\nshroud-line wan\n", 0o600)
    line.serve("prefer")
    line.dial("prefer", ["file", path, "file", path]).wait_up()
    status = line.await_status("cpe", state="covered")
    assert (status["line"], status["policy"]) == ("wan", "require")
    assert line.log("cpe").count("the line is shrouded") == 1


@pytest.mark.parametrize(("for_all", "for_one"), [("prefer", "off"), ("off", "require")])
def test_policy_of_one_subscriber(uml: Machine, for_all: str, for_one: str) -> None:
    """The LNS's secrets file can switch it off; not on, since pppd is not prepared for that.

    Off is off: the framing is not taken for one that is set by hand.
    """
    line = shrouded.lay(uml)
    for name in ("chap-secrets", "pap-secrets"):
        row = f'"{USER}" * "{PASSWORD}" * -- shroud {for_one}\n'
        uml.write(f"/etc/ppp/{name}", row, 0o600)
    line.serve(for_all, ["shroud-mode", "decoy", "shroud-framing", "lcp"])
    line.dial("prefer").wait_up()
    assert "does not offer" in line.await_status("cpe", state="plain")["reason"]
    line.ping()
    status = line.await_status("lns", state="plain")
    assert (status["policy"], status["framing"]) == ("off", None)
