# SPDX-License-Identifier: GPL-2.0-or-later
"""Traffic over a line, and what must hold of a shrouded line that has carried it."""

from __future__ import annotations

import itertools
import json
import re
import signal
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.shrouded import Shrouded
from tests.testbed import services
from tests.testbed.capture import Capture
from tests.testbed.errors import CommandError
from tests.testbed.leak import LeakReport, assert_covered
from tests.testbed.machine import Machine
from tests.testbed.process import Process
from tests.testbed.topology import CORE6, SERVER, SERVER6
from tests.testbed.uncovered import HEAD, Agreed

NAME = "clinic.example.hospital"
"""What the subscriber looks up: it must be nowhere on the carrier's wire."""
MTU = 1492
HEADERS = {SERVER: 28, SERVER6: 48}
"""Bytes of IP and ICMP that a ping adds to its data."""
LENGTHS = (0, 63, 64, 65, 66, 127, 128, 129, 576, MTU - 1, MTU)
"""Of IP packets (0: the shortest): around a covered block's borders, and the longest."""
EXPECTED_DROPS = frozenset({"tx_hold"})
"""Of what the kernel sends by itself before there are keys, such as IPv6's multicast reports."""
HERE = Path(__file__).parent
DROPS = frozenset(
    re.findall(r'drop\(\w+, "(\w+)"', (HERE.parent / "src/datapath/counters.h").read_text())
)
"""Names of the counters of discarded frames."""
BUSY = re.compile("Connection re(fused|set)|server is busy")
GUEST_FLOOD = HERE / "testbed/guest/flood.py"
_ports = itertools.count(7000)


def serve(machine: Machine) -> None:
    """DNS and iperf3 beyond the LNS."""
    services.dns(machine, {NAME: [SERVER, SERVER6]})
    services.iperf(machine)


def ping(machine: Machine, address: str, length: int, ns: str = "lan", *more: str) -> None:
    """Two echoes in IP packets of `length` bytes, never in fragments; none may be lost."""
    size = max(0, length - HEADERS[address])
    _echo(machine, ns, "-M", "do", "-s", str(size), *more, address)


def ping_fragments(machine: Machine) -> None:
    """Echoes in three fragments each; over IPv6 it is their sender who has to know the MTU."""
    machine.run(f"ip -6 route change default via {CORE6} mtu {MTU}".split(), "server")
    for address in (SERVER, SERVER6):
        _echo(machine, "cpe", "-M", "dont", "-s", "4000", address)


def _echo(machine: Machine, ns: str, *words: str) -> None:
    argv = ["ping", "-n", "-c", "2", "-i", "0.01", "-W", "5", *words]
    shown = machine.run(argv, ns, check=False)
    assert " 0% packet loss" in shown.stdout, f"{shown.argv}\n{shown.stdout}{shown.stderr}"


def look_up(machine: Machine) -> None:
    """DNS over UDP and TCP; retries as any resolver does."""
    for more in ([], ["+tcp"]):
        for kind, address in (("A", SERVER), ("AAAA", SERVER6)):
            argv = ["dig", f"@{SERVER}", "+short", "+time=1", "+tries=8", *more, NAME, kind]
            said = machine.run(argv, "lan").stdout.splitlines()
            # dig remarks on every try that was lost.
            assert [line for line in said if not line.startswith(";;")] == [address]


def transfer(machine: Machine, address: str, *more: str, size: str = "300K") -> dict[str, Any]:
    """iperf3 from the LAN; returns what it says of the whole.

    Its server takes one client at a time, and on a line that loses packets may hear late that the
    last one has gone.
    """
    argv = ["iperf3", "--json", "-c", address, "-n", size, *more]

    def run() -> str | None:
        try:
            return machine.run(argv, "lan", timeout=60).stdout
        except CommandError as error:
            if not BUSY.search(str(error)):
                raise
            return None

    said = machine.wait_until(run, 20, "iperf3's server to be free")
    assert said
    end: dict[str, Any] = json.loads(said)["end"]
    return end


def bulk(machine: Machine) -> None:
    """TCP both ways over IPv4 and IPv6."""
    for address in (SERVER, SERVER6):
        for direction in ([], ["-R"]):
            assert transfer(machine, address, *direction)["sum_received"]["bytes"] >= 300_000


def everything(machine: Machine) -> None:
    """All kinds of traffic, on a line that loses nothing."""
    for address in (SERVER, SERVER6):
        for length in LENGTHS:
            ping(machine, address, length)
    ping(machine, SERVER, 128, "cpe", "-R")  # IPv4 options: a header of 60 bytes
    ping_fragments(machine)
    look_up(machine)
    bulk(machine)
    datagrams(machine, rate=300, seconds=1)


@dataclass
class Flood:
    """Numbered datagrams between the LAN and the server: guest/flood.py at both ends."""

    ends: tuple[Process, Process]

    def await_begin(self) -> None:
        """Wait until each end has heard of the other."""
        for end in self.ends:
            end.machine.wait_until(end.output, 20, "the first datagram", end.tail)

    def assert_whole(self, timeout: float) -> None:
        """Wait until both ends have ended: each has all that the other has sent, once."""
        codes = [end.wait(timeout) for end in self.ends]
        assert codes == [0, 0], [end.output() for end in self.ends]
        lan, server = (json.loads(end.output().splitlines()[-1]) for end in self.ends)
        for one, other in ((lan, server), (server, lan)):
            assert one["received"] == other["sent"] > 0, (lan, server)
            assert one["repeated"] == 0, (lan, server)


def flood(machine: Machine, address: str, rate: int, seconds: float) -> Flood:
    """Start `rate` datagrams a second each way, of several lengths in turn."""
    program, port = machine.put(GUEST_FLOOD), next(_ports)
    sizes = (8, *(length - HEADERS[address] for length in (64, 65, 228, MTU)))
    words = [address, str(port), str(rate), str(seconds), ",".join(map(str, sizes))]
    server = machine.spawn(["python3", program, "answer", *words], "server")
    server.await_socket("udp", port)
    lan = machine.spawn(["python3", program, "call", *words], "lan")
    return Flood((lan, server))


def datagrams(machine: Machine, rate: int, seconds: float) -> None:
    """UDP both ways over IPv4 and IPv6; none may be lost."""
    for flow in [flood(machine, address, rate, seconds) for address in (SERVER, SERVER6)]:
        flow.assert_whole(timeout=seconds + 30)


def dial_covered(line: Shrouded) -> None:
    """Start both ends under `require`, and wait until the line is covered and routed.

    The CPE dials again if it has to: a lost CHAP Success ends a session of any pppd.
    """
    line.serve("require")
    line.dial("require", persist=True)
    await_covered(line)


def await_covered(line: Shrouded) -> None:
    """Wait until the line that is being dialled is covered, and route IPv6 over it."""
    assert line.cpe is not None
    assert line.lns is not None
    line.cpe.wait_up(timeout=60)
    line.lns.wait_session()
    for side in ("cpe", "lns"):
        line.await_status(side, state="covered")
    line.line.route_to_lan6()


def renew(line: Shrouded) -> None:
    """Have the keys renewed; both ends write their counters to the status then."""
    status = line.status("cpe")
    times = status["rekeys"] + 1
    line.machine.signal(status["pid"], signal.SIGUSR2)
    for side in ("cpe", "lns"):
        line.await_status(side, timeout=40, rekeys=times)


def await_counter(line: Shrouded, side: str, name: str, least: int = 1) -> None:
    """Wait until this end has counted `name` so often; it tells every ten seconds."""
    line.machine.wait_until(
        lambda: (line.status(side)["counters"] or {}).get(name, 0) >= least,
        20,
        f"the {side} to count {name} up to {least}",
        lambda: str(line.status(side)),
    )


def sent(counters: dict[str, int]) -> int:
    """Covered frames."""
    return counters["tx_block"] + counters["tx_whole"] + counters["tx_decoy"]


def received(counters: dict[str, int]) -> int:
    """Frames deciphered."""
    return sum(counters[f"rx_{way}"] for way in ("block", "whole", "decoy", "second"))


def drops(counters: dict[str, int]) -> dict[str, int]:
    """The counters of what was dropped."""
    return {name: count for name, count in counters.items() if name in DROPS and count}


def assert_shrouded(
    line: Shrouded,
    taps: list[Capture],
    expected: frozenset[str] = EXPECTED_DROPS,
    agreed: Agreed = HEAD,
) -> list[LeakReport]:
    """Both ends say that they are shrouded and have dropped nothing but what is expected, and
    no tap shows anything. Returns the taps' reports."""
    for side in ("cpe", "lns"):
        status = line.status(side)
        assert (status["state"], status["shrouded"]) == ("covered", True), status
        assert drops(status["counters"]).keys() <= expected, status["counters"]
        assert status["counters"]["tx_plain"] == status["counters"]["rx_plain"] == 0
    return [assert_covered(tap.stop(), [NAME], from_start=True, agreed=agreed) for tap in taps]


SEND = """
import errno, socket, sys
line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
line.bind((sys.argv[1], 0))
for frame in sys.argv[2:]:
    try:
        line.send(bytes.fromhex(frame))
    except OSError as error:
        if error.errno != errno.ENOBUFS:  # which says that the frame was dropped
            raise
"""


def send_frames(line: Shrouded, side: str, frames: list[tuple[int, bytes]]) -> None:
    """Send PPP frames (protocol, information) in the session's name from `side`, past its pppd.

    They take the device's way out all the same, where the data path is.
    """
    device, raw = frames_of(line, side, frames)
    padded = (frame.ljust(60, b"\0").hex() for frame in raw)
    line.machine.run(["python3", "-c", SEND, device, *padded], side)


def frames_of(
    line: Shrouded, side: str, frames: list[tuple[int, bytes]]
) -> tuple[str, list[bytes]]:
    """Device and Ethernet frames that carry PPP frames in the session's name from `side`."""
    session = line.status(side)["session"]
    device = line.line.wan_device if side == "cpe" else line.line.access_device
    shown = line.machine.run(["ip", "-json", "link", "show", "dev", device], side).stdout
    ends = bytes.fromhex((session["peer"] + json.loads(shown)[0]["address"]).replace(":", ""))
    return device, [
        ends
        + struct.pack("!HBBHHH", 0x8864, 0x11, 0, session["id"], len(body) + 2, protocol)
        + body
        for protocol, body in frames
    ]
