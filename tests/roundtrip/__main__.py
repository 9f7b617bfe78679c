# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare the implementations on very many packets, in this machine's own kernel.

Usage: python -m tests.roundtrip [--packets N] [--seed N] [--share N] [CAPTURE ...]

Half of the packets are made from those of captures, half by Hypothesis, or from its. Needs root,
Linux 6.6 or later, clang, gcc, libbpf-dev, zlib1g-dev.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from . import captures, generate, implementations
from .compare import Comparison, DifferError
from .mutate import packets
from .session import Packet, random_session

BATCH = 256
SESSION = 1024  # packets, about, until keys change, which takes a kernel tens of milliseconds
EXAMPLE = 16  # packets of one example of Hypothesis
TURN = 40  # examples, or batches, of one kind before the other comes
SHARE = 0.01
DECOY_SHARE = 0.75


class Run:
    """Both modes' comparisons, and how many packets have been sent."""

    def __init__(self, comparisons: list[Comparison], seed: int, share: float) -> None:
        self._comparisons = comparisons
        self._rng = Random(seed)
        self._share = share
        self._comparison = comparisons[0]
        self._left = 0  # packets of this session
        self.packets: Counter[str] = Counter()
        """By where they are from."""

    def send(self, source: str, batch: list[Packet]) -> None:
        """Send a batch through the session, or a new one of either mode."""
        if self._left <= 0:
            decoy = self._rng.random() < DECOY_SHARE
            self._comparison = self._comparisons[not decoy]
            self._comparison.begin(random_session(self._rng, decoy=decoy))
            self._left = SESSION
        self._left -= len(batch)
        self._comparison.round_trip(self._rng, batch, self._share)
        self.packets[source] += len(batch)

    def send_changed(self, pool: list[bytes]) -> None:
        """Send packets that are made from those of a pool."""
        for _ in range(TURN):
            self.send("captures", packets(self._rng, pool, BATCH))

    def send_generated(self) -> None:
        """Send what Hypothesis makes, and more that is made from it, which takes less time."""

        @settings(
            max_examples=TURN, database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @seeded(self._rng.getrandbits(32))
        @given(st.lists(generate.packets(), min_size=EXAMPLE, max_size=EXAMPLE))
        def send(batch: list[Packet]) -> None:
            self.send("Hypothesis", batch)
            pool = [packet.information for packet in batch]
            self.send("Hypothesis, changed", packets(self._rng, pool, BATCH - EXAMPLE))

        send()

    def counts(self) -> Counter[tuple[str, str]]:
        """What has been compared, both modes together."""
        return sum((comparison.counts for comparison in self._comparisons), Counter())


def report(run: Run, seconds: float) -> str:
    """Return a table: a row for each implementation and direction, and for what came of it."""
    sent = ", ".join(f"{count:,} from {source}" for source, count in sorted(run.packets.items()))
    rows = [f"roundtrip: {sum(run.packets.values()):,} packets ({sent}) in {seconds:.0f} s"]
    counts = run.counts()
    for name in dict.fromkeys(name for name, _ in counts):
        parts = [f"{what} {count:,}" for (of, what), count in sorted(counts.items()) if of == name]
        rows.append(f"  {name}: {', '.join(parts)}")
    return "\n".join(rows)


def main(argv: list[str]) -> int:
    """Compare, and say what was. Return the exit status."""
    parser = argparse.ArgumentParser(prog="roundtrip", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--packets", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=SHARE, help="of the reference, 0 to 1")
    parser.add_argument("captures", type=Path, nargs="*", help="to be changed, beside our own")
    options = parser.parse_args(argv)
    pool = captures.pool([captures.TRAFFIC, *options.captures])
    replay, host = implementations.build_replay(), implementations.build_on_host()
    with ExitStack() as stack:
        both = [
            stack.enter_context(implementations.on_host(replay, host, decoy=decoy))
            for decoy in (True, False)
        ]
        run, started = Run(both, options.seed, options.share), time.monotonic()
        try:
            while sum(run.packets.values()) < options.packets:
                run.send_changed(pool)
                run.send_generated()
                print(report(run, time.monotonic() - started), flush=True)
        except DifferError as error:
            print(f"roundtrip: seed {options.seed}: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
