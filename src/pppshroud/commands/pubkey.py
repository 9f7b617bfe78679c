# SPDX-License-Identifier: GPL-2.0-or-later
"""`pppshroud pubkey`: the public key of a private one."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from pppshroud.keys import MAX_FILE, pull_key, push_key
from pppshroud.noise import public_key

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

EPILOG = """\
example:
  pppshroud pubkey < lns.key

The public key is also the fingerprint that a CPE shows its user.
"""


def add_parser(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "pubkey",
        help="make the public key of a private key",
        description="Read a private key from standard input and write its public key to "
        "standard output.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Turn one key; return the exit code."""
    print(push_key(public_key(pull_key(sys.stdin.read(MAX_FILE), "standard input"))))
    return 0
