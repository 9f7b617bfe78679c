# SPDX-License-Identifier: GPL-2.0-or-later
"""python -m tests.bench.redial: how much later a line comes up with shroud; into build/bench/."""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from pppshroud.capture.file import open_capture
from pppshroud.capture.packet import Packet
from pppshroud.capture.ppp import find_ppp
from pppshroud.message import MessageError, pull_message
from pppshroud.wire import PPP_LCP
from tests import shrouded
from tests.shrouded import Shrouded
from tests.testbed.capture import Capture
from tests.testbed.errors import TestbedError
from tests.testbed.pppd import PppoeServer
from tests.testbed.process import Process
from tests.testbed.uml import Uml

from .__main__ import OUTPUT
from .errors import BenchError
from .redial_report import Carrier, Dial, as_table, complaints, write

DIALS = 20
DELAYS = (0.0, 10.0)
PRIORITY = -15
"""What else the host does shall not be measured."""
NO_SCRIPTS = "cd /etc/ppp; rm -f ip-pre-up ip-up ip-down ipv6-up ipv6-down"
"""Debian's scripts of one end would take the processor from the other while it is measured."""
PADS = bytes.fromhex("88631165")
CONFIGURE_ACK = 2
SILENT = ("silent",)
"""The CPE lets the LNS begin LCP. Its own first packet would mostly come before the LNS's pppd has
started, and pppd's timer of one second would then hide what is measured."""


@dataclass(frozen=True)
class Kind:
    """One of the two servers, told apart by the service that they offer."""

    service: str
    policy: str | None


KINDS = (Kind("plain", None), Kind("shrouded", "require"))


def dial_all(line: Shrouded, count: int) -> list[Dial]:
    """Dial and hang up: plain, shrouded, plain, ... so that what else the host does meets both."""
    machine = line.machine
    servers = {kind: serve(line, kind) for kind in KINDS}
    monitor = machine.spawn(["ip", "-4", "-o", "-ts", "monitor", "address"], "cpe")
    with Capture(machine, "cpe", "cpe0", "ether proto 0x8863 or ether proto 0x8864") as tap:
        for number, kind in enumerate(KINDS * count, 1):
            cpe = line.dial(kind.policy, SILENT, service=kind.service)
            machine.wait_until(
                partial(has_come_up, monitor, number), 30, "the line to come up", cpe.tail
            )
            if kind.policy:
                line.await_status("cpe", state="covered")
            cpe.stop()
            lns = servers[kind]
            machine.wait_until(partial(is_idle, lns), 30, "the LNS to end", lns.logged)
    monitor.kill()
    for server in servers.values():
        server.stop()
    sessions = list(pull_sessions(tap.path))
    if len(sessions) != len(KINDS) * count:
        raise BenchError(f"{len(KINDS) * count} dials, but {len(sessions)} sessions: {tap.path}")
    return [
        Dial(opened, up, messages)
        for (opened, messages), up in zip(sessions, ups(monitor.output()), strict=True)
    ]


def serve(line: Shrouded, kind: Kind) -> PppoeServer:
    """An LNS beside the other one."""
    options = line.options("lns", kind.policy)
    return PppoeServer(line.machine, line.line.access_device, options, service=kind.service)


def has_come_up(monitor: Process, number: int) -> bool:
    """Whether so many sessions have got their address."""
    return len(ups(monitor.output())) == number


def is_idle(lns: PppoeServer) -> bool:
    """Whether it has no session."""
    return not lns.pppds()


def ups(monitored: str) -> list[int]:
    """When ppp0 got its IPv4 addresses, by `ip -o -ts monitor address`; nanoseconds since 1970."""
    found = []
    for row in monitored.splitlines():
        stamp, _, event = row.partition("] ")
        if " ppp0 " in event and " peer " in event and not event.startswith("Deleted"):
            found.append(int(datetime.fromisoformat(f"{stamp[1:]}+00:00").timestamp() * 1e6) * 1000)
    return found


def pull_sessions(capture: Path) -> Iterator[tuple[int, tuple[tuple[str, int], ...]]]:
    """When LCP was open and which messages followed, of each session in a capture."""
    with open_capture(capture) as reader:
        packets = list(reader)
    begins = [n for n, packet in enumerate(packets) if packet.data[12:16] == PADS]
    for begin, end in itertools.pairwise([*begins, len(packets)]):
        yield pull_session(packets[begin:end])


def pull_session(packets: list[Packet]) -> tuple[int, tuple[tuple[str, int], ...]]:
    """LCP is open when each end has acknowledged the other's Configure-Request."""
    acknowledged: dict[bytes, int] = {}
    messages: dict[str, int] = {}
    for packet in packets:
        frame = find_ppp(packet.link_type, packet.data)
        if frame is None or frame.protocol != PPP_LCP:
            continue
        if frame.information[0] == CONFIGURE_ACK:
            acknowledged[frame.source] = packet.time_ns
        try:
            kind = pull_message(frame.information).message.kind
        except MessageError:
            continue
        messages.setdefault(kind.name, packet.time_ns)
    if len(acknowledged) != 2:
        raise BenchError("a session whose LCP did not open")
    return max(acknowledged.values()), tuple(messages.items())


def measure(line: Shrouded, delay: float, count: int) -> Carrier:
    """All dials over a carrier of this delay."""
    print(f"  dialling {2 * count} times over {delay:g} ms each way", flush=True)
    line.line.impair(f"delay {delay:g}ms" if delay else "")
    dials = dial_all(line, count)
    return Carrier(delay, tuple(dials[0::2]), tuple(dials[1::2]))


def main(argv: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.redial",
        description="Measure how much later a line comes up with shroud.",
    )
    parser.add_argument("--dials", type=int, default=DIALS, help=f"of each kind (default: {DIALS})")
    dials: int = parser.parse_args(argv).dials
    started = time.monotonic()
    with contextlib.suppress(OSError):  # not allowed in every container
        os.nice(PRIORITY)
    try:
        with Uml() as machine:
            line = shrouded.lay(machine)
            machine.script(NO_SCRIPTS)
            carriers = [measure(line, delay, dials) for delay in DELAYS]
    except (BenchError, TestbedError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    write(carriers, OUTPUT)
    print(as_table(carriers), end="")
    for text in (found := complaints(carriers)):
        print(f"bench: {text}", file=sys.stderr)
    print(f"{time.monotonic() - started:.0f} s; results in build/bench/redial.json and .md")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
