# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets at which a dissector would stop: what would give a decoy away."""

from __future__ import annotations

from pathlib import Path

from pppshroud.observe.program import find_program, run_program

TIMEOUT = 300.0
CHECKED = ("ip", "tcp", "udp", "icmp", "icmpv6")
"""Protocols whose checksums tshark can judge."""


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
