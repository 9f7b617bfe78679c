# SPDX-License-Identifier: GPL-2.0-or-later
"""`pppshroud keygen`: a new private key."""

from __future__ import annotations

import argparse
import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pppshroud.keys import OTHERS, KeyFileError, generate, push_key, write_secret

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

EPILOG = """\
examples:
  pppshroud keygen lns.key
      write a new private key to lns.key, with mode 0600
  pppshroud keygen | tee lns.key | pppshroud pubkey
      as with wg(8), after: umask 077

A key is 32 octets in base64, like WireGuard's.
"""


def add_parser(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "keygen",
        help="make a private key",
        description="Make a private key and write it to standard output or a file.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    place = parser.add_mutually_exclusive_group()
    place.add_argument("file", nargs="?", type=Path, metavar="FILE", help="write it to FILE")
    place.add_argument("--output", "-o", type=Path, metavar="FILE", help="the same")
    parser.add_argument("--force", action="store_true", help="replace FILE if it exists")


def run(args: argparse.Namespace) -> int:
    """Make one key; return the exit code."""
    path: Path | None = args.file or args.output
    if path is None:
        _check_stdout()
        print(push_key(generate()))
    else:
        write_secret(path, push_key(generate()) + "\n", force=args.force)
    return 0


def _check_stdout() -> None:
    """Refuse standard output if it is a file that others can read."""
    try:
        mode = os.fstat(sys.stdout.fileno()).st_mode
    except (OSError, ValueError):  # no descriptor behind it: then no file either
        return
    if stat.S_ISREG(mode) and mode & OTHERS:
        raise KeyFileError(
            "standard output is a file that others than its owner can use (mode "
            f"{mode & 0o777:04o}). Name the file instead: pppshroud keygen FILE"
        )
