# SPDX-License-Identifier: GPL-2.0-or-later
"""Errors of the agent itself: told in the system log by place, never by value.

An exception's own text may quote what was being read, and the network file holds passwords.
"""

import io
import sys

PLACES = 6  # innermost calls told


def report(error: BaseException) -> str:
    """Tell the system log where it happened; return what to tell the caller."""
    from shroud import events

    kind = type(error).__name__
    try:
        events.syslog("alarm", f"internal error: {kind} in {', '.join(places(error))}")
    except Exception:  # the log is what fails; the caller is still told
        return f"internal error ({kind}), and the system log can not be written"
    return f"internal error ({kind}); the system log says where"


def places(error: BaseException) -> "list[str]":
    """Files and lines of the calls that led to it, the innermost last."""
    found = []
    for row in _rows(error):
        words = row.strip().split('"')
        if len(words) == 3 and words[0] == "File ":
            line = words[2].split(",")[1].strip()
            found.append(words[1].split("/")[-1] + " " + line)
    return found[-PLACES:]


def _rows(error: BaseException) -> "list[str]":
    stream = io.StringIO()
    if sys.implementation.name == "micropython":
        sys.print_exception(error, stream)  # type: ignore[attr-defined]
    else:
        import traceback

        traceback.print_tb(error.__traceback__, None, stream)
    return stream.getvalue().split("\n")
