# SPDX-License-Identifier: GPL-2.0-or-later
"""In which kernel functions and BPF programs the instructions of a packet go."""

from __future__ import annotations

import base64
import bisect
import gzip
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from .errors import BenchError
from .machine import Output
from .modes import DIRECTIONS
from .results import Run, Span


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


def report(output: Output, run: Run, top: int) -> str:
    """Per size and direction: the `top` functions, in instructions per packet."""
    symbols = Symbols(output.log.read_text(errors="replace"))
    regions = read_regions(output.profile, symbols)
    sizes = sorted({size for _, size in run.spans if size}, reverse=True)
    parts = []
    for size in sizes:
        for direction in DIRECTIONS:
            cost = _sum(regions, run.spans[direction, size])
            cost.subtract(_sum(regions, run.spans[f"{direction}-base", size]))
            packets = run.spans[direction, size].count * run.spans[direction, size].packets
            parts.append(_section(f"{direction}, {size} bytes", cost, packets, top))
    return "\n".join(parts)


def _sum(regions: list[Counter[str]], span: Span) -> Counter[str]:
    total: Counter[str] = Counter()
    for region in regions[span.first : span.first + span.count]:
        total.update(region)
    return total


def _section(title: str, cost: Counter[str], packets: int, top: int) -> str:
    modules: Counter[str] = Counter()
    for name, count in cost.items():
        module = re.search(r"\[(.+)\]$", name)
        modules[module[1] if module else "vmlinux"] += count
    total = cost.total()
    lines = [f"{title}: {total / packets:.0f} kernel instructions per packet"]
    lines.append("  " + ", ".join(f"{m} {n / packets:.0f}" for m, n in modules.most_common(10)))
    for name, count in cost.most_common(top):
        lines.append(f"  {count / packets:8.1f} {100 * count / total:5.1f} %  {name}")
    return "\n".join(lines) + "\n"
