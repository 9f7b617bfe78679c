# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets at which a dissector would stop: what would give a decoy away."""

from __future__ import annotations

from pathlib import Path

from pppshroud.observe.program import find_program, run_program

TIMEOUT = 300.0
WRONG = " || ".join(
    ["_ws.malformed"]
    + [f"{name}.checksum.status == 0" for name in ("ip", "tcp", "udp", "icmp", "icmpv6")]
)
"""Display filter for what tshark calls malformed or wrongly summed."""
CHECKING = [word for name in ("ip", "tcp", "udp") for word in ("-o", f"{name}.check_checksum:TRUE")]
"""Options of tshark, which does not look at these by itself."""


def complaints(capture: Path) -> list[str]:
    """Return what tshark calls malformed or wrongly summed: packet number and protocols."""
    program = find_program("tshark", "tshark")
    command = [program, "-n", "-r", str(capture), *CHECKING, "-Y", WRONG, "-T", "fields"]
    command += [word for name in ("frame.number", "frame.protocols") for word in ("-e", name)]
    with run_program(command, TIMEOUT) as output:
        return [line.strip() for line in output]
