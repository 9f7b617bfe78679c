# SPDX-License-Identifier: GPL-2.0-or-later
"""Which LNS the CPE trusts on a real line: docs/protocol.md section 4.2."""

from __future__ import annotations

import pytest

from tests import shrouded
from tests.shrouded import KNOWN_KEYS, Shrouded
from tests.testbed import product
from tests.testbed.machine import Machine

pytestmark = pytest.mark.usefixtures("carrier_watched")
LINE = "cpe0/subscriber@example"


def known_rows(machine: Machine) -> list[str]:
    return machine.read_text(KNOWN_KEYS).splitlines()


def change_key(line: Shrouded) -> str:
    """The LNS presents another key from now on; return it."""
    pair = product.key_pair()
    line.machine.write(shrouded.KEY_FILE, pair.private + "\n", 0o600)
    return pair.public


def test_first_use_recorded_then_known(uml: Machine) -> None:
    line = shrouded.lay(uml)
    line.serve("prefer")
    cpe = line.dial("prefer")
    cpe.wait_up()
    line.await_status("cpe", state="covered")
    (row,) = known_rows(uml)
    assert row == f"{line.key.public} {LINE}"
    assert uml.run(["stat", "-c", "%a", KNOWN_KEYS]).stdout.strip() == "600"
    assert f"first contact: recorded the LNS's key {line.key.public}" in line.log("cpe")
    cpe.stop()
    line.dial("prefer").wait_up()
    status = line.await_status("cpe", state="covered")
    assert status["peer"] == {"fingerprint": line.key.public, "trust": "known"}
    assert known_rows(uml) == [row]


def test_pin_match(uml: Machine) -> None:
    line = shrouded.lay(uml)
    line.serve("prefer")
    other = product.key_pair().public
    pins = ["shroud-peer-key", other, "shroud-peer-key", line.key.public]
    line.dial("require", pins).wait_up()
    line.ping()
    status = line.await_status("cpe", state="covered")
    assert status["peer"] == {"fingerprint": line.key.public, "trust": "pinned"}
    assert uml.run(["test", "-e", KNOWN_KEYS], check=False).code != 0


@pytest.mark.parametrize("kind", ["pinned", "known"])
def test_mismatch_prefer_plain_with_alarm(uml: Machine, kind: str) -> None:
    line = shrouded.lay(uml)
    expected = product.key_pair().public
    pins = ["shroud-peer-key", expected] if kind == "pinned" else []
    if kind == "known":
        uml.write(KNOWN_KEYS, f"{expected} {LINE}\n", 0o600)
    line.serve("prefer")
    line.dial("prefer", pins).wait_up(timeout=30)
    line.ping()
    status = line.await_status("cpe", state="plain")
    assert status["alarm"]
    assert not status["shrouded"]
    assert status["peer"] == {"fingerprint": line.key.public, "trust": "untrusted"}
    assert "may be an attack" in status["reason"]
    alarms = [row for row in line.log("cpe").splitlines() if "ALARM" in row]
    assert any(line.key.public in row and expected in row for row in alarms)
    assert line.status("cpe")["counters"]["tx_block"] == 0
    if kind == "known":
        assert known_rows(uml) == [f"{expected} {LINE}"]


@pytest.mark.parametrize("kind", ["pinned", "known"])
def test_mismatch_require_down(uml: Machine, kind: str) -> None:
    line = shrouded.lay(uml)
    expected = product.key_pair().public
    pins = ["shroud-peer-key", expected] if kind == "pinned" else []
    if kind == "known":
        uml.write(KNOWN_KEYS, f"{expected} {LINE}\n", 0o600)
    line.serve("prefer")
    cpe = line.dial("require", pins)
    assert cpe.process.wait(timeout=40) != 0
    assert "ALARM" in line.log("cpe")
    assert "closing the link" in line.log("cpe")
    assert "sent [IPCP" not in line.log("cpe")


def test_key_changed_between_sessions(uml: Machine) -> None:
    line = shrouded.lay(uml)
    line.serve("prefer")
    cpe = line.dial("require")
    cpe.wait_up()
    line.await_status("cpe", state="covered")
    cpe.stop()
    changed = change_key(line)
    cpe = line.dial("require")
    assert cpe.process.wait(timeout=40) != 0
    assert changed in line.log("cpe")
    assert "ALARM" in line.log("cpe")


def test_damaged_record_is_no_first_use(uml: Machine) -> None:
    line = shrouded.lay(uml)
    uml.write(KNOWN_KEYS, f"rubbish {LINE}\n", 0o600)
    line.serve("prefer")
    line.dial("prefer").wait_up(timeout=30)
    status = line.await_status("cpe", state="plain")
    assert status["alarm"]
    assert "can not be read" in line.log("cpe")
    assert known_rows(uml) == [f"rubbish {LINE}"]


def test_unwritable_record_reported(uml: Machine) -> None:
    line = shrouded.lay(uml)
    line.serve("prefer")
    line.dial("require", ["shroud-known-keys", "/nonexistent/known"]).wait_up()
    line.await_status("cpe", state="covered")
    assert "could not be recorded" in line.log("cpe")
    assert "/nonexistent/known" in line.log("cpe")
