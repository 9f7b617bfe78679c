# SPDX-License-Identifier: GPL-2.0-or-later
"""What both roles do alike when a session settles as plain or ends: section 5.4."""

from __future__ import annotations

from pppshroud.handshake.events import (
    Actions,
    CloseLink,
    Level,
    Line,
    OpenNcps,
    Path,
    Policy,
    Report,
    SetLine,
    Why,
)


def settle_plain(policy: Policy, why: Why, text: str, level: Level) -> tuple[Line, Actions]:
    """Return the line and actions of a session that was not yet covered and cannot be."""
    report = Report(level, why, text)
    if policy is Policy.REQUIRE:
        return Line(), (SetLine(Line()), report, CloseLink(why))
    line = Line(Path.PLAIN)
    return line, (SetLine(line), report, OpenNcps(Path.PLAIN))


def close(why: Why, text: str) -> Actions:
    """Return the actions of giving the link up under any policy."""
    return SetLine(Line()), Report(Level.ALARM, why, text), CloseLink(why)
