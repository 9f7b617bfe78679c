# SPDX-License-Identifier: GPL-2.0-or-later
"""`pppshroud observe`: what a metadata collector at the carrier would write of a capture."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from pppshroud.capture.file import CaptureWriter, create_capture
from pppshroud.capture.packet import LINKTYPE_ETHERNET
from pppshroud.errors import ShroudError
from pppshroud.observe import ndpi, oblivious, tshark
from pppshroud.observe.engine import Result
from pppshroud.observe.oblivious import Cutter
from pppshroud.observe.report import Observation
from pppshroud.observe.rewrap import Rewrapper
from pppshroud.observe.scan import Sink, scan
from pppshroud.observe.truth import load_truth

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

ENGINES = ("tshark", "ndpi", "oblivious")
DEFAULT_ENGINES = ("tshark", "ndpi")
# What makes the copy of a capture that an engine reads, and the engine.
COPIES: dict[str, Callable[[CaptureWriter], Sink]] = {"ndpi": Rewrapper, "oblivious": Cutter}
READERS: dict[str, Callable[[Path, float], Result]] = {
    "ndpi": ndpi.run,
    "oblivious": oblivious.run,
}
EPILOG = """\
examples:
  pppshroud observe line.pcap
      tables of flows and names, by tshark and ndpiReader, and by their shape alone
  pppshroud observe line.pcapng --engine tshark --json records.json
      one engine only; everything to a file as well (docs/observe.md has the format)
  pppshroud observe line.pcap --engine oblivious
      a collector that ignores headers and judges each packet's content alone
  pppshroud observe line.pcap --ground-truth truth.json
      also say how many records are true and which known names occur at all

The engines are Debian packages: apt-get install tshark libndpi-bin
"""


def add_parser(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "observe",
        help="show what a collector at the carrier records",
        description="Show what a metadata collector at the carrier would record of a capture "
        "(pcap or pcapng; Ethernet, Linux cooked or raw IP; PPPoE with VLAN tags, or L2TP).",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    add = parser.add_argument
    add("capture", type=Path, metavar="CAPTURE", help="the capture file")
    add("--json", type=Path, metavar="FILE", help="write all that was found to FILE")
    add("--ground-truth", type=Path, metavar="FILE", help="what the clients really did, as JSON")
    add("--engine", action="append", choices=ENGINES, help="use this engine (may be repeated; "
        "default: tshark and ndpi)")  # fmt: skip
    add("--limit", type=_positive, default=40, metavar="N", help="rows to print for each engine "
        "(default: %(default)s)")  # fmt: skip
    add("--timeout", type=_positive, default=600, metavar="SECONDS", help="give an engine up "
        "after so long (default: %(default)s)")  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Observe one capture; return the exit code."""
    observation = observe(
        args.capture, args.ground_truth, args.engine or DEFAULT_ENGINES, timeout=args.timeout
    )
    if args.json is not None:
        document = json.dumps(observation.to_json(), indent=2, ensure_ascii=True)
        args.json.write_text(document + "\n")
    for line in observation.lines(args.limit):
        print(line)
    return 0


def observe(
    capture: Path, ground_truth: Path | None, engines: Sequence[str], timeout: float
) -> Observation:
    """Return all that the engines and our own search find in a capture file."""
    truth = None if ground_truth is None else load_truth(ground_truth)
    if not capture.is_file():
        raise ShroudError(f"{capture}: no such file, a pcap or pcapng capture was expected")
    tokens, metadata = (truth.tokens, truth.metadata()) if truth else ((), set[str]())
    with tempfile.TemporaryDirectory(prefix="pppshroud-") as folder:
        copies = {name: Path(folder) / f"{name}.pcap" for name in COPIES if name in engines}
        with ExitStack() as stack:
            sinks = [
                COPIES[name](stack.enter_context(create_capture(copy, LINKTYPE_ETHERNET)))
                for name, copy in copies.items()
            ]
            observation = Observation(capture, scan(capture, tokens, metadata, sinks), truth)
        if "tshark" in engines:
            packets = observation.scan.inventory.packets
            observation.results.append(tshark.run(capture, packets, timeout))
        for name, copy in copies.items():
            observation.results.append(READERS[name](copy, timeout))
    needles = observation.scan.needles
    for result in observation.results:
        needles.search_names(result.names)
    for record in observation.records():
        needles.search_names(record.names)
    return observation


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return number
