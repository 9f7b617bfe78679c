# SPDX-License-Identifier: GPL-2.0-or-later
"""`python -m tests.dpi.rule FOLDER`: what the sender's rule costs, and what it leaves in clear.

FOLDER has the captures of mode off that `./inv dpi` left. Prints a table in Markdown: a row for
each use case, over PPPoE; a column for each number K of packets of every flow and direction that
are covered whole in any case. The instructions are those of ./inv bench (arm64, out).
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pppshroud.capture.file import open_capture
from pppshroud.capture.ppp import PPP_IPV4, PPP_IPV6, find_ppp
from pppshroud.observe.needles import Needles
from pppshroud.observe.truth import load_truth
from pppshroud.rule import WholeRule
from pppshroud.wire import BLOCK_LEN
from tests.demo.truth import pull_flow

EARLY = (0, 4, 8, 16, 32)
PREFIX = "pppoe-off-"
BLOCK_COST = 2563
"""Instructions of a packet covered by block, beyond a plain line's 7 600."""
OCTET_COST = 59.35
"""Of each octet behind the first block of one covered whole: 87 354 at 1492 octets, 29 194 at 512
were counted, 87 315 and 29 152 come out."""


@dataclass(frozen=True)
class Packet:
    """An IP packet of the session, and the sender's link address."""

    source: bytes
    ip: bytes


@dataclass
class Weight:
    """What a rule does to one capture."""

    packets: int = 0
    octets: int = 0
    """Of all packets that are longer than a block."""
    whole: int = 0
    """Of those that are covered whole."""
    cost: float = 0.0
    """Instructions of all packets, beyond a plain line's."""
    exposed: int = 0
    """Octets of the ground truth's metadata in what stays in clear."""

    def add(self, length: int, *, whole: bool) -> None:
        """Count a packet."""
        self.packets += 1
        self.cost += BLOCK_COST
        if length > BLOCK_LEN:
            self.octets += length
            self.whole += length * whole
            self.cost += OCTET_COST * (length - BLOCK_LEN) * whole

    @property
    def words(self) -> str:
        """Share covered whole, instructions of a packet, octets exposed."""
        share = 100 * self.whole / self.octets if self.octets else 0.0
        exposed = f", **{self.exposed} exposed**" if self.exposed else ""
        return f"{share:.0f} %, {self.cost / self.packets:.0f}{exposed}"


def weigh(packets: list[Packet], metadata: set[str], early: int) -> Weight:
    """Apply the rule to all packets of a plain line."""
    needles = Needles(metadata)
    rules = defaultdict[bytes, WholeRule](lambda: WholeRule(early=early))
    weight = Weight()
    for packet in packets:
        whole = rules[packet.source].wants_whole(packet.ip)
        weight.add(len(packet.ip), whole=whole)
        if not whole:
            needles.search(packet.ip[BLOCK_LEN:])
    weight.exposed = needles.octets()
    return weight


def last_told(packets: list[Packet], names: set[str]) -> int:
    """Return which packet of its flow and direction is the last that has one of these names."""
    counts: dict[object, int] = defaultdict(int)
    last = 0
    for packet in packets:
        flow = (packet.source, pull_flow(packet.ip))
        counts[flow] += 1
        needles = Needles(names)
        needles.search(packet.ip)
        if needles.found:
            last = max(last, counts[flow])
    return last


def read_packets(capture: Path) -> Iterator[Packet]:
    """Yield the packets of IP."""
    with open_capture(capture) as reader:
        for packet in reader:
            frame = find_ppp(packet.link_type, packet.data)
            if frame is not None and frame.protocol in (PPP_IPV4, PPP_IPV6):
                yield Packet(frame.source, frame.information)


def table(folder: Path) -> Iterator[str]:
    """Yield the lines of the table."""
    yield "| use case | octets | last told in | " + " | ".join(f"K = {k}" for k in EARLY) + " |"
    yield "|---" * (3 + len(EARLY)) + "|"
    for truth in sorted(folder.glob(f"{PREFIX}*.truth.json")):
        yield _row(truth)


def _row(file: Path) -> str:
    name, truth = file.name.removesuffix(".truth.json"), load_truth(file)
    packets = list(read_packets(file.with_name(f"{name}.pcap")))
    weights = [weigh(packets, truth.metadata(), early) for early in EARLY]
    last = last_told(packets, {*truth.tokens, *(pattern.hex() for pattern in truth.patterns)})
    cells = [name.removeprefix(PREFIX), f"{weights[0].octets}", f"packet {last}" if last else "-"]
    return "| " + " | ".join([*cells, *(weight.words for weight in weights)]) + " |"


def main() -> int:
    """Print the table of a folder's captures; return the exit code."""
    folder = Path(sys.argv[1])
    if not list(folder.glob(f"{PREFIX}*.truth.json")):
        print(f"dpi.rule: {folder} has no captures of mode off: run ./inv dpi", file=sys.stderr)
        return 1
    for line in table(folder):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
