# SPDX-License-Identifier: GPL-2.0-or-later
"""`pppshroud uncover`: the plain packets of a covered capture, for who has the keys."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pppshroud.commands.convert import SIDES_HELP, add_files, convert
from pppshroud.commands.datakeys import load_data_keys
from pppshroud.transcode import Sides, Uncoverer

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

NOTHING = (
    "nothing could be uncovered: it holds no PPP session, or these are not its keys, or --cpe "
    "is not the customer's side"
)
EPILOG = f"""\
example:
  pppshroud uncover covered.pcap plain.pcap --key-file line.keys

{SIDES_HELP}"""


def add_parser(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "uncover",
        help="uncover the packets of a capture",
        description="Uncover the packets of a PPPoE or L2TP capture. Packets that a receiver "
        "would discard are left out and counted.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    add_files(parser)
    parser.add_argument("--key-file", type=Path, metavar="FILE", required=True, help="the keys")


def run(args: argparse.Namespace) -> int:
    """Uncover one capture; return the exit code."""
    uncoverer = Uncoverer(load_data_keys(args.key_file), Sides(args.cpe))
    convert(args.capture, args.output, uncoverer, NOTHING)
    return 0
