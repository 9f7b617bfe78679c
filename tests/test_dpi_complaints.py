# SPDX-License-Identifier: GPL-2.0-or-later
"""That tests.dpi hears tshark's complaints of each kind, and of nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import packets as build
from tests.dpi.complaints import complaints

IPV4 = 0x0021
TCP = build.tcp((build.CLIENT, 40001, build.SERVER, 40003), 1, 1, build.PSH_ACK, bytes(range(100)))
UDP = build.udp(build.CLIENT, 4000, build.SERVER, 5000, bytes(range(100)))
RTCP = bytes([0x80, 0xC8]) + bytes([0xFF]) * 30
"""As noise can begin: a sender's report that is longer than it is."""


def spoilt(packet: bytes, at: int) -> bytes:
    return packet[:at] + bytes([packet[at] ^ 1]) + packet[at + 1 :]


@pytest.mark.parametrize(
    ("packet", "layer"),
    [
        (UDP, None),
        (TCP, None),
        (spoilt(UDP, 8), "ip"),  # time-to-live: the IP header's sum
        (spoilt(UDP, 60), "udp"),
        (spoilt(TCP, 60), "tcp"),
        (build.udp(build.CLIENT, 4000, build.SERVER, 5000, RTCP), "rtcp"),
    ],
    ids=["udp", "tcp", "ip sum", "udp sum", "tcp sum", "rtcp"],
)
def test_complaint_heard(tmp_path: Path, packet: bytes, layer: str | None) -> None:
    frames = [build.pppoe(IPV4, UDP), build.pppoe(IPV4, packet)]
    heard = complaints(build.write_capture(tmp_path / "line.pcap", frames))
    assert len(heard) == (0 if layer is None else 1)
    assert all(line.startswith("2\t") and f":{layer}" in line for line in heard)
