# SPDX-License-Identifier: GPL-2.0-or-later
"""The `pppshroud` command: finds the subcommand and turns errors into exit codes.

A subcommand is a module with `add_parser(subparsers)`, which must set `run` as the
parser's default, and `run(args) -> int`, which returns an exit code or raises a
`ShroudError`.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from enum import IntEnum
from importlib import import_module

from pppshroud import __version__
from pppshroud.errors import ShroudError

COMMANDS: tuple[str, ...] = (
    "pppshroud.commands.keygen",
    "pppshroud.commands.pubkey",
    "pppshroud.commands.cover",
    "pppshroud.commands.uncover",
    "pppshroud.observe.command",
)

EPILOG = """\
exit codes:
  0  done
  1  it could not be done: the message says why
  2  the command line was wrong

'pppshroud COMMAND --help' has examples for each command.
"""


class Exit(IntEnum):
    """What the process returns to its caller."""

    OK = 0
    ERROR = 1
    USAGE = 2  # argparse uses the same
    INTERRUPTED = 130


def build_parser() -> argparse.ArgumentParser:
    """Return the parser with every subcommand in it."""
    parser = argparse.ArgumentParser(
        prog="pppshroud",
        description="Hide the metadata of a PPP session from the carrier of the line.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"pppshroud {__version__}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in COMMANDS:
        import_module(name).add_parser(subparsers)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; return its exit code."""
    args = build_parser().parse_args(argv)
    try:
        code = int(args.run(args))
        sys.stdout.flush()
    except ShroudError as error:
        return _fail(str(error))
    except BrokenPipeError:
        # The reader (head, less) has gone. Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.ERROR
    except OSError as error:
        return _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except KeyboardInterrupt:
        return _fail("interrupted", Exit.INTERRUPTED)
    return code


def _fail(message: str, code: Exit = Exit.ERROR) -> int:
    print(f"pppshroud: {message}", file=sys.stderr)
    return code
