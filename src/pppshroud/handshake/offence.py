# SPDX-License-Identifier: GPL-2.0-or-later
"""What is remembered of peers that end the session when offered something: section 5.5."""

from __future__ import annotations

from dataclasses import dataclass

from pppshroud.wire import OFFENCE_FIRST, OFFENCE_KNOWN, OFFENCE_MAX


@dataclass(frozen=True)
class Offence:
    """Sessions lost in a row after an offer, and until when not to offer again (seconds)."""

    losses: int = 0
    until: float = 0.0

    def suppresses(self, now: float) -> bool:
        """Return whether not to offer now."""
        return now < self.until

    def after_loss(self, now: float, *, known: bool) -> Offence:
        """Return the memory after one more loss; `known`: the line has a pinned or known key."""
        losses = self.losses + 1
        if not known:
            wait = min(OFFENCE_FIRST << min(losses - 1, 16), OFFENCE_MAX)
        elif losses >= OFFENCE_KNOWN:
            wait = OFFENCE_FIRST
        else:
            wait = 0
        return Offence(losses, now + wait)
