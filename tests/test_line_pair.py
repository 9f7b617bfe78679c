# SPDX-License-Identifier: GPL-2.0-or-later
"""Two real pppds, with and without the plugin: what the line becomes under each policy."""

from __future__ import annotations

import pytest

from tests import shrouded
from tests.testbed.machine import Machine
from tests.testbed.pppd import VERSIONS

pytestmark = pytest.mark.usefixtures("carrier_watched")
PAIRS = [(cpe, lns) for cpe in VERSIONS for lns in VERSIONS]


@pytest.mark.parametrize(("cpe", "lns"), PAIRS)
def test_both_with_plugin_covered(uml: Machine, cpe: str, lns: str) -> None:
    line = shrouded.lay(uml)
    line.versions = {"cpe": cpe, "lns": lns}
    line.serve("require", ["shroud-notice", "a word from the ISP"])
    line.dial("require").wait_up()
    line.ping()
    at_cpe = line.await_status("cpe", state="covered")
    at_lns = line.await_status("lns", state="covered")
    assert at_cpe["shrouded"]
    assert at_lns["shrouded"]
    assert at_cpe["peer"] == {"fingerprint": line.key.public, "trust": "first-use"}
    assert at_cpe["notice"] == "a word from the ISP"
    assert at_cpe["session"]["id"] == at_lns["session"]["id"]
    assert "a word from the ISP" in line.log("cpe")


def test_cpe_prefer_plain_lns_goes_on_in_plain(uml: Machine) -> None:
    line = shrouded.lay(uml)
    line.serve(None)
    line.dial("prefer").wait_up()
    line.ping()
    status = line.await_status("cpe", state="plain")
    assert status["reason"] == "the peer does not know the protocol (Code-Reject)"
    assert not status["shrouded"]
    assert not status["alarm"]
    assert "the line is NOT shrouded" in line.log("cpe")


def test_cpe_require_plain_lns_closes(uml: Machine) -> None:
    line = shrouded.lay(uml)
    line.serve(None)
    cpe = line.dial("require")
    assert cpe.process.wait(timeout=30) != 0
    assert "closing the link" in line.log("cpe")
    assert "sent [IPCP" not in line.log("cpe")


def test_lns_prefer_plain_cpe_goes_on_in_plain(uml: Machine) -> None:
    line = shrouded.lay(uml)
    line.serve("prefer")
    line.dial(None).wait_up()
    line.ping()
    status = line.await_status("lns", state="plain")
    assert status["reason"] == "the peer does not shroud"
    before, told, _ = line.log("lns").partition("shroud: the session is not shrouded")
    assert told
    assert before.count("rcvd [IPCP ConfReq") == 1  # the first one told, no time that ran out


def test_lns_require_plain_cpe_closes(uml: Machine) -> None:
    line = shrouded.lay(uml)
    line.serve("require")
    cpe = line.dial(None)
    assert cpe.process.wait(timeout=30) != 0
    assert "the peer does not shroud" in line.log("lns")
    assert "rcvd [IPCP" not in line.log("cpe")


@pytest.mark.parametrize("policy", ["prefer", "require"])
def test_lns_off_answers_not_offered(uml: Machine, policy: str) -> None:
    line = shrouded.lay(uml)
    line.serve("off")
    cpe = line.dial(policy)
    if policy == "require":
        assert cpe.process.wait(timeout=30) != 0
    else:
        cpe.wait_up()
        line.ping()
    assert "the peer does not offer shrouding on this line" in line.log("cpe")


@pytest.mark.parametrize("policy", ["prefer", "require"])
def test_cpe_without_data_path(uml: Machine, policy: str) -> None:
    """A router whose kernel or package lacks the programs does not offer what it can not do."""
    line = shrouded.lay(uml)
    line.serve("prefer")
    cpe = line.dial(policy, ["shroud-bpf-object", "/nonexistent/shroud.bpf.o"])
    if policy == "require":
        assert cpe.process.wait(timeout=30) != 0
    else:
        cpe.wait_up()
        line.ping()
        assert "/nonexistent/shroud.bpf.o" in line.await_status("cpe", state="plain")["reason"]
    assert "/nonexistent/shroud.bpf.o" in line.log("cpe")
    assert "code=0x0" not in line.log("cpe")


def test_lns_without_data_path_answers_not_offered(uml: Machine) -> None:
    line = shrouded.lay(uml)
    line.serve("prefer", ["shroud-bpf-object", "/nonexistent/shroud.bpf.o"])
    line.dial("prefer").wait_up()
    line.ping()
    assert "the peer does not offer shrouding" in line.await_status("cpe", state="plain")["reason"]
    assert "/nonexistent/shroud.bpf.o" in line.await_status("lns", state="plain")["reason"]
