# SPDX-License-Identifier: GPL-2.0-or-later
"""`./inv dpi`: what DPI finds of each use case on a plain line, and on a covered one.

Leaves report.json, report.md, report.html and all captures in build/dpi. Exit codes: 0 all is as it
must be; 1 it is not, or the measurement could not be made; 2 wrong command line.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pppshroud.errors import ShroudError
from pppshroud.observe.engines import ENGINES
from tests.support.sources import ROOT
from tests.testbed import product
from tests.testbed.errors import TestbedError

from . import suricata
from .errors import DpiError
from .frames import count_frames
from .judge import Row, faults, judge_play, mark_void
from .limit import limits
from .line import ENCAPSULATIONS, MODES
from .page import write
from .play import Play, find_root, play_all
from .report import Report
from .traffic import USE_CASES

FOLDER = ROOT / "build/dpi"
WORKERS = 2


def main(argv: Sequence[str] | None = None) -> int:
    """What run() does, with its errors told in a line."""
    try:
        return run(argv)
    except (DpiError, ShroudError, TestbedError, subprocess.CalledProcessError) as error:
        print(f"dpi: {error}", file=sys.stderr)
        return 1


def run(argv: Sequence[str] | None = None) -> int:
    """Measure, write the report, tell what is wrong; return the exit code."""
    args = _parse(argv)
    wrong = faults(measure(args))
    for fault in wrong:
        print(f"dpi: {fault}", file=sys.stderr)
    print(f"The report: {args.output}/report.html (report.json, report.md)")
    return 1 if wrong else 0


def measure(args: argparse.Namespace) -> list[Row]:
    """Play, let the engines look, write the report; return its rows."""
    folder: Path = args.output.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    cases = [case for case in USE_CASES if case.name in args.cases]
    find_root(cases)
    product.build()
    if "suricata" in args.engines:
        suricata.provide(folder / "bin")
    plays = [
        play
        for encapsulation in args.encapsulations
        for mode in MODES
        for play in play_all(cases, encapsulation, mode, folder, say)
    ]
    say(f"{len(plays)} captures; {', '.join(args.engines)} look at them")
    rows = mark_void(judge_all(plays, args.engines))
    write(folder, Report(cases, rows, limits(plays), count_frames(plays)))
    return rows


def judge_all(plays: Sequence[Play], engines: Sequence[str]) -> list[Row]:
    """Give every capture to the engines, some at a time."""

    def judge(play: Play) -> list[Row]:
        rows = judge_play(play, engines)
        say(f"{play.encapsulation}, {play.mode}: {play.case.name} judged")
        return rows

    with ThreadPoolExecutor(WORKERS) as pool:
        return [row for rows in pool.map(judge, plays) for row in rows]


def say(text: str) -> None:
    """A line of progress."""
    print(text, flush=True)


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.dpi", description=__doc__)
    names = [case.name for case in USE_CASES]
    _add_choice(parser, "--cases", names)
    _add_choice(parser, "--engines", tuple(ENGINES))
    _add_choice(parser, "--encapsulations", ENCAPSULATIONS)
    parser.add_argument("--output", type=Path, default=FOLDER, metavar="FOLDER")
    return parser.parse_args(argv)


def _add_choice(parser: argparse.ArgumentParser, option: str, names: Sequence[str]) -> None:
    parser.add_argument(
        option, nargs="+", choices=names, default=list(names), metavar="NAME",
        help=f"only these: {', '.join(names)}",
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
