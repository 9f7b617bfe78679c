# SPDX-License-Identifier: GPL-2.0-or-later
"""A shrouded line over time: new keys, renegotiation, redial, restarts and sudden deaths."""

from __future__ import annotations

import signal
import struct
from datetime import datetime

import pytest

from tests import shrouded
from tests.shrouded import Shrouded
from tests.testbed.machine import Machine
from tests.testbed.pppd import VERSIONS, Pppd, PppoeServer

pytestmark = pytest.mark.usefixtures("carrier_watched")
SEND_FRAME = """
import socket, sys
line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
line.bind((sys.argv[1], 0))
line.send(bytes.fromhex(sys.argv[2]))
"""


def up(uml: Machine, persist: bool = False) -> tuple[Shrouded, Pppd, PppoeServer]:
    """A line that is shrouded at both ends, and its daemons."""
    line = shrouded.lay(uml)
    lns = line.serve("require")
    cpe = line.dial("require", persist=persist)
    cpe.wait_up()
    line.await_status("cpe", state="covered")
    line.await_status("lns", state="covered")
    return line, cpe, lns


def await_covered(line: Shrouded, times: int) -> None:
    """Wait until the CPE has said so many times that the line is shrouded."""
    line.machine.wait_until(
        lambda: line.log("cpe").count("the line is shrouded") == times,
        60,
        f"handshake number {times}",
        lambda: line.log("cpe")[-3000:] + line.log("lns")[-2000:],
    )


def send_lcp(line: Shrouded, to: str, packet: bytes) -> None:
    """An LCP packet for the end `to`, as if its peer had sent it."""
    other = "lns" if to == "cpe" else "cpe"
    session = line.status(to)["session"]
    mine = line.status(other)["session"]["peer"]
    header = bytes.fromhex((mine + session["peer"]).replace(":", ""))
    body = struct.pack("!HBBHHH", 0x8864, 0x11, 0, session["id"], len(packet) + 2, 0xC021)
    device = line.line.access_device if other == "lns" else line.line.wan_device
    frame = (header + body + packet).ljust(60, b"\0")
    line.machine.run(["python3", "-c", SEND_FRAME, device, frame.hex()], ns=other)


def configure_request() -> bytes:
    magic = bytes([5, 6]) + (0x0BADCAFE).to_bytes(4, "big")
    return struct.pack("!BBH", 1, 200, 4 + len(magic)) + magic


def keys_of(line: Shrouded) -> int:
    """How often both ends have changed keys; they must agree."""
    cpe, lns = line.status("cpe")["rekeys"], line.status("lns")["rekeys"]
    assert cpe == lns
    return int(cpe)


def test_rekey_on_demand(uml: Machine) -> None:
    """SIGUSR2 at the CPE brings new keys; nothing that flows meanwhile is lost."""
    line, cpe, _ = up(uml)
    flow = uml.spawn(["ping", "-c", "100", "-i", "0.02", "10.0.0.1"], ns="cpe")
    cpe.process.signal(signal.SIGUSR2)
    line.await_status("cpe", rekeys=1)
    assert flow.wait(timeout=30) == 0, flow.output()
    assert "100 packets transmitted, 100 received" in flow.output()
    status = line.status("cpe")
    assert keys_of(line) == 1
    assert status["last_rekey"]
    assert status["state"] == "covered"
    assert "new keys are in use" in line.log("cpe")
    assert "new keys are in use" in line.log("lns")


@pytest.mark.slow
def test_rekey_by_interval(uml: Machine) -> None:
    """The LNS sets the interval; 60 s is the least, shortened by up to 10 %."""
    line = shrouded.lay(uml)
    line.serve("require", ["shroud-rekey", "60"])
    line.dial("require").wait_up()
    line.await_status("cpe", timeout=80.0, rekeys=1)
    line.ping()


def seconds_to_rekey(line: Shrouded) -> float:
    """From the first keys to the next, as the CPE means to do it."""
    status = line.await_status("cpe", state="covered")
    since, due = (datetime.fromisoformat(status[name]) for name in ("since", "next_rekey"))
    return (due - since).total_seconds()


def test_rekey_by_the_cpes_own_interval(uml: Machine) -> None:
    line = shrouded.lay(uml)
    line.serve("require")
    line.dial("require", ["shroud-rekey", "600"]).wait_up()
    assert 539 <= seconds_to_rekey(line) <= 601


@pytest.mark.parametrize("side", ["cpe", "lns"])
def test_lcp_renegotiation(uml: Machine, side: str) -> None:
    """A Configure-Request in a session that is up: LCP starts anew, and so do the keys."""
    line, cpe, _ = up(uml)
    began = line.status("cpe")["since"]
    send_lcp(line, side, configure_request())
    await_covered(line, 2)
    cpe.wait_up()
    line.ping()
    assert line.await_status("cpe", state="covered")["since"] >= began
    assert line.status("cpe")["counters"]["tx_plain"] == 0


def test_redial(uml: Machine) -> None:
    line, cpe, _ = up(uml, persist=True)
    for times in (2, 3):
        cpe.hang_up()
        await_covered(line, times)
        cpe.wait_up()
        line.ping()


def test_lns_restart(uml: Machine) -> None:
    line, cpe, lns = up(uml, persist=True)
    lns.stop()
    cpe.wait_down()
    lns.start()
    cpe.wait_up(timeout=60)
    line.await_status("cpe", state="covered")
    line.ping()


def test_lns_killed(uml: Machine) -> None:
    """kill -9 of the LNS's pppd: the CPE dials again and the new session is shrouded."""
    line, cpe, lns = up(uml, persist=True)
    for pid in lns.pppds():
        uml.signal(pid, signal.SIGKILL)
    await_covered(line, 2)
    cpe.wait_up()
    line.ping()


def test_cpe_killed(uml: Machine) -> None:
    """kill -9 of the CPE's pppd, and another one: the old keys are not in its way."""
    line, cpe, _ = up(uml)
    cpe.kill()
    line.dial("require").wait_up(timeout=60)
    line.await_status("cpe", state="covered")
    line.ping()


def test_offence_remembered(uml: Machine) -> None:
    """A peer that drops the line at INIT is not asked again for a while, under prefer."""
    line = shrouded.lay(uml)
    line.serve(None)
    cpe = line.dial("prefer", ["shroud-bpf-object", "/nonexistent"])
    cpe.wait_up()
    status = line.status("cpe")
    cpe.stop()
    uml.write(shrouded.REDIAL, f"{status['line']} 1 99999999999\n", 0o600)
    cpe = line.dial("prefer")
    cpe.wait_up()
    assert "code=0x0" in line.log("cpe"), "a time too far ahead must not be believed"
    cpe.stop()
    soon = int(uml.run(["date", "+%s"]).stdout) + 500
    uml.write(shrouded.REDIAL, f"{status['line']} 1 {soon}\n", 0o600)
    cpe = line.dial("prefer")
    cpe.wait_up()
    assert "code=0x0" not in line.log("cpe")
    assert "the peer dropped the line" in line.await_status("cpe", state="plain")["reason"]
    cpe.stop()
    assert line.dial("require").process.wait(timeout=30) != 0
    assert "code=0x0" in line.log("cpe"), "under require offering is never suppressed"


def test_two_lines_at_once(uml: Machine) -> None:
    """Two sessions of one device are covered side by side."""
    line, _cpe, _ = up(uml)
    first = line.status("cpe")
    more = ["shroud-status", f"{shrouded.FOLDER}/second.json", "unit", "1", "nodefaultroute"]
    line.dial("require", more).machine.wait_until(
        lambda: "the line is shrouded" in line.log("cpe"), 30, "the second session"
    )
    assert line.status("cpe")["state"] == "covered" == first["state"]
    assert line.status("lns", "ppp1")["state"] == "covered"
    line.ping()


@pytest.mark.parametrize("version", VERSIONS)
def test_programs_are_loaded_ahead(uml: Machine, version: str) -> None:
    """At boot, by a pppd that does nothing else; the line then finds them."""
    line = shrouded.lay(uml)
    line.versions["cpe"] = version
    device = line.line.wan_device
    done = line.preload("cpe", device)
    assert done.code == 0, done.stdout + done.stderr
    (pins,) = uml.run(["find", "/sys/fs/bpf/pppshroud", "-name", f"*-{device}"]).stdout.split()
    links = uml.run(["find", pins, "-type", "f"]).stdout.split()
    assert {path.rpartition("/")[2] for path in links} >= {"ingress", "egress", "table"}
    line.serve("require")
    line.dial("require").wait_up()
    line.await_status("cpe", state="covered")
    line.ping()


def test_programs_can_not_be_loaded_ahead(uml: Machine) -> None:
    line = shrouded.lay(uml)
    done = line.preload("cpe", "wan9")
    assert done.code == 1
    assert "network device 'wan9': No such device" in done.stdout + done.stderr


@pytest.mark.parametrize("version", VERSIONS)
def test_programs_are_loaded_before_the_line_is_dialled(uml: Machine, version: str) -> None:
    """It takes a while on a slow machine: not between discovery and LCP, which has a peer."""
    line = shrouded.lay(uml)
    line.versions = {"cpe": version, "lns": version}
    line.dial("prefer")  # nobody is there to answer
    uml.wait_until(
        lambda: (
            line.line.wan_device in uml.run(["ls", "/sys/fs/bpf/pppshroud"], check=False).stdout
        ),
        20,
        "programs on the device",
        lambda: line.log("cpe"),
    )
    assert "Connect:" not in line.log("cpe")
