# SPDX-License-Identifier: GPL-2.0-or-later
"""What redialling took, with and without shroud: distribution, requirement, table and JSON."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OWN_WORK_MS = 50.0
"""A shrouded line may come up later than a plain one by this and one round trip."""
EXPLANATION = """\
How long it takes until a line can be used: from the moment when LCP is open to that when IPCP has
given the CPE its address. Redialled in User-Mode Linux, whose BPF is interpreted, CPE and LNS on
one processor, plain and shrouded in turn. `later` is the median over pairs. Allowed are one round
trip and 50 ms of shroud's own work. What comes before LCP is in dial.md.
"""
HEADER = ("carrier", "shroud", "min", "median", "p90", "max", "later", "allowed")


@dataclass(frozen=True)
class Dial:
    """One dial; nanoseconds since 1970. `messages`: when INIT, RESP, ... were on the wire."""

    lcp_open: int
    up: int
    messages: tuple[tuple[str, int], ...] = ()

    @property
    def ms(self) -> float:
        """The milliseconds that it took from then on."""
        return (self.up - self.lcp_open) / 1e6


@dataclass(frozen=True)
class Carrier:
    """All dials over one kind of carrier; delay in milliseconds each way."""

    delay: float
    plain: tuple[Dial, ...]
    shrouded: tuple[Dial, ...]

    @property
    def allowed(self) -> float:
        """By how many milliseconds a shrouded line may come up later."""
        return 2 * self.delay + OWN_WORK_MS

    @property
    def later(self) -> float:
        """By how many it does: the median over dials, each compared with the plain one before."""
        pairs = zip(self.shrouded, self.plain, strict=True)
        return statistics.median(one.ms - other.ms for one, other in pairs)


def distribution(values: Sequence[float]) -> dict[str, float]:
    """Least, median, 90th percentile and greatest."""
    ordered = sorted(values)
    p90 = ordered[max(0, -(-len(ordered) * 9 // 10) - 1)]
    found = {
        "min": ordered[0], "median": statistics.median(ordered), "p90": p90, "max": ordered[-1],
    }  # fmt: skip
    return {name: round(value, 1) for name, value in found.items()}


def stages(dials: Sequence[Dial]) -> dict[str, float]:
    """Median milliseconds from each message to the next, and from LCP open to the first."""
    found: dict[str, list[float]] = {}
    for dial in dials:
        before, then = "LCP open", dial.lcp_open
        for name, when in (*dial.messages, ("IPCP up", dial.up)):
            found.setdefault(f"{before} to {name}", []).append((when - then) / 1e6)
            before, then = name, when
    return {name: round(statistics.median(values), 1) for name, values in found.items()}


def as_json(carriers: Sequence[Carrier]) -> str:
    """All samples and what follows from them."""
    return json.dumps([_carrier(carrier) for carrier in carriers], indent=1) + "\n"


def _carrier(carrier: Carrier) -> dict[str, Any]:
    sides = {"without": carrier.plain, "with": carrier.shrouded}
    return {
        "delay_each_way_ms": carrier.delay,
        "allowed_later_ms": carrier.allowed,
        "later_ms": round(carrier.later, 1),
        **{
            name: {
                **distribution([dial.ms for dial in dials]),
                "samples": [round(dial.ms, 1) for dial in dials],
                "stages": stages(dials),
            }
            for name, dials in sides.items()
        },
    }


def as_table(carriers: Sequence[Carrier]) -> str:
    """Milliseconds, in columns for a terminal; also a Markdown table."""
    rows = [HEADER, *(row for carrier in carriers for row in _rows(carrier))]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEADER))]
    lines = ["| " + " | ".join(map(str.rjust, row, widths)) + " |" for row in rows]
    rule = "|".join("-" * (width + 1) + ":" for width in widths)
    return "\n".join([lines[0], f"|{rule}|", *lines[1:]]) + "\n"


def _rows(carrier: Carrier) -> list[tuple[str, ...]]:
    rows = []
    for name, dials in (("off", carrier.plain), ("on", carrier.shrouded)):
        shown = [f"{x:.1f}" for x in distribution([dial.ms for dial in dials]).values()]
        verdict = ("", "")
        if name == "on":
            verdict = (f"{carrier.later:+.1f}", f"{carrier.allowed:.0f}")
        rows.append((f"{carrier.delay:g} ms each way", name, *shown, *verdict))
    return rows


def write(carriers: Sequence[Carrier], folder: Path) -> None:
    """Write redial.json and redial.md into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "redial.json").write_text(as_json(carriers))
    text = f"# Redialling\n\n{EXPLANATION}\n{as_table(carriers)}"
    (folder / "redial.md").write_text(text)


def complaints(carriers: Sequence[Carrier]) -> list[str]:
    """Where a shrouded line comes up too late."""
    return [
        f"over {carrier.delay:g} ms each way a shrouded line comes up {carrier.later:.1f} ms "
        f"later, {carrier.allowed:.0f} ms are allowed"
        for carrier in carriers
        if carrier.later > carrier.allowed
    ]
