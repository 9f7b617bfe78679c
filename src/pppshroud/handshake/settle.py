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
from pppshroud.wire import Framing, Mode


def check_modes(policy: Policy, modes: tuple[int, ...]) -> None:
    """Raise ValueError if mode plain is wanted under require: docs/decoy.md section 12."""
    if Mode.PLAIN in modes and policy is Policy.REQUIRE:
        raise ValueError("mode plain can not be used with policy require")


def settle_plain(
    policy: Policy, why: Why, text: str, level: Level, framing: int = Framing.PPP
) -> tuple[Line, Actions]:
    """Return the line and actions of a session that was not yet covered and cannot be."""
    report = Report(level, why, text)
    if policy is Policy.REQUIRE:
        return Line(), (SetLine(Line()), report, CloseLink(why))
    line = Line(Path.PLAIN, framing=framing)
    return line, (SetLine(line), report, OpenNcps(Path.PLAIN))


def close(why: Why, text: str) -> Actions:
    """Return the actions of giving the link up under any policy."""
    return SetLine(Line()), Report(Level.ALARM, why, text), CloseLink(why)
