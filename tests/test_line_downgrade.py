# SPDX-License-Identifier: GPL-2.0-or-later
"""A carrier that alters the offer on a live line gets no other mode, and is found out.

The most that it can have is what it could have by cutting the handshake off: a plain line under
`prefer`, with an alarm, and none under `require`. docs/protocol.md section 4.1.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass
from itertools import product

from tests import shrouded
from tests.callers import Caller, call
from tests.testbed.capture import Capture
from tests.testbed.leak import assert_covered
from tests.testbed.machine import Machine
from tests.testbed.meddler import Meddler
from tests.testbed.uncovered import DECOY

ALLOWED = ["shroud-mode", "decoy,head,plain", "shroud-framing", "lcp,native"]
"""The LNS would agree to anything."""
MODES, FRAMINGS = 1, 2
"""Types of parameters, for the meddler's rules."""


@dataclass(frozen=True)
class Attack:
    """An offer, what the carrier makes of it, and how the CPE names the result."""

    offer: tuple[str, ...]
    rules: tuple[str, ...]
    cause: str = "altered"

    @property
    def options(self) -> list[str]:
        """The offer as pppd's options."""
        names = ("shroud-mode", "shroud-framing")
        return [word for pair in zip(names, self.offer, strict=False) for word in pair]


ATTACKS = {
    "decoy struck": Attack(("decoy,head",), (f"{MODES}:0201:01",)),
    "lcp struck": Attack(("decoy", "lcp,native"), (f"{FRAMINGS}:0201:01",)),
    "plain": Attack(("head,decoy", "native,lcp"), (f"{MODES}:0102:00", f"{FRAMINGS}:0102:02")),
    "impossible": Attack(("head",), (f"{MODES}:01:00",), "abort-mode"),
}
"""Each rule fits one offer only."""
ADD_TO_REKEY = f"{MODES}:02:0201"
CASES = list(product(ATTACKS.values(), ("prefer", "require"), (False, True)))


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


def test_offer_altered(uml: Machine) -> None:
    """All CPEs at a time: each attack, under each policy, with and without a pinned key."""
    line = shrouded.lay(uml)
    line.serve("prefer", ALLOWED)
    rules = [rule for attack in ATTACKS.values() for rule in attack.rules]
    meddler = Meddler(line.line, rules)
    pin = ["shroud-peer-key", line.key.public]
    callers = [
        call(line, number, policy, [*attack.options, *(pin if pinned else [])])
        for number, (attack, policy, pinned) in enumerate(CASES)
    ]
    for caller, (attack, policy, pinned) in zip(callers, CASES, strict=True):
        await_end(caller, policy)
        assert_told(caller, policy, attack.cause, alarm=pinned or attack.cause == "altered")
    assert set(meddler.altered()) == set(rules)


def test_rekey_altered(uml: Machine) -> None:
    """The line keeps its keys and its mode."""
    line = shrouded.lay(uml)
    line.both = ["shroud-mode", "decoy,head"]
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
