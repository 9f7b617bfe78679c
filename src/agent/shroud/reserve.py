# SPDX-License-Identifier: GPL-2.0-or-later
"""Room on the flash for the way back: taken before a trial changes anything, given up to undo it.

Were the flash full by then, for whatever reason, the old files could not be written any more.
"""

import os

from shroud import files, paths
from shroud.errors import AgentError

SLACK = 8192  # bytes beyond those of the files: names, rounding up to blocks, the journal


def take() -> None:
    """Take as much as undoing can need. FileError if the flash has not as much."""
    needed = SLACK
    for path in (paths.NETWORK, paths.FIREWALL, paths.SHROUD):
        needed += len(files.read(path))
    # Flash file systems compress: only what is random takes the room that it pretends to.
    files.replace(paths.RESERVE, os.urandom(needed))


def give_up() -> None:
    """Let it be used."""
    try:
        files.remove(paths.RESERVE)
    except AgentError:
        return  # read-only by now: the write that needs the room says so
