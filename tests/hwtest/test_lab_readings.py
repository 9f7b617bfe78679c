# SPDX-License-Identifier: GPL-2.0-or-later
"""What the lab reads: a board's console while it is watched, and iperf3's results."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from hwtest.board.faults import ProductFault, RigFault
from hwtest.lab import monitor, traffic
from hwtest.lab.traffic import Load

IDLE = "cpu  100 0 50 1000 10 0 40 0 0 0\nMemAvailable:     100000 kB\n45123\n51000\n"
BUSY = "cpu  110 0 60 1060 10 0 60 0 0 0\nMemAvailable:      99000 kB\n52000\n[OFFLOAD]\n"


@dataclass(frozen=True)
class Told:
    output: str


class Board:
    """Answers each look with the next text."""

    def __init__(self, *texts: str) -> None:
        self._texts = list(texts)

    def run(self, command: str, timeout: float = 30.0) -> Told:
        assert (command, timeout) == (monitor.COMMAND, monitor.PATIENCE)
        return Told(self._texts.pop(0))


def test_sample_is_of_the_time_since_the_last() -> None:
    watch = monitor.Monitor(Board(IDLE, BUSY), lambda: 7.0, "head")
    sample = watch.sample()
    assert (sample.seconds, sample.mode) == (7.0, "head")
    assert (sample.cpu_percent, sample.softirq_percent) == (40.0, 20.0)
    assert (sample.temperature, sample.free_kib, sample.offload) == (52.0, 99000, "software")


def test_sample_of_a_board_that_says_little() -> None:
    """No sensor, no table of flows, and no tick since the last look."""
    text = "cpu  1 2 3 4 5 6 7 8 9 10\n"
    sample = monitor.Monitor(Board(text, text), lambda: 0.0).sample()
    assert (sample.cpu_percent, sample.temperature, sample.free_kib) == (None, None, None)
    assert sample.offload == "off"


def test_reading_of_hardware_offload_and_frost() -> None:
    reading = monitor.parse(f"{BUSY}[HW_OFFLOAD]\n-4000\n")
    assert reading.offload == "hardware"
    assert monitor.parse("cpu 1 2 3 4 5 6 7 8\n-4000\n").temperature == -4.0


@pytest.mark.parametrize("text", ["", "cpu 1 2 3\n", "MemAvailable: 5 kB\n"])
def test_reading_without_times_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no usable line of all cores"):
        monitor.parse(text)


def tcp(received: float, **more: Any) -> str:
    end = {"sum_received": {"bits_per_second": received}, "sum_sent": {"retransmits": 3}}
    return json.dumps({"end": end | more})


def test_traffic_of_tcp() -> None:
    found = traffic.read(tcp(94.0e6), Load("up"), 2, "off")
    assert (found.mode, found.direction, found.protocol, found.size) == ("off", "up", "tcp", None)
    assert (found.megabits, found.retransmits, found.lost_percent) == (94.0, 3, None)


def test_traffic_both_ways_is_the_sum() -> None:
    text = tcp(40e6, sum_received_bidir_reverse={"bits_per_second": 50e6})
    assert traffic.read(text, Load("both"), 2, "off").megabits == 90.0


def test_traffic_of_udp() -> None:
    end = {"sum_received": {"bits_per_second": 5e6, "lost_percent": 12.5}, "sum_sent": {}}
    text = "warning: UDP block size 1464 exceeds TCP MSS 1448\n" + json.dumps({"end": end})
    found = traffic.read(text, Load("down", 64, megabits=9), 2, "head")
    assert (found.protocol, found.size, found.megabits) == ("udp", 64, 5.0)
    assert (found.lost_percent, found.retransmits) == (12.5, None)


def test_traffic_that_does_not_pass_is_the_products_fault() -> None:
    text = json.dumps({"error": "unable to connect to server: Connection timed out"})
    with pytest.raises(ProductFault, match=r"carries no TCP up, 1 flow.* in mode head: unable"):
        traffic.read(text, Load("up"), 2, "head")


def test_traffic_without_result_is_the_rigs_fault() -> None:
    with pytest.raises(RigFault, match="iperf3 ended without a result"):
        traffic.read("Killed", Load("up"), 2, "head")


def test_load_as_options_of_iperf3() -> None:
    words = Load("down", 512, flows=4, megabits=10).argv(3, "192.0.2.1")
    assert words == [
        "iperf3", "-J", "-c", "192.0.2.1", "-t", "3", "-P", "4",
        "--connect-timeout", "10000", "--reverse", "-u", "-l", "512", "-b", "2500000",
    ]  # fmt: skip
