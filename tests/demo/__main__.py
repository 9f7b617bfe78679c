# SPDX-License-Identifier: GPL-2.0-or-later
"""`./inv demo`: a PPPoE line without and with pppshroud, and what its carrier could record.

Leaves report.html, report.json, off.pcap and on.pcap in build/demo. Exit codes: 0 the cover held
and the positive control found everything; 1 it did not, or the demo could not be run.
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pppshroud.errors import ShroudError
from tests.support.sources import ROOT
from tests.testbed import images, product
from tests.testbed.errors import TestbedError
from tests.testbed.leak import LeakReport, find_leaks
from tests.testbed.uml import Uml

from . import cover
from .console import INTRODUCTION, Progress, side_by_side
from .errors import DemoError
from .example import find_clear, find_covered
from .line import Ends
from .page import write_page
from .phase import Phase, run_phase
from .report import Side, closing_sentence, write_json
from .verdict import faults
from .world import HELPLINE

FOLDER = ROOT / "build/demo"
SHOWN = 12
"""Faults that are told one by one."""
INTERRUPTED = 130
LINE_HEADERS = 22
"""Octets of Ethernet, PPPoE and PPP headers."""


def main() -> int:
    """Run the demo; return the exit code."""
    print(INTRODUCTION, flush=True)
    progress = Progress()
    try:
        with alone():
            shutil.rmtree(FOLDER, ignore_errors=True)
            FOLDER.mkdir(parents=True)
            return conclude(*play(progress))
    except (
        DemoError, ShroudError, TestbedError, subprocess.CalledProcessError, RuntimeError
    ) as error:  # fmt: skip
        print(f"\ndemo: {error}", file=sys.stderr)
        print(
            f"demo: it could not be finished. The logs of all daemons are in {FOLDER}/machine; "
            "run ./inv demo again, and if it fails again, report this with the logs.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("\ndemo: interrupted", file=sys.stderr)
        return INTERRUPTED


@contextmanager
def alone() -> Iterator[None]:
    """Keep a second demo out of the folder; raise DemoError if this is the second."""
    FOLDER.parent.mkdir(exist_ok=True)
    with FOLDER.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoError(f"another demo is writing to {FOLDER}: wait until it ends") from None
        yield


def play(progress: Progress) -> tuple[Phase, Phase]:
    """Play both halves in one machine."""
    progress.say("making sure that the machine's image is there (a minute or two the first time)")
    images.guest_root()
    progress.say("compiling the plugin and the data path")
    product.build()
    with Uml(workdir=FOLDER / "machine") as machine:
        progress.say("the machine runs; OFF: two plain pppds make the line")
        off = run_phase(machine, Ends(), FOLDER / "off.pcap", progress.say)
        progress.say("ON: the same with pppshroud in both pppds, the provider's key pinned")
        on = run_phase(machine, cover.install(machine), FOLDER / "on.pcap", progress.say)
    return off, on


def conclude(off: Phase, on: Phase) -> int:
    """Write the report, print the comparison, and say whether all is as it must be."""
    leaks = find_leaks(on.capture, on.truth.secrets(), from_start=True)
    wrong = faults(off, on, leaks)
    clear, covered = _examples(off, on, leaks)
    sides = _side(off, clear), _side(on, covered)
    write_json(FOLDER / "report.json", *sides)
    print("", *side_by_side(off, on), "", sep="\n")
    for fault in [*wrong[:SHOWN], *([f"and {len(wrong) - SHOWN} more"] if wrong[SHOWN:] else [])]:
        print(f"demo: {fault}", file=sys.stderr)
    if clear and covered:
        write_page(FOLDER / "report.html", *sides)
        print(f"The report: {_relative(FOLDER)}/report.html (report.json, off.pcap, on.pcap)\n")
    print(closing_sentence(*sides))
    return 1 if wrong else 0


def _examples(off: Phase, on: Phase, leaks: LeakReport) -> tuple[bytes, bytes]:
    """The two packets of the picture; empty when the captures do not have them."""
    if not leaks.handshakes:
        return b"", b""
    try:
        clear = find_clear(off.capture, HELPLINE.name)
        length = len(clear) - LINE_HEADERS
        return clear, find_covered(on.capture, length, leaks.first_covered)
    except LookupError:
        return b"", b""


def _side(phase: Phase, example: bytes) -> Side:
    return Side(phase.observation, phase.session_up_ms, phase.bytes_added, phase.mtu, example)


def _relative(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


if __name__ == "__main__":
    sys.exit(main())
