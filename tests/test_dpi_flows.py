# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests.dpi counts as a flow of the subscriber's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import packets as build
from tests.dpi.truth import real_flows
from tests.testbed.topology import PPP_CPE

IPV4 = 0x0800
REQUEST = build.udp(PPP_CPE, 4000, build.SERVER, 5000, b"hello")
ECHO, UNREACHABLE = bytes([8, 0, 0, 0, 0, 1, 0, 1]), bytes([3, 3, 0, 0, 0, 0, 0, 0])


@pytest.mark.parametrize(
    ("message", "flows"), [(ECHO, 2), (UNREACHABLE + REQUEST, 1)], ids=["echo", "error"]
)
def test_error_is_no_flow(tmp_path: Path, message: bytes, flows: int) -> None:
    icmp = build.ipv4(PPP_CPE, build.SERVER, 1, message)
    frames = [build.ethernet(IPV4, packet) for packet in (REQUEST, icmp)]
    found = real_flows(build.write_capture(tmp_path / "servers.pcap", frames))
    assert len(found) == flows
    assert any(flow.proto == "udp" and flow.dport == 5000 for flow in found)
