# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads a capture of the carrier's wire and finds every packet that is uncovered after keys.

It has no keys. What it goes by is docs/protocol.md: once CONFIRM has passed, both ends cover, and
from RESP to CONFIRM they send nothing that would have to be covered. LCP's Configure-Request
ends that: the keys are erased, and what follows waits for the next handshake.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pppshroud.capture.file import open_capture
from pppshroud.capture.packet import Packet
from pppshroud.capture.ppp import PppFrame, find_ppp
from pppshroud.errors import DecodeError
from pppshroud.message import MessageError, pull_message
from pppshroud.observe.needles import Needles
from pppshroud.wire import PPP_LCP, Kind

from . import uncovered
from .uncovered import Agreed

CONFIGURE_REQUEST = 1
CHANCE_LIMIT = 1e-9
"""How unlikely look-alikes of IPv6 must be before they count as a leak all the same."""
SHOWN = 10

End = tuple[object, ...]
"""One direction of a session: what all its frames have in common."""


@dataclass(frozen=True)
class Leak:
    """A packet's number, from 1 on as Wireshark counts (0: the capture), and what it shows."""

    packet: int
    what: str

    def __str__(self) -> str:
        return f"packet {self.packet}: {self.what}" if self.packet else self.what


@dataclass
class LeakReport:
    """What was found in one capture."""

    capture: Path
    leaks: list[Leak] = field(default_factory=list)
    handshakes: int = 0
    """Handshakes that CONFIRM has ended, rekeys included."""
    first_covered: int = 0
    """Number of the packet that was the first CONFIRM; 0 when there was none."""
    covered: Counter[int] = field(default_factory=Counter)
    """Covered frames by PPP protocol number."""


class LeakError(AssertionError):
    """Something of a session was on the wire in clear, or nothing was covered at all."""


def assert_covered(
    capture: Path,
    tokens: Iterable[str] = (),
    *,
    from_start: bool = False,
    agreed: Agreed = uncovered.HEAD,
) -> LeakReport:
    """Raise LeakError if find_leaks() finds any, or if there was nothing that could leak."""
    report = find_leaks(capture, tokens, from_start=from_start, agreed=agreed)
    if report.leaks:
        lines = [str(leak) for leak in report.leaks[:SHOWN]]
        rest = len(report.leaks) - len(lines)
        raise LeakError(
            "\n  ".join([f"{capture} leaks:", *lines, *([f"and {rest} more"] if rest else [])])
        )
    if not report.covered:
        raise LeakError(
            f"{capture}: no session got keys and used them, so there was nothing to check "
            "(was the capture running before the line was dialled, and the plugin loaded?)"
        )
    return report


def find_leaks(
    capture: Path,
    tokens: Iterable[str] = (),
    *,
    from_start: bool = False,
    agreed: Agreed = uncovered.HEAD,
) -> LeakReport:
    """Return all leaks of a capture.

    tokens: names that must occur nowhere in the file, in the forms that Needles knows.
    from_start: whether packets before any keys count as well, as under the policy `require`.
    agreed: mode and framing of all its sessions; a frame of another mode is a leak.
    """
    report = LeakReport(capture)
    watch = _Watch(report, agreed, from_start=from_start)
    with open_capture(capture) as reader:
        for number, packet in enumerate(reader, 1):
            watch.take(number, packet)
    watch.finish()
    needles = Needles(tokens)
    needles.search_file(capture)
    report.leaks += [Leak(0, f"{token!r} occurs in the capture") for token in needles.found]
    return report


@dataclass
class _Direction:
    """What is known about one direction of a session."""

    keyed: bool
    waiting: list[Leak] | None = None
    """Uncovered packets since RESP: leaks if CONFIRM follows, else the session stayed plain."""


class _Watch:
    """Follows the sessions of a capture packet by packet."""

    def __init__(self, report: LeakReport, agreed: Agreed, *, from_start: bool) -> None:
        self.report, self.agreed, self.from_start = report, agreed, from_start
        self.directions: dict[End, _Direction] = {}
        self.handshakes: dict[int, list[_Direction]] = {}
        self.confirmed: set[int] = set()
        self.noise = self.alike = 0

    def take(self, number: int, packet: Packet) -> None:
        try:
            frame = find_ppp(packet.link_type, packet.data)
        except DecodeError as error:
            self.report.leaks.append(Leak(number, f"cannot be checked: {error}"))
            return
        if frame is not None:
            direction = self._direction(frame)
            if frame.protocol == PPP_LCP:
                self._follow(number, frame.information, direction)
            self._judge(number, frame, direction)

    def finish(self) -> None:
        """Judge the look-alikes of IPv6 by their number."""
        if uncovered.chance(self.noise, self.alike) < CHANCE_LIMIT:
            what = f"{self.alike} of {self.noise} covered frames look like IPv6: too many for noise"
            self.report.leaks.append(Leak(0, what))

    def _direction(self, frame: PppFrame) -> _Direction:
        end = (
            frame.line, frame.vlans, frame.tunnel, frame.session, frame.source, frame.destination,
        )  # fmt: skip
        return self.directions.setdefault(end, _Direction(self.from_start))

    def _follow(self, number: int, packet: bytes, direction: _Direction) -> None:
        """Learn from an LCP packet whether the session has keys."""
        if packet[:1] == bytes((CONFIGURE_REQUEST,)):
            direction.keyed, direction.waiting = self.from_start, None
            return
        try:
            message = pull_message(packet).message
        except MessageError:
            return
        parties = self.handshakes.setdefault(message.handshake_id, [])
        if not any(party is direction for party in parties):
            parties.append(direction)
        if message.kind is Kind.RESP:
            for party in parties:
                party.waiting = party.waiting or []
        elif message.kind is Kind.CONFIRM and message.handshake_id not in self.confirmed:
            self.confirmed.add(message.handshake_id)
            self._confirm(number, parties)

    def _confirm(self, number: int, parties: list[_Direction]) -> None:
        self.report.handshakes += 1
        self.report.first_covered = self.report.first_covered or number
        for party in parties:
            self.report.leaks += party.waiting or []
            party.keyed, party.waiting = True, None

    def _judge(self, number: int, frame: PppFrame, direction: _Direction) -> None:
        what = uncovered.complaint(frame, self.agreed)
        if what and direction.keyed:
            self.report.leaks.append(Leak(number, what))
        elif what and direction.waiting is not None:
            direction.waiting.append(Leak(number, what))
        elif not what and direction.keyed:
            self._count(frame)

    def _count(self, frame: PppFrame) -> None:
        noise = uncovered.is_noise(frame, self.agreed)
        if noise or uncovered.decoy_version(frame, self.agreed):
            self.report.covered[frame.protocol] += 1
        if noise:
            self.noise += 1
            self.alike += uncovered.looks_like_ipv6(frame)
