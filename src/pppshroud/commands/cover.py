# SPDX-License-Identifier: GPL-2.0-or-later
"""`pppshroud cover`: what a capture would have been with pppshroud on the line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pppshroud.commands.convert import SIDES_HELP, add_files, convert
from pppshroud.commands.datakeys import KEY_LENS, load_data_keys, make_data_keys
from pppshroud.errors import ShroudError
from pppshroud.params import fit
from pppshroud.transcode import Coverer, Sides
from pppshroud.wire import Framing, Mode

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

FRAMINGS = tuple(framing.name.lower() for framing in Framing)
MODES = tuple(mode.name.lower() for mode in KEY_LENS)
EPILOG = f"""\
examples:
  pppshroud cover line.pcap covered.pcap --write-keys line.keys
      a capture of a PPPoE or L2TP line, covered with random keys
  pppshroud cover lan.pcap covered.pcap --encap pppoe --write-keys line.keys
      plain Ethernet or raw IP, put on a PPPoE line
  pppshroud cover lan.pcap decoys.pcap --encap pppoe --mode decoy --write-keys line.keys
      the same with decoys: what a collector would record of it is wrong
  pppshroud uncover covered.pcap plain.pcap --key-file line.keys
      and back

{SIDES_HELP}"""


def add_parser(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "cover",
        help="cover the packets of a capture",
        description="Cover the packets of a capture as pppshroud would on the line. Packets "
        "that it would not send are left out and counted.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    add_files(parser)
    keys = parser.add_mutually_exclusive_group()
    add = keys.add_argument
    add("--key-file", type=Path, metavar="FILE", help="use these keys")
    add("--write-keys", type=Path, metavar="FILE", help="keep the random keys in FILE (mode 0600)")
    add = parser.add_argument
    add("--force", action="store_true", help="replace the file of --write-keys if it exists")
    add("--mode", choices=MODES, default=MODES[0], help="head (default) makes noise, decoy makes "
        "packets of false addresses, which belong to strangers: docs/decoy.md")  # fmt: skip
    add("--framing", choices=FRAMINGS, default=FRAMINGS[0], help="lcp: decoys go under the "
        "protocol number of LCP")  # fmt: skip
    add("--encap", choices=("pppoe", "l2tp"), default="", help="put the IP packets of a plain "
        "capture on such a line")  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Cover one capture; return the exit code."""
    mode, framing = Mode[args.mode.upper()], Framing[args.framing.upper()]
    if not fit(mode, framing):
        raise ShroudError(f"--mode {args.mode} does not go with --framing {args.framing}")
    if args.key_file is not None:
        keys = load_data_keys(args.key_file, mode)
    else:
        keys = make_data_keys(args.write_keys, mode, force=args.force)
        if args.write_keys is None:
            print("random keys, kept nowhere: nobody can uncover this", file=sys.stderr)
    coverer = Coverer(keys, Sides(args.cpe), args.encap, framing)
    hint = "no IP packet" if args.encap else "no PPP session. Plain Ethernet or IP wants --encap"
    nothing = f"nothing was covered: it holds {hint}"
    convert(args.capture, args.output, coverer, nothing, encap=args.encap)
    return 0
