# SPDX-License-Identifier: GPL-2.0-or-later
"""Fuzz every parser of what comes off the wire: libFuzzer for the C ones, Hypothesis for Python's.

Usage: python -m tests.support.fuzz SECONDS (of each C fuzzer; the Python parsers get as long).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.datapath import decoy_seeds, seeds
from tests.support.sources import ROOT
from tests.testbed import toolchain
from tests.testbed.errors import TestbedError

BUILD = "build/fuzz"
PARTS = ("plugin", "datapath")
UNITS = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
EDGES = re.compile(r"cov: (\d+)")
SLACK = 300  # seconds, for compiling and for the fuzzers to end
EXAMPLES = "PPPSHROUD_EXAMPLES"
"""The environment variable that says how many examples a property test takes."""
EXAMPLES_PER_SECOND = 10  # of each of some twenty property tests, about


@dataclass(frozen=True)
class Outcome:
    """What the fuzzers of one part did: inputs executed by each, most code edges reached."""

    executions: tuple[int, ...]
    edges: int


def fuzz_c(part: str, seconds: int) -> Outcome:
    """Fuzz a part of src/ for so many seconds each. Raises toolchain.BuildError on a finding."""
    build = f"{BUILD}/{part}"
    start = ROOT / build / "seeds"
    start.mkdir(parents=True, exist_ok=True)
    if part == "datapath":
        seeds.write(start / "frame")
        decoy_seeds.write(start / "decoy")
    done = toolchain.run(
        [
            *("make", "-s", "CC=gcc", f"BUILD=/src/{build}"),
            *(f"SEEDS=/src/{build}/seeds", f"FUZZ_SECONDS={seconds}", "fuzz"),
        ],
        cwd=f"src/{part}",
        timeout=3 * seconds + SLACK,
    )
    said = done.stdout + done.stderr
    executions = tuple(int(units) for units in UNITS.findall(said))
    return Outcome(executions, max((int(edges) for edges in EDGES.findall(said)), default=0))


def fuzz_python(seconds: int) -> int:
    """Run the property tests with examples in proportion; return pytest's exit status."""
    examples = max(100, seconds * EXAMPLES_PER_SECOND)
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-m", "hypothesis and not testbed"),
        *("--timeout", str(seconds + SLACK)),
    ]
    variables = {**os.environ, EXAMPLES: str(examples)}
    print(f"fuzz: Python parsers, {examples} examples a property", flush=True)
    return subprocess.run(command, cwd=ROOT, env=variables, check=False).returncode


def main(seconds: int) -> int:
    """Fuzz all; say how many executions there were. Return the exit status."""
    for part in PARTS:
        print(f"fuzz: src/{part}, {seconds} s of each fuzzer", flush=True)
        try:
            outcome = fuzz_c(part, seconds)
        except (TestbedError, toolchain.BuildError, OSError) as error:
            print(f"fuzz: {error}\nfuzz: the input is in {Path(BUILD) / part}", file=sys.stderr)
            return 1
        runs = " + ".join(f"{count:,}" for count in outcome.executions)
        print(f"fuzz: src/{part}: {runs} executions, nothing found", flush=True)
    return fuzz_python(seconds)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
