# SPDX-License-Identifier: GPL-2.0-or-later
"""What the demo says on the terminal: how far it is, and both halves side by side at the end."""

from __future__ import annotations

import shutil
import textwrap
import time
from collections.abc import Iterator, Sequence

from .clients import Client
from .phase import Phase
from .report import merge_records
from .verdict import recorded

INTRODUCTION = """\
A home line on its way to the Internet, in a virtual machine, with real programs all along:

    subscriber --- router (CPE) ===== carrier ===== provider (LNS) --- servers
                                         |
                                  tapped here

The subscriber does the same things twice: on a PPPoE line as lines are today ("off"), and with
pppshroud at the router and the provider ("on"). What passes the carrier is recorded and given
to programs that make records of who talked to whom. This takes about two minutes.
"""
GAP = 2
MIN_WIDTH, MAX_WIDTH = 72, 130
NOTHING = "-"
MAX_NAMES = 3


class Progress:
    """Prints lines with the seconds since the start in front."""

    def __init__(self) -> None:
        self.start = time.monotonic()

    def say(self, text: str) -> None:
        """Print one line now."""
        print(f"[{time.monotonic() - self.start:5.1f} s] {text}", flush=True)


def side_by_side(off: Phase, on: Phase) -> Iterator[str]:
    """Yield the lines of the comparison."""
    rows = [("WHAT THE SUBSCRIBER DID", "CARRIER'S RECORDS: OFF", "ON"), ("", "", "")]
    rows += [
        (f"{client.program} {client.title}", evidence(off, client), evidence(on, twin))
        for client, twin in zip(off.clients, on.clients, strict=True)
    ]
    yield from _table([*rows, ("", "", ""), *_sums(off, on)])


def evidence(phase: Phase, client: Client) -> str:
    """What the carrier's records tell about a client: a line for each target, then names."""
    found = set(phase.observation["names"])
    lines, names = [], [token for token in client.tokens if token in found]
    for target in client.targets:
        flows = [flow for flow in phase.truth.flows_of(client) if flow.target == target]
        rows = merge_records([record for flow in flows for record in recorded(phase, flow)])
        telling = [row for row in rows if set(row.names) & set(client.tokens)] or rows
        for row in telling[:1]:
            what = row.apps[0] if row.apps else row.proto
            lines.append(f"{row.source} > {row.destination} {what}")
            names += [name for name in row.names if name in found and name not in names]
    return "\n".join([*lines, *names[:MAX_NAMES]]) or NOTHING


def _sums(off: Phase, on: Phase) -> Iterator[tuple[str, str, str]]:
    for (label, left), (_, right) in zip(_measured(off), _measured(on), strict=True):
        yield label, left, right


def _measured(phase: Phase) -> Iterator[tuple[str, str]]:
    yield "records in all", str(len(phase.observation["records"]))
    yield "... of them true", str(phase.observation["true_records"])
    yield "names and other tokens found", str(len(phase.observation["names"]))
    yield "bytes added to a packet", f"{phase.bytes_added:g}"
    yield "MTU", str(phase.mtu)
    yield "line usable after (median)", f"{phase.session_up_ms:.0f} ms"


def _table(rows: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    width = min(MAX_WIDTH, max(MIN_WIDTH, shutil.get_terminal_size((100, 24)).columns))
    third = (width - 2 * GAP) // 10
    widths = (3 * third, 5 * third, 2 * third)
    for row in rows:
        cells = [_wrap(cell, w) for cell, w in zip(row, widths, strict=True)]
        for number in range(max(map(len, cells))):
            parts = [
                (cell[number] if number < len(cell) else "").ljust(w)
                for cell, w in zip(cells, widths, strict=True)
            ]
            yield (" " * GAP).join(parts).rstrip()


def _wrap(text: str, width: int) -> list[str]:
    lines = [part for line in text.split("\n") for part in textwrap.wrap(line, width)]
    return lines or [""]
