# SPDX-License-Identifier: GPL-2.0-or-later
"""What a CPE's state machine is set to, and what it remembers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pppshroud.handshake.attempt import Accepted, Attempt
from pppshroud.handshake.events import Line, Path, Phase, Policy
from pppshroud.handshake.offence import Offence
from pppshroud.handshake.settle import check_modes
from pppshroud.params import Offer
from pppshroud.wire import KEY_MAX_AGE, REKEY_MAX


@dataclass(frozen=True)
class CpeConfig:
    """What the user has configured for the line."""

    policy: Policy = Policy.PREFER
    offer: Offer = field(default_factory=Offer)
    pinned: tuple[bytes, ...] = ()
    rekey: int = REKEY_MAX  # seconds that keys are used at most; the LNS's counts if it is less

    def __post_init__(self) -> None:
        check_modes(self.policy, self.offer.modes)


@dataclass(frozen=True)
class Session:
    """The handshake whose keys are in use."""

    accepted: Accepted
    born: float  # when its keys were installed
    rekey_at: float
    overlap_until: float | None = None


@dataclass(frozen=True)
class Cpe:
    """The state; `known` and `offence` outlive the session and the process."""

    config: CpeConfig = field(default_factory=CpeConfig)
    known: tuple[bytes, ...] = ()
    offence: Offence = field(default_factory=Offence)
    line: Line = field(default_factory=Line)
    attempt: Attempt | None = None
    session: Session | None = None
    closing: bool = False  # until LCP is down
    offered_at: float | None = None  # first INIT of a handshake that got no trusted RESP

    @property
    def phase(self) -> Phase:
        """The state of section 5.2. A rekey is a wait within a covered line."""
        if self.attempt is not None:
            return Phase.WAIT_DONE if self.attempt.accepted else Phase.WAIT_RESP
        if self.session is not None:
            return Phase.COVERED
        return Phase.PLAIN if self.line.path is Path.PLAIN else Phase.IDLE

    @property
    def trusted(self) -> tuple[bytes, ...]:
        """The keys that an LNS must have; none: first use."""
        return self.config.pinned or self.known

    @property
    def deadline(self) -> float | None:
        """When the next Tick is due."""
        return min(self._deadlines(), default=None)

    def _deadlines(self) -> Iterator[float]:
        if self.attempt is not None:
            yield self.attempt.timer
        if self.session is not None:
            yield self.session.born + KEY_MAX_AGE
            if self.session.overlap_until is not None:
                yield self.session.overlap_until
            if self.attempt is None:
                yield self.session.rekey_at
