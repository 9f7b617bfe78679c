# SPDX-License-Identifier: GPL-2.0-or-later
"""The package against itself: what `observe` finds of a capture that `cover` has covered."""

from __future__ import annotations

from pathlib import Path

import pytest

from pppshroud.cli import main
from tests import packets
from tests.test_observe import FLOWS, LINES, TOKENS, TRAFFIC, TRAFFIC6, observe

ENGINES = ("--engine", "tshark", "--engine", "ndpi", "--engine", "oblivious")


@pytest.fixture(params=["pppoe", "vlan", "l2tp"], name="plain")
def _plain(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    frame = LINES[request.param]
    frames = [frame(0x21, packet) for packet in TRAFFIC] + [frame(0x57, TRAFFIC6)]
    return packets.write_capture(tmp_path / "plain.pcap", frames)


def test_cover_leaves_nothing_to_record(plain: Path) -> None:
    covered, back, keys = (plain.with_name(name) for name in ("on.pcap", "back.pcap", "line.keys"))
    assert main(["cover", str(plain), str(covered), "--write-keys", str(keys)]) == 0
    on = observe(covered, *ENGINES)
    assert (on["true_records"], on["names"], on["strings"]) == (0, [], [])
    assert [engine["names"] for engine in on["engines"]] == [[], [], []]
    assert on["capture"]["packets"] == len(TRAFFIC) + 1

    assert main(["uncover", str(covered), str(back), "--key-file", str(keys)]) == 0
    assert back.read_bytes() == plain.read_bytes()
    off = observe(back, *ENGINES)
    assert (off["true_records"], off["names"]) == (2 * len(FLOWS), sorted(TOKENS))
