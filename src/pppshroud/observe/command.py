# SPDX-License-Identifier: GPL-2.0-or-later
"""`pppshroud observe`: what a metadata collector at the carrier would write of a capture."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from pppshroud.capture.file import create_capture
from pppshroud.capture.packet import LINKTYPE_ETHERNET
from pppshroud.errors import ShroudError
from pppshroud.observe.engines import DEFAULT_ENGINES, ENGINES, Job
from pppshroud.observe.report import Observation
from pppshroud.observe.scan import scan
from pppshroud.observe.truth import load_truth

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

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

The engines are Debian packages: apt-get install tshark libndpi-bin suricata
(suricata from Debian 13 on); nfstream is a Python package: pip install nfstream
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
    add("--engine", action="append", choices=tuple(ENGINES), help="use this engine (may be "
        "repeated; default: tshark and ndpi)")  # fmt: skip
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
    chosen = {name: engine for name, engine in ENGINES.items() if name in engines}
    with tempfile.TemporaryDirectory(prefix="pppshroud-") as folder:
        copies = {name: Path(folder) / f"{name}.pcap" for name, e in chosen.items() if e.copy}
        with ExitStack() as stack:
            sinks = [
                copy(stack.enter_context(create_capture(copies[name], LINKTYPE_ETHERNET)))
                for name, engine in chosen.items()
                if (copy := engine.copy)
            ]
            observation = Observation(capture, scan(capture, tokens, metadata, sinks), truth)
        packets = observation.scan.inventory.packets
        for name, engine in chosen.items():
            job = Job(copies.get(name, capture), packets, truth, timeout)
            observation.results.append(engine.run(job))
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
