# SPDX-License-Identifier: GPL-2.0-or-later
"""Mode decoy, for as long as no line speaks it: the plain line's captures, by the reference."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from pppshroud.capture.file import create_capture, open_capture
from pppshroud.capture.packet import LINKTYPE_ETHERNET
from pppshroud.decoy.keys import DecoyKeys
from pppshroud.observe.program import find_program, run_program
from pppshroud.transcode import Coverer, Sides
from pppshroud.wire import DECOY_OKM_LEN

from .errors import DpiError
from .play import Play

MODE, COVERED_BY = "decoy", "reference"
TIMEOUT = 300.0
CHECKED = ("ip", "tcp", "udp", "icmp", "icmpv6")
"""Protocols whose checksums tshark can judge."""


def cover_all(plays: Iterable[Play], folder: Path) -> list[Play]:
    """Return the plays of the plain line, each covered afterwards."""
    return [
        replace(
            play,
            mode=MODE,
            covered_by=COVERED_BY,
            capture=_cover(play.capture, folder / f"{play.encapsulation}-{MODE}-{play.case.name}"),
        )
        for play in plays
        if play.mode == "off"
    ]


def _cover(capture: Path, name: Path) -> Path:
    """Cover a capture under keys that depend on its name only: the same run to run."""
    keys = DecoyKeys.split(random.Random(capture.name).randbytes(DECOY_OKM_LEN))
    coverer = Coverer(keys, Sides())
    target = name.with_suffix(".pcap")
    with open_capture(capture) as reader, create_capture(target, LINKTYPE_ETHERNET) as writer:
        for packet in reader:
            covered = coverer.take(packet)
            if covered is not None:
                writer.write(covered)
    if not coverer.done:
        raise DpiError(f"{capture}: it has nothing that could be covered")
    return target


def complaints(capture: Path) -> list[str]:
    """Return what tshark calls malformed or wrongly summed: packet number and protocols."""
    program = find_program("tshark", "tshark")
    wrong = " || ".join(["_ws.malformed", *(f"{name}.checksum.status == 0" for name in CHECKED)])
    options = [f"{name}.check_checksum:TRUE" for name in ("ip", "tcp", "udp")]
    command = [program, "-n", "-r", str(capture), "-Y", wrong, "-T", "fields"]
    command += [word for option in options for word in ("-o", option)]
    command += [word for name in ("frame.number", "frame.protocols") for word in ("-e", name)]
    with run_program(command, TIMEOUT) as output:
        return [line.strip() for line in output]
