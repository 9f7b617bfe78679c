# SPDX-License-Identifier: GPL-2.0-or-later
"""An OpenWrt router whose ISP, or somebody in its place, does what was not expected."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.testbed.machine import Machine
from tests.testbed.openwrt.home import Home, home
from tests.testbed.product import key_pair


@pytest.fixture
def ours(carrier_watched: Machine) -> Iterator[Home]:
    with home(carrier_watched) as found:
        yield found


def accept_key(ours: Home, fingerprint: str) -> None:
    """Trusting the key that is shown, and no other, mends the line."""
    stranger = key_pair().public
    assert ours.refusal("trust", line="wan", fingerprint=stranger)[0] == "argument"
    assert ours.call("trust", line="wan", fingerprint=fingerprint)["fingerprint"] == fingerprint
    status = ours.await_state("shrouded")
    assert status["peer"] == {"fingerprint": fingerprint, "trust": "known"}
    assert not status["alarm"]
    ours.ping()


@pytest.mark.slow
def test_key_of_the_lns_changes(ours: Home) -> None:
    """Plain or down by policy, with an alarm, until the user trusts the new key."""
    ours.serve("prefer")
    ours.router.boot()
    ours.router.wait_up()
    assert ours.apply(enabled=True)["outcome"] == "kept"
    new = ours.change_key()
    status = ours.await_sentence("plain-untrusted")
    assert status["alarm"]
    assert status["peer"] == {"fingerprint": new, "trust": "untrusted"}
    ours.ping()
    event = ours.await_event("key-changed")
    assert (event["severity"], event["detail"]) == ("alarm", new)
    accept_key(ours, new)

    assert ours.apply(policy="require")["outcome"] == "kept"
    ours.await_state("shrouded")
    new = ours.change_key()
    status = ours.await_sentence("down-untrusted")
    assert (status["up"], status["alarm"]) == (False, True)
    accept_key(ours, new)


@pytest.mark.slow
def test_lns_without_the_plugin_comes_and_goes(ours: Home) -> None:
    """None at first; later one in place of a good one: a downgrade, by the ISP or the carrier."""
    ours.serve(None)
    ours.router.boot()
    ours.router.wait_up()
    assert ours.apply(enabled=True)["outcome"] == "kept"
    status = ours.await_sentence("plain-refused")
    assert (status["up"], status["alarm"]) == (True, False)
    assert "Code-Reject" in status["reason"]
    assert ours.await_event("plain")["severity"] == "info"
    ours.ping()

    # Not by the LNS: one that ends a line soon after an offer is not made another for a while.
    ours.router.run(["ifdown", "wan"])
    ours.serve("prefer")
    ours.router.run(["ifup", "wan"])
    ours.await_state("shrouded")
    assert ours.apply(policy="require")["outcome"] == "kept"
    ours.await_state("shrouded")
    ours.serve(None)
    status = ours.await_sentence("down-downgrade")
    assert (status["up"], status["alarm"]) == (False, True)
    event = ours.await_event("downgrade")
    assert event["severity"] == "alarm"
    assert "ISP" in event["meaning"]
    assert "Require" in event["advice"]

    # Who would rather be online says so: the change works, and the alarm stays.
    assert ours.apply(policy="prefer")["outcome"] == "kept"
    assert ours.await_sentence("plain-downgrade")["alarm"]
    ours.ping()
