# SPDX-License-Identifier: GPL-2.0-or-later
"""`python -m tests.dpi.rule FOLDER`: what the sender's rule covers whole, and what it leaves clear.

FOLDER has the captures of mode off that `./inv dpi` left.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pppshroud.capture.file import open_capture
from pppshroud.capture.ppp import PPP_IPV4, PPP_IPV6, find_ppp
from pppshroud.observe.needles import Needles
from pppshroud.observe.truth import load_truth
from pppshroud.rule import WholeRule
from pppshroud.wire import BLOCK_LEN

EARLY = (0, 4, 8, 16, 32)
"""Packets of each flow and direction that are covered whole in any case."""
PATTERN = "*-off-*.pcap"


@dataclass
class Weight:
    """What a rule does to one capture."""

    octets: int = 0
    """Of all packets that are longer than a block."""
    whole: int = 0
    """Of those that are covered whole."""
    exposed: int = 0
    """Of the ground truth's metadata in what stays in clear."""

    @property
    def share(self) -> float:
        """Of octets covered whole, in percent."""
        return 100 * self.whole / self.octets if self.octets else 0.0


def weigh(capture: Path, early: int) -> Weight:
    """Apply the rule to all packets of a plain line's capture."""
    needles = Needles(load_truth(capture.with_suffix(".truth.json")).metadata())
    rules: dict[bytes, WholeRule] = {}
    weight = Weight()
    for source, ip in _packets(capture):
        whole = rules.setdefault(source, WholeRule(early=early)).wants_whole(ip)
        if len(ip) > BLOCK_LEN:
            weight.octets += len(ip)
            weight.whole += len(ip) if whole else 0
        if not whole:
            needles.search(ip[BLOCK_LEN:])
    weight.exposed = needles.octets()
    return weight


def _packets(capture: Path) -> Iterator[tuple[bytes, bytes]]:
    """Yield the sender and the IP packet of each frame of a session."""
    with open_capture(capture) as reader:
        for packet in reader:
            frame = find_ppp(packet.link_type, packet.data)
            if frame is not None and frame.protocol in (PPP_IPV4, PPP_IPV6):
                yield frame.source, frame.information


def table(folder: Path) -> Iterator[str]:
    """Yield the lines of a table in Markdown."""
    yield "| capture | octets | " + " | ".join(f"K = {early}" for early in EARLY) + " |"
    yield "|---" * (2 + len(EARLY)) + "|"
    for capture in sorted(folder.glob(PATTERN)):
        if capture.name.endswith(".servers.pcap"):
            continue
        weights = [weigh(capture, early) for early in EARLY]
        cells = (f"{w.share:.0f} %, {w.exposed} exposed" for w in weights)
        yield f"| {capture.stem} | {weights[0].octets} | " + " | ".join(cells) + " |"


def main() -> int:
    """Print the table of a folder's captures; return the exit code."""
    folder = Path(sys.argv[1])
    if not list(folder.glob(PATTERN)):
        print(f"dpi.rule: {folder} has no captures of mode off: run ./inv dpi", file=sys.stderr)
        return 1
    for line in table(folder):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
