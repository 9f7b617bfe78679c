# SPDX-License-Identifier: GPL-2.0-or-later
"""python -m tests.bench: measure, print the table, write build/bench/."""

from __future__ import annotations

import argparse
import fcntl
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.support import debian
from tests.support.sources import ROOT
from tests.testbed.errors import TestbedError

from . import build, machine, page, profile, report, results
from .errors import BenchError
from .machine import Job
from .modes import NAMES

OUTPUT = ROOT / "build/bench"
PACKETS_STEP = 256  # loadgen sends eight regions of whole bursts of 32
MACHINE_TIMEOUT = 600.0  # seconds for one mode


def parse_arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Count the instructions that a router spends per forwarded packet.",
    )
    parser.add_argument(
        "--modes", type=partial(_choices, NAMES), default=NAMES, metavar="MODE,...",
        help=f"any of {', '.join(NAMES)} (default: all)",
    )  # fmt: skip
    parser.add_argument(
        "--sizes", type=_sizes, default=("mtu", "512", "52"), metavar="SIZE,...",
        help="bytes of IP packet, 52 to 1400, or mtu (default: mtu,512,52)",
    )  # fmt: skip
    parser.add_argument(
        "--packets", type=_packets, default=512, help="packets per measurement (default: 512)"
    )
    parser.add_argument("--twice", action="store_true", help="run twice, fail if a count differs")
    parser.add_argument("--profile", action="store_true", help="also print where they are spent")
    parser.add_argument(
        "--top", type=int, default=30, help="functions that a profile lists (default: 30)"
    )
    parser.add_argument(
        "--output", type=_output, default=OUTPUT, metavar="FOLDER",
        help="where to write, inside the repository (default: build/bench)",
    )  # fmt: skip
    return parser.parse_args(argv)


def _choices(allowed: tuple[str, ...], text: str) -> tuple[str, ...]:
    chosen = tuple(text.split(","))
    for name in chosen:
        if name not in allowed:
            raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(allowed)}")
    return chosen


def _sizes(text: str) -> tuple[str, ...]:
    for size in text.split(","):
        if size != "mtu" and not (size.isdecimal() and 52 <= int(size) <= 1400):
            raise argparse.ArgumentTypeError(f"size {size!r} is neither mtu nor in 52..1400")
    return tuple(text.split(","))


def _output(text: str) -> Path:
    path = Path(text).resolve()
    if not path.is_relative_to(ROOT):
        raise argparse.ArgumentTypeError(f"{text!r} is outside of the repository {ROOT}")
    return path


def _packets(text: str) -> int:
    if not text.isdecimal() or int(text) == 0 or int(text) % PACKETS_STEP:
        raise argparse.ArgumentTypeError(f"{text!r} is not a multiple of {PACKETS_STEP}")
    return int(text)


def measure(jobs: list[Job], parts: build.Parts, work: Path) -> list[machine.Output]:
    """Run the jobs, one machine per processor at a time."""
    work.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        boot = partial(machine.run, parts=parts, work=work, timeout=MACHINE_TIMEOUT)
        return list(pool.map(boot, jobs))


def check_same(first: list[machine.Output], second: list[machine.Output]) -> None:
    """Raise BenchError unless both runs counted the same in every region."""
    for one, two in zip(first, second, strict=True):
        if one.counts.read_bytes() != two.counts.read_bytes():
            raise BenchError(f"two runs differ: compare {one.counts} and {two.counts}")
    print("both runs counted the same, region by region")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other runs out of `folder`; raises BenchError if one is there."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BenchError(
                f"another run is writing to {folder}: wait for it, or choose a place with --output"
            ) from None
        yield


def bench(arguments: argparse.Namespace) -> None:
    """Build, measure and report as the command line says."""
    folder: Path = arguments.output
    parts = build.build(folder / "work")
    jobs = [Job(mode, arguments.sizes, arguments.packets) for mode in arguments.modes]
    outputs = measure(jobs, parts, folder / "work/first")
    if arguments.twice:
        check_same(outputs, measure(jobs, parts, folder / "work/second"))
    evaluated = [results.read(job, output) for job, output in zip(jobs, outputs, strict=True)]
    measurements = [measurement for _, found in evaluated for measurement in found]
    runs = [run for run, _ in evaluated]
    profiles = [profile.evaluate(*one) for one in zip(jobs, outputs, runs, strict=True)]
    report.write(measurements, folder)
    page.write(measurements, profiles, folder)
    print(report.as_table(measurements), end="")
    text = profile.write(profiles, arguments.top, folder)
    if arguments.profile:
        print(f"\n{text}", end="")


def main(argv: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    arguments = parse_arguments(argv)
    started = time.monotonic()
    try:
        debian.require("the benchmark", build.PACKAGES)
        with locked(arguments.output):
            bench(arguments)
    except (BenchError, TestbedError, debian.PackageError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    print(f"{time.monotonic() - started:.0f} s; results in {arguments.output.relative_to(ROOT)}/")
    return 0


if __name__ == "__main__":
    sys.exit(main())
