# SPDX-License-Identifier: GPL-2.0-or-later
"""A carrier that alters the offer on a live line gets no other mode, and is found out.

The most that it can have is what it could have by cutting the handshake off: a plain line under
`prefer`, with an alarm, and none under `require`. docs/protocol.md section 4.1.
"""

from __future__ import annotations

import signal

import pytest

from tests import shrouded
from tests.callers import Caller, call
from tests.testbed.capture import Capture
from tests.testbed.leak import assert_covered
from tests.testbed.machine import Machine
from tests.testbed.meddler import Meddler
from tests.testbed.uncovered import DECOY

OFFER = ["shroud-mode", "decoy,head"]
STRIKE_DECOY = "1:0201:01"
FORCE_PLAIN = "1:0102:00"
ADD_TO_REKEY = "1:02:0201"
"""Rules of the meddler's, on the parameter MODES."""
CASES = [(policy, pinned) for policy in ("prefer", "require") for pinned in (False, True)]


def await_end(caller: Caller, policy: str) -> None:
    """Wait until its session is plain, or closed under `require`."""
    caller.line.machine.wait_until(
        lambda: not caller.cpe.process.running or caller.status.get("state") == "plain",
        40,
        "the end of the offer",
        caller.cpe.tail,
    )
    assert caller.cpe.process.running == (policy == "prefer"), caller.cpe.tail()


def assert_told(caller: Caller, policy: str, cause: str, alarm: bool) -> None:
    """The status and the log say what happened, and nothing has left under `require`."""
    status, log = caller.status, caller.cpe.logged()
    assert (status["cause"], status["alarm"]) == (cause, alarm), status
    assert (status["shrouded"], status["mode"]) == (False, None)
    said = "the line is NOT shrouded" if policy == "prefer" else "closing the link"
    assert any(said in row and status["reason"] in row for row in log.splitlines())
    assert ("sent [IPCP" in log) == (policy == "prefer")
    assert ("ALARM" in log) == (alarm and policy == "prefer")


@pytest.mark.parametrize(
    ("offer", "rule", "cause"),
    [("decoy,head", STRIKE_DECOY, "altered"), ("head,decoy", FORCE_PLAIN, "abort-mode")],
)
def test_offer_altered(uml: Machine, offer: str, rule: str, cause: str) -> None:
    """Four CPEs at a time: each policy, with and without a pinned key."""
    line = shrouded.lay(uml)
    line.serve("prefer", OFFER)
    meddler = Meddler(line.line, [rule])
    pin = ["shroud-peer-key", line.key.public]
    callers = [
        call(line, number, policy, ["shroud-mode", offer, *(pin if pinned else [])])
        for number, (policy, pinned) in enumerate(CASES)
    ]
    for caller, (policy, pinned) in zip(callers, CASES, strict=True):
        await_end(caller, policy)
        assert_told(caller, policy, cause, alarm=pinned or cause == "altered")
    assert set(meddler.altered()) == {rule}


def test_rekey_altered(uml: Machine) -> None:
    """The line keeps its keys and its mode."""
    line = shrouded.lay(uml)
    line.both = OFFER
    with Capture(uml, "carrier", "car0") as tap:
        meddler = Meddler(line.line, [ADD_TO_REKEY])
        line.serve("require")
        cpe = line.dial("require")
        cpe.wait_up()
        line.await_status("cpe", state="covered", mode="decoy")
        cpe.process.signal(signal.SIGUSR2)
        status = line.await_status("cpe", cause="altered", alarm=True)
        line.ping()
    assert (status["state"], status["mode"], status["rekeys"]) == ("covered", "decoy", 0)
    assert set(meddler.altered()) == {ADD_TO_REKEY}
    assert assert_covered(tap.path, from_start=True, agreed=DECOY).handshakes == 1
