# SPDX-License-Identifier: GPL-2.0-or-later
"""The demo does what it promises on a real line, and what judges it can fail."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests import packets
from tests.demo import ruler, verdict
from tests.demo.clients import Client, Target, clients
from tests.demo.console import evidence
from tests.demo.errors import DemoError
from tests.demo.phase import Phase
from tests.demo.truth import Flow, Truth, read_truth
from tests.support.sources import ROOT
from tests.testbed.leak import LeakReport, assert_covered
from tests.testbed.topology import PPP_CPE

FOLDER = ROOT / "build/demo"
TIMEOUT = 500
"""Seconds, once the images are there; it takes 70 on an idle machine with two processors."""


@pytest.fixture(scope="session")
def demo() -> subprocess.CompletedProcess[str]:
    """One run of the demo, as ./inv demo starts it."""
    return subprocess.run(
        [sys.executable, "-m", "tests.demo"],
        cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT, check=False,
    )  # fmt: skip


@pytest.fixture(scope="session")
def report(demo: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """What it wrote."""
    assert demo.returncode == 0, demo.stdout + demo.stderr
    document: dict[str, Any] = json.loads((FOLDER / "report.json").read_bytes())
    return document


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.usefixtures("booted_uml")  # so that the images are there before the clock runs
class TestRun:
    """One run on a real line."""

    def test_off_is_an_open_book(self, report: dict[str, Any]) -> None:
        off = report["off"]
        truth = json.loads((FOLDER / "off.truth.json").read_bytes())
        assert off["names"] == truth["tokens"]
        for client in clients():
            assert set(client.tokens) <= set(off["names"])
            for target in client.targets:
                ends = [(r["proto"], r["dst"], r["dport"]) for r in off["records"] if r["true"]]
                assert (target.proto, target.address, target.port) in ends
        assert off["true_records"] >= len(clients())

    def test_on_tells_nothing(self, report: dict[str, Any]) -> None:
        assert report["on"]["true_records"] == 0
        assert report["on"]["names"] == []
        assert not any(record["true"] for record in report["on"]["records"])

    @pytest.mark.parametrize("half", ["off", "on"])
    def test_figures(self, report: dict[str, Any], half: str) -> None:
        assert report[half]["bytes_added_per_packet"] == 0
        assert report[half]["mtu"] == 1492
        assert 0 < report[half]["session_up_ms"] < 10_000

    def test_capture_is_covered_from_the_start(self, report: dict[str, Any]) -> None:
        tokens = json.loads((FOLDER / "on.truth.json").read_bytes())["tokens"]
        found = assert_covered(FOLDER / "on.pcap", tokens, from_start=True)
        assert sum(found.covered.values()) > 1000
        assert set(report) == {"off", "on"}

    def test_output_ends_with_the_sentence(
        self, demo: subprocess.CompletedProcess[str], report: dict[str, Any]
    ) -> None:
        files, _, sentence = demo.stdout.strip().splitlines()[-3:]
        assert sentence.startswith(
            f"With the cover on, none of the {report['off']['true_records']} true records"
        )
        assert files.startswith("The report: build/demo/report.html")
        assert "helpline.example" in (FOLDER / "report.html").read_text()


CLIENT = Client(
    "looks something up", "dig", (Target("udp", packets.SERVER, 53),), ("help.example",),
    lambda _: None,
)  # fmt: skip
FLOW = Flow("udp", PPP_CPE, 5300, packets.SERVER, 53)
RECORD = {
    "engine": "tshark", "proto": "udp", "src": packets.SERVER, "sport": 53, "dst": PPP_CPE,
    "dport": 5300, "app": "DNS", "names": ["help.example"], "start": "", "packets": 2, "true": True,
}  # fmt: skip


def half(records: list[dict[str, Any]], names: list[str], **changes: Any) -> Phase:
    """A half of a demo with one client."""
    observation = {"records": records, "true_records": len(records), "names": names}
    truth = Truth({FLOW}, {"help.example"})
    status = {"shrouded": True, "reason": None}
    phase = Phase(Path("-"), (CLIENT,), truth, observation, 1000.0, [0, 0], 1492, status)
    return replace(phase, **changes)


OFF, ON = half([RECORD], ["help.example"]), half([], [])
COVERED = LeakReport(Path("on.pcap"))
COVERED.covered[0x21] = 1


def test_no_fault() -> None:
    assert verdict.faults(OFF, ON, COVERED) == []


@pytest.mark.parametrize(
    ("off", "on", "fault"),
    [
        (half([], ["help.example"]), ON, "missed what dig did .*udp 10.0.0.2:5300 to"),
        (half([RECORD | {"dport": 5301}], ["help.example"]), ON, "missed what dig did"),
        (half([RECORD], []), ON, "missed what dig did .*: help.example"),
        (OFF, half([RECORD], []), "on: the collector wrote 1 true records"),
        (OFF, half([], ["help.example"]), "on: the name 'help.example' is in the capture"),
        (OFF, replace(ON, added=[0, 8]), "on: 1 packets were 8 to 8 bytes longer"),
        (OFF, replace(ON, mtu=1488), "on: the line's MTU is 1488, not 1492"),
        (OFF, replace(ON, status={"reason": "no answer"}), "not shrouded: no answer"),
        (replace(OFF, mtu=1480), ON, "off: the line's MTU is 1480, not 1492"),
    ],
)
def test_faults(off: Phase, on: Phase, fault: str) -> None:
    with pytest.raises(AssertionError, match=fault):
        raise AssertionError("\n".join(verdict.faults(off, on, COVERED)))


def test_nothing_covered_is_a_fault() -> None:
    (fault,) = verdict.faults(OFF, ON, LeakReport(Path("on.pcap")))
    assert fault.startswith("on: nothing was covered")


def test_evidence() -> None:
    assert evidence(OFF, CLIENT) == f"{packets.SERVER}:53 > {PPP_CPE}:5300 DNS\nhelp.example"
    assert evidence(ON, CLIENT) == "-"


def servers_capture(folder: Path, *packets_: bytes) -> Path:
    frames = [packets.ethernet(0x0800, packet) for packet in packets_]
    return packets.write_capture(folder / "servers.pcap", frames)


def test_truth_is_what_the_servers_saw(tmp_path: Path) -> None:
    question = packets.udp(PPP_CPE, 5300, packets.SERVER, 53, packets.dns_query("odd.example"))
    answer = packets.udp(packets.SERVER, 53, PPP_CPE, 5300, packets.dns_query("odd.example"))
    foreign = packets.udp(packets.CLIENT, 5300, packets.SERVER, 53, b"")
    truth = read_truth(servers_capture(tmp_path, question, answer, foreign), (CLIENT,))
    assert truth.flows == {FLOW}
    assert truth.tokens == {"odd.example", "help.example"}


def test_idle_client_is_an_error(tmp_path: Path) -> None:
    elsewhere = packets.udp(PPP_CPE, 5300, packets.SERVER, 54, b"")
    with pytest.raises(DemoError, match=r"dig .* sent nothing to"):
        read_truth(servers_capture(tmp_path, elsewhere), (CLIENT,))


def pings(longer: Callable[[int], int]) -> list[bytes]:
    """The frames of a measurement, `longer(n)` octets longer than packet n of a plain line's."""
    lengths = [n for _ in ruler.HEADERS for n in ruler.LENGTHS]
    frames = []
    for number, length in enumerate(lengths):
        up = packets.pppoe(0x0021, bytes(length + longer(number)))
        frames += [up, up[6:12] + up[:6] + up[12:]]
    return frames


def test_ruler(tmp_path: Path) -> None:
    count = 2 * len(ruler.HEADERS) * len(ruler.LENGTHS)
    path = tmp_path / "line.pcap"
    assert ruler.compare(packets.write_capture(path, pings(lambda _: 0))) == [0] * count
    longer = ruler.compare(packets.write_capture(path, pings(lambda n: 8 * (n == 3))))
    assert longer is not None
    assert sorted(longer) == [0] * (count - 2) + [8, 8]


def test_ruler_with_a_stray_packet(tmp_path: Path) -> None:
    frames = [*pings(lambda _: 0), packets.pppoe(0x0021, bytes(100))]
    assert ruler.compare(packets.write_capture(tmp_path / "line.pcap", frames)) is None
