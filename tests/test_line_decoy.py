# SPDX-License-Identifier: GPL-2.0-or-later
"""Two real pppds in mode decoy."""

from __future__ import annotations

import ipaddress

import pytest

from tests import shrouded
from tests.testbed.capture import Capture
from tests.testbed.machine import Machine
from tests.testbed.pppd import PASSWORD, USER
from tests.testbed.topology import PPP_LNS

DECOY = ["shroud-mode", "decoy"]
IPV4 = bytes.fromhex("002145")  # PPP protocol and the first octet of a packet


@pytest.mark.parametrize(
    ("cpe", "lns", "mode"),
    [
        ("decoy", "decoy", "decoy"),
        ("decoy,head", "head,decoy", "decoy"),
        ("decoy,head", "head", "head"),
        ("head", "head,decoy", "head"),
    ],
)
def test_mode_chosen(uml: Machine, cpe: str, lns: str, mode: str) -> None:
    line = shrouded.lay(uml)
    line.serve("require", ["shroud-mode", lns])
    line.dial("require", ["shroud-mode", cpe]).wait_up()
    line.ping()
    for side in ("cpe", "lns"):
        assert line.await_status(side, state="covered")["mode"] == mode


def test_nothing_in_common_closes(uml: Machine) -> None:
    line = shrouded.lay(uml)
    line.serve("prefer", ["shroud-mode", "head"])
    cpe = line.dial("require", DECOY)
    assert cpe.process.wait(timeout=30) != 0
    assert "the peer supports none of the modes offered" in line.log("cpe")


def counted(line: shrouded.Shrouded, name: str) -> int:
    """A counter of the CPE's, as its status file, written from time to time, tells."""
    value = line.status("cpe")["counters"][name]
    assert isinstance(value, int)
    return value


def test_carrier_sees_other_addresses(uml: Machine) -> None:
    line = shrouded.lay(uml)
    line.serve("require", DECOY)
    with Capture(uml, "carrier", "car0", "pppoes") as tap:
        line.dial("require", DECOY).wait_up()
        line.ping()
        uml.wait_until(lambda: counted(line, "tx_decoy") >= 3, 20, "decoys sent")
        uml.wait_until(lambda: counted(line, "rx_decoy") >= 3, 20, "decoys received")
    seen = tap.path.read_bytes()
    assert IPV4 in seen
    assert ipaddress.ip_address(PPP_LNS).packed not in seen


def test_decoy_for_one_subscriber_only(uml: Machine) -> None:
    """By the LNS's secrets file: the programs are not on the line, so the mode is not agreed."""
    line = shrouded.lay(uml)
    for name in ("chap-secrets", "pap-secrets"):
        row = f'"{USER}" * "{PASSWORD}" * -- shroud-mode decoy,head\n'
        uml.write(f"/etc/ppp/{name}", row, 0o600)
    line.serve("require", ["shroud-mode", "head"])
    line.dial("require", ["shroud-mode", "decoy,head"]).wait_up()
    line.ping()
    for side in ("cpe", "lns"):
        assert line.await_status(side, state="covered")["mode"] == "head"


@pytest.mark.parametrize("side", ["cpe", "lns"])
def test_goes_on_without_the_object(uml: Machine, side: str) -> None:
    """In mode head if that is in the list, and not in plain."""
    line = shrouded.lay(uml)
    missing = ["shroud-decoy-object", "/nonexistent/decoy.bpf.o"]
    both = ["shroud-mode", "decoy,head"]
    line.serve("prefer", [*both, *(missing if side == "lns" else [])])
    line.dial("prefer", [*both, *(missing if side == "cpe" else [])]).wait_up()
    assert line.await_status(side, state="covered")["mode"] == "head"
    assert "does without mode decoy" in line.log(side)


def test_nothing_else_without_the_object(uml: Machine) -> None:
    line = shrouded.lay(uml)
    line.serve("require", ["shroud-mode", "decoy,head"])
    cpe = line.dial("require", [*DECOY, "shroud-decoy-object", "/nonexistent/decoy.bpf.o"])
    assert cpe.process.wait(timeout=30) != 0
    assert "/nonexistent/decoy.bpf.o" in line.log("cpe")


def test_others_after_a_killed_one(uml: Machine) -> None:
    """Another server gives out the same session again: what is left of it is not in the way."""
    line = shrouded.lay(uml)
    sessions = []
    for policy, mode in (("prefer", "decoy"), ("prefer", "head"), ("off", "head")):
        lns = line.serve("prefer", ["shroud-mode", mode])
        cpe = line.dial(policy, ["shroud-mode", mode])
        cpe.wait_up()
        line.ping()
        if policy != "off":
            session = line.await_status("cpe", state="covered", mode=mode)["session"]
            sessions.append((session["id"], session["peer"]))
        cpe.kill()
        lns.kill()
    assert sessions[0] == sessions[1]
