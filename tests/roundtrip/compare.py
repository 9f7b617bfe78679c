# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets through C in a process, BPF in a kernel and the reference: there and back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from random import Random

from pppshroud.wire import PPP_IPV6
from tests.datapath.world import DROP, NEXT, Result, Testrun

from . import reference
from .mutate import IPV6_HEADER, damaged
from .reference import Outcome
from .session import COMMANDS, Packet, Session

PROCESS, KERNEL, REFERENCE = "process", "kernel", "reference"
SENT = ("tx_decoy", "tx_block", "tx_whole")


class DifferError(AssertionError):
    """Two implementations disagree, or a packet did not come back as it was."""


class Comparison:
    """Both C implementations, a session in each, and what has been compared so far."""

    def __init__(self, process: Testrun, kernel: Testrun) -> None:
        self._runs = {PROCESS: process, KERNEL: kernel}
        self._session: Session | None = None
        self.counts: Counter[tuple[str, str]] = Counter()
        """By implementation: frames in all ("out" and "in"), and by what they counted as."""

    def begin(self, session: Session) -> None:
        """Go on with another session."""
        for run in self._runs.values():
            if self._session:
                run.say("close")
            run.say(COMMANDS[session.encap])
            run.say(session.command)
        self._session = session

    def round_trip(self, rng: Random, packets: Sequence[Packet], share: float) -> None:
        """Send packets, receive what left, and what a carrier might make of it.

        share: of the frames that the reference is asked about, too, which takes milliseconds.
        """
        session = self._session
        assert session
        sent = self._outcomes("out", packets)
        expected = [rng.random() < share for _ in packets]
        covered: list[tuple[Packet, Packet]] = []
        for number, packet in enumerate(packets):
            ours = {name: outcomes[number] for name, outcomes in sent.items()}
            self._compare_sent(packet, ours, asked=expected[number])
            passed = {outcome.packet for outcome in ours.values() if outcome.packet}
            if ours[PROCESS].counter in SENT:
                covered += [(packet, wire) for wire in passed]
        self._return(covered)
        bad = [damaged(rng, wire) for _, wire in covered]
        self._compare_received(bad, [rng.random() < share for _ in bad])

    def _outcomes(self, way: str, packets: Sequence[Packet]) -> dict[str, list[Outcome]]:
        session = self._session
        assert session
        frames = [session.frame(way, packet) for packet in packets]
        outcomes = {}
        for name, run in self._runs.items():
            results = run.frames(way, frames)
            outcomes[name] = [_outcome(session, result) for result in results]
            self.counts[name, way] += len(frames)
            self.counts.update((name, result.counter) for result in results)
        return outcomes

    def _compare_sent(self, packet: Packet, ours: dict[str, Outcome], *, asked: bool) -> None:
        session = self._session
        assert session
        first, second = ours.values()
        # Each has a secret of its own for its table of flows.
        alike = reference.is_whole(first) == reference.is_whole(second)
        if alike and first != second:
            raise self._error("sent", packet, ours)
        if not alike:
            self.counts["rule", "decided otherwise"] += 1
        elif not asked:
            return
        for name, outcome in list(ours.items())[: 1 if alike else 2]:
            wanted = reference.sent(session, packet, whole=reference.is_whole(outcome))
            self._compare_wanted("out", packet, wanted, {name: outcome})

    def _compare_wanted(
        self, way: str, packet: Packet, wanted: Outcome, ours: dict[str, Outcome]
    ) -> None:
        self.counts[REFERENCE, way] += 1
        self.counts[REFERENCE, wanted.counter] += 1
        if any(not _agrees(outcome, wanted) for outcome in ours.values()):
            raise self._error(way, packet, {**ours, REFERENCE: wanted})

    def _return(self, covered: Sequence[tuple[Packet, Packet]]) -> None:
        outcomes = self._outcomes("in", [wire for _, wire in covered])
        for number, (packet, _) in enumerate(covered):
            ours = {name: found[number] for name, found in outcomes.items()}
            for outcome in ours.values():
                back = outcome.packet
                if not back or not _came_back(packet, back):
                    raise self._error("came back", packet, ours)

    def _compare_received(self, packets: Sequence[Packet], asked: Sequence[bool]) -> None:
        session = self._session
        assert session
        outcomes = self._outcomes("in", packets)
        for number, packet in enumerate(packets):
            ours = {name: found[number] for name, found in outcomes.items()}
            if ours[PROCESS] != ours[KERNEL]:
                raise self._error("received", packet, ours)
            if asked[number]:
                wanted = reference.received(session, packet)
                self._compare_wanted("in", packet, wanted, ours)

    def _error(self, what: str, packet: Packet, outcomes: dict[str, Outcome]) -> DifferError:
        session = self._session
        assert session
        lines = [
            f"{what}: {packet.protocol:04x} {packet.information.hex()} missing {packet.missing}",
            f"session: {session.encap}, {session.command}",
            *(f"{name}: {_shown(outcome)}" for name, outcome in outcomes.items()),
        ]
        return DifferError("\n".join(lines))


def _outcome(session: Session, result: Result) -> Outcome:
    assert result.verdict in (NEXT, DROP)
    if result.verdict == DROP:
        return Outcome(result.counter)
    return Outcome(result.counter, session.packet(result.frame))


def _agrees(outcome: Outcome, wanted: Outcome) -> bool:
    if outcome.counter != wanted.counter or (outcome.packet is None) != (wanted.packet is None):
        return False
    if not outcome.packet or not wanted.packet:
        return True
    whole = wanted.packet.information
    left = whole[: len(whole) - wanted.packet.missing]
    return outcome.packet.protocol == wanted.packet.protocol and outcome.packet.information == left


def _came_back(packet: Packet, back: Packet) -> bool:
    """The packet as it was, without PPP padding."""
    information = packet.information
    if packet.protocol == PPP_IPV6:
        own = IPV6_HEADER + int.from_bytes(information[4:6], "big")
    else:  # IPv4, IPCP, IPV6CP
        own = int.from_bytes(information[2:4], "big")
    return back == Packet(packet.protocol, information[:own])


def _shown(outcome: Outcome) -> str:
    if not outcome.packet:
        return outcome.counter
    return f"{outcome.counter} {outcome.packet.protocol:04x} {outcome.packet.information.hex()}"
