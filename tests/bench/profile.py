# SPDX-License-Identifier: GPL-2.0-or-later
"""In which kernel functions and BPF programs the instructions of a packet go."""

from __future__ import annotations

import base64
import bisect
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .errors import BenchError
from .machine import Job, Output
from .modes import DIRECTIONS, REFERENCE
from .results import Run, Span

LEAST = 0.5  # instructions per packet: less is a timer that came by


class Symbols:
    """The guest's kernel functions by address."""

    def __init__(self, log: str) -> None:
        match = re.search(r"^SYMBOLS begin\s(.*?)^SYMBOLS end", log, re.MULTILINE | re.DOTALL)
        if not match:
            raise BenchError("the guest did not list its kernel's functions")
        listing = gzip.decompress(base64.b64decode(match[1])).decode()
        table = sorted(self._parse(listing))
        self.addresses = [address for address, _ in table]
        self.names = [name for _, name in table]

    @staticmethod
    def _parse(listing: str) -> Iterator[tuple[int, str]]:
        for line in listing.splitlines():
            address, name = line.split(" ", 1)
            yield int(address, 16), name.replace("\t", " ")

    def name(self, address: int) -> str:
        """The function that `address` lies in, with its module in brackets."""
        index = bisect.bisect_right(self.addresses, address) - 1
        return self.names[index] if index >= 0 else "?"


def read_regions(path: Path, symbols: Symbols) -> list[Counter[str]]:
    """Instructions by function, one counter per region."""
    regions: list[Counter[str]] = []
    for line in path.read_text().splitlines():
        first, second = line.split()
        if first == "region":
            regions.append(Counter())
        else:
            regions[-1][symbols.name(int(first, 16))] += int(second)
    return regions


@dataclass(frozen=True)
class Profile:
    """One mode's instructions per packet by function, for each size asked for and direction."""

    mode: str
    cost: dict[tuple[str, str], dict[str, float]]


def evaluate(job: Job, output: Output, run: Run) -> Profile:
    """Read what the counter and the guest wrote."""
    symbols = Symbols(output.log.read_text(errors="replace"))
    regions = read_regions(output.profile, symbols)
    cost: dict[tuple[str, str], dict[str, float]] = {}
    for name in job.sizes:
        size = run.size(name)
        for direction in DIRECTIONS:
            span = run.spans[direction, size]
            difference = _sum(regions, span)
            difference.subtract(_sum(regions, run.spans[f"{direction}-base", size]))
            packets = span.count * span.packets
            cost[name, direction] = {key: n / packets for key, n in difference.items()}
    return Profile(job.mode, cost)


def _sum(regions: list[Counter[str]], span: Span) -> Counter[str]:
    total: Counter[str] = Counter()
    for region in regions[span.first : span.first + span.count]:
        total.update(region)
    return total


def report(profile: Profile, top: int) -> str:
    """The `top` functions of each measurement."""
    parts = []
    for (name, direction), cost in profile.cost.items():
        total = sum(cost.values())
        lines = [f"{profile.mode} {direction}, size {name}: {total:.0f} kernel instructions"]
        lines.append("  " + ", ".join(f"{m} {n:.0f}" for m, n in largest(by_module(cost), 10)))
        for function, n in largest(cost, top):
            lines.append(f"  {n:8.1f} {100 * n / total:5.1f} %  {function}")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def compare(profile: Profile, reference: Profile, top: int) -> str:
    """The `top` functions in which a mode differs most from another, by measurement."""
    parts = []
    for key, cost in profile.cost.items():
        other = reference.cost[key]
        difference = {f: cost.get(f, 0) - other.get(f, 0) for f in cost.keys() | other.keys()}
        name, direction = key
        title = f"{profile.mode} minus {reference.mode}, {direction}, size {name}"
        lines = [f"{title}: {sum(difference.values()):+.0f}"]
        lines += [f"  {n:+8.1f}  {function}" for function, n in largest(difference, top)]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def by_module(cost: dict[str, float]) -> dict[str, float]:
    """The same by kernel module; "bpf" for BPF programs."""
    modules: dict[str, float] = {}
    for name, n in cost.items():
        match = re.search(r"\[(.+)\]$", name)
        module = match[1] if match else "vmlinux"
        modules[module] = modules.get(module, 0) + n
    return modules


def largest(cost: dict[str, float], top: int) -> list[tuple[str, float]]:
    """The entries that are largest in either sense."""
    return sorted(cost.items(), key=lambda item: -abs(item[1]))[:top]


def as_json(profile: Profile) -> str:
    """All functions of each measurement, for programs; README.md of this folder describes it."""
    rows = [
        {
            "mode": profile.mode,
            "direction": direction,
            "size": name,
            "insn_per_packet": {
                function: round(n, 1) for function, n in largest(cost, len(cost)) if abs(n) >= LEAST
            },
        }
        for (name, direction), cost in profile.cost.items()
    ]
    return json.dumps(rows, indent=1) + "\n"


def write(profiles: list[Profile], top: int, folder: Path) -> str:
    """Write profile-MODE.txt and .json of each in place of those of earlier runs.

    Returns the text of all, with what distinguishes each from plain PPPoE's.
    """
    for path in [*folder.glob("profile-*.txt"), *folder.glob("profile-*.json")]:
        path.unlink()
    reference = next((one for one in profiles if one.mode == REFERENCE), None)
    texts = []
    for one in profiles:
        text = report(one, top)
        if reference and one is not reference:
            text += "\n" + compare(one, reference, top)
        (folder / f"profile-{one.mode}.txt").write_text(text)
        (folder / f"profile-{one.mode}.json").write_text(as_json(one))
        texts.append(text)
    return "\n".join(texts)
