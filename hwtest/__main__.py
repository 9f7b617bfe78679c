# SPDX-License-Identifier: GPL-2.0-or-later
"""Run the flow on a board: flash, install, drive traffic through it, pull its plug, put it back.

Exit codes: 0 all passed, 1 pppshroud is at fault, 2 the rig is, 3 wrong use.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from hwtest.flow.plan import Plan, PlanError
from hwtest.report import compare
from hwtest.run import Order, run
from hwtest.targets import target
from hwtest.targets.target import Target, TargetError
from hwtest.virtual import image, packages
from hwtest.virtual.errors import VirtualError
from tests.testbed.errors import TestbedError

DEFAULT = "qemu-arm64"
OUTPUT = Path("build/hwtest")
LEFT = {"board", "console.log", "junit.xml", "lab", "packages", "report.html", "report.json"}
"""What a run leaves in its folder, and the next one removes."""
MAX_SOAK = 7 * 24 * 60  # minutes
RIG_FAULT, WRONG_USE = 2, 3


class UseError(Exception):
    """The command line asks for what cannot be done; says why."""


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks for; return the exit code."""
    if arguments[:1] == ["compare"]:
        return compare.main(arguments[1:])
    try:
        order = _order(_parse(arguments))
    except (UseError, TargetError, PlanError) as error:
        print(f"hwtest: {error}", file=sys.stderr)
        return WRONG_USE
    except (VirtualError, TestbedError) as error:
        print(f"hwtest: the virtual board could not be built: {error}", file=sys.stderr)
        return RIG_FAULT
    # Whoever ends the run must not leave a board with its power on.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    code = run(order)
    print(f"\n{order.output}/report.html shows it all; {order.output}/console.log is the console")
    return code


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise UseError(f"{message}\n{self.format_usage()}")


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = _Parser("python -m hwtest", description=__doc__)
    parser.add_argument("--target", default=DEFAULT, help="name or path of a YAML (%(default)s)")
    parser.add_argument("--soak", type=float, metavar="MINUTES", help="instead of the target's")
    parser.add_argument("--packages", type=Path, metavar="DIR", help="packages to install")
    parser.add_argument("--images", type=Path, metavar="DIR", help="images that the YAML names")
    parser.add_argument("--output", type=Path, metavar="DIR", help=f"default: {OUTPUT}/TARGET")
    return parser.parse_args(arguments)


def _order(chosen: argparse.Namespace) -> Order:
    """Check all that can be checked before anything is touched; make what is not given."""
    board = target.load(chosen.target)
    Plan.read(board.flow)
    _check(chosen, board)
    output = chosen.output or OUTPUT / board.name
    earlier = _left_in(output)
    images = chosen.images or image.build().folder
    missing = [name for name in board.images.values() if not (images / name).is_file()]
    if missing:
        raise UseError(f"--images: {images} has no {missing[0]!r}, which {board.path} names")
    for path in earlier:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    given = chosen.packages
    if not given:
        given = output / "packages"
        packages.build(given)
    return Order(board, images, given, output, chosen.soak)


def _check(chosen: argparse.Namespace, board: Target) -> None:
    """Images and packages are made for the virtual board only; a real one's are given."""
    if chosen.soak is not None and not 0 <= chosen.soak <= MAX_SOAK:
        raise UseError(f"--soak is {chosen.soak:g}, must be 0 to {MAX_SOAK} minutes")
    for option in ("images", "packages"):
        folder = getattr(chosen, option)
        if folder is None and not board.options.virtual:
            raise UseError(f"{board.name} is no virtual board: say --{option} DIR")
        if folder is not None and not folder.is_dir():
            raise UseError(f"--{option}: there is no folder {folder}")


def _left_in(folder: Path) -> list[Path]:
    """What an earlier run has left. A folder with anything else in it is somebody's."""
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    foreign = [path.name for path in found if path.name not in LEFT]
    if foreign:
        raise UseError(f"--output: {folder} has {foreign[0]!r} in it, which no run has left there")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
