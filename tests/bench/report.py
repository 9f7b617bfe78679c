# SPDX-License-Identifier: GPL-2.0-or-later
"""The results as JSON for programs and as a table for people."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from .modes import MODES, REFERENCE
from .results import Measurement

HEADER = ("mode", "direction", "size", "insn/packet", "x pppoe", "inner MTU", "bytes added")
EXPLANATION = """\
Instructions that the router (CPE) executes per forwarded TCP packet on an emulated arm64
(Cortex-A53, Debian's kernel with its JIT for BPF), counted, not timed: two runs give the same
numbers. Forwarding includes connection tracking, address translation and firewall4's rules.
`size` is the IP packet as a host behind the router sees it. `x pppoe` is the ratio to plain PPPoE
at the same size, MTU to MTU. `bytes added` is what the wire carries beyond plain PPPoE.
"""


def ratio(result: Measurement, results: Iterable[Measurement]) -> float | None:
    """Instructions relative to plain PPPoE, same size and direction; None if it was not run."""
    for other in results:
        if (other.mode, other.direction, other.size_name) == (
            REFERENCE, result.direction, result.size_name,
        ):  # fmt: skip
            return result.insn_per_packet / other.insn_per_packet
    return None


def as_json(results: list[Measurement]) -> str:
    """The machine-readable form; README.md of this folder describes it."""
    rows = []
    for result in results:
        relative = ratio(result, results)
        rows.append({
            "mode": result.mode,
            "direction": result.direction,
            "size": result.size,
            "insn_per_packet": round(result.insn_per_packet, 1),
            "ratio_to_pppoe": None if relative is None else round(relative, 3),
            "inner_mtu": result.inner_mtu,
            "wire_bytes_added": result.wire_bytes_added,
        })  # fmt: skip
    return json.dumps(rows, indent=1) + "\n"


def as_table(results: list[Measurement]) -> str:
    """Columns for a terminal; also a Markdown table."""
    rows = [HEADER, *(_row(result, results) for result in results)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEADER))]
    lines = [_line(row, widths) for row in rows]
    rule = "|".join("-" * (w + 2) if i < 2 else "-" * (w + 1) + ":" for i, w in enumerate(widths))
    return "\n".join([lines[0], f"|{rule}|", *lines[1:]]) + "\n"


def _row(result: Measurement, results: list[Measurement]) -> tuple[str, ...]:
    relative = ratio(result, results)
    return (
        result.mode, result.direction, str(result.size), f"{result.insn_per_packet:.0f}",
        "-" if relative is None else f"{relative:.2f}", str(result.inner_mtu),
        f"{result.wire_bytes_added:+d}",
    )  # fmt: skip


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    cells = [
        cell.ljust(width) if i < 2 else cell.rjust(width)
        for i, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return f"| {' | '.join(cells)} |"


def write(results: list[Measurement], folder: Path) -> None:
    """Write forwarding.json and forwarding.md into `folder`."""
    (folder / "forwarding.json").write_text(as_json(results))
    used = {result.mode for result in results}
    modes = "\n".join(f"- `{mode.name}`: {mode.meaning}" for mode in MODES if mode.name in used)
    text = f"# Cost of forwarding\n\n{EXPLANATION}\n{modes}\n\n{as_table(results)}"
    (folder / "forwarding.md").write_text(text)
