# SPDX-License-Identifier: GPL-2.0-or-later
"""What one engine's answer is worth, held against the ground truth."""

from __future__ import annotations

from dataclasses import dataclass

from pppshroud.observe.engine import Result
from pppshroud.observe.sound import SoundFlows
from pppshroud.observe.truth import Truth


@dataclass(frozen=True, slots=True)
class Verdict:
    """Counts of one engine's hits and errors."""

    true_records: int
    """Records with the addresses of a real flow, or a real name."""
    signs: tuple[str, ...]
    """The ground truth's tokens that it read and its words for the application that it used."""
    false_records: int
    """Records of flows that never were, whose packets had right checksums."""
    chance_records: int
    """Records made of noise: no packet of theirs had right checksums."""

    @property
    def true_hits(self) -> int:
        """All that is true in the answer."""
        return self.true_records + len(self.signs)

    def to_json(self) -> dict[str, object]:
        """Return the verdict as docs/observe.md describes it."""
        return {
            "true_records": self.true_records,
            "signs": list(self.signs),
            "false_records": self.false_records,
            "chance_records": self.chance_records,
        }


def judge(result: Result, truth: Truth, sound: SoundFlows) -> Verdict:
    """Hold one engine's answer against the ground truth."""
    names = {name for record in result.records for name in record.names} | result.names
    known = {pattern.hex() for pattern in truth.patterns} & names
    signs = truth.tokens_in(names) | known | (_words(result, sound) & truth.apps)
    wrong = [record for record in result.records if not truth.confirms(record)]
    false = sum(record in sound for record in wrong)
    return Verdict(
        len(result.records) - len(wrong), tuple(sorted(signs)), false, len(wrong) - false
    )


def _words(result: Result, sound: SoundFlows) -> set[str]:
    """Return what the engine called the applications: "TLS.Google" is TLS as well as Google.

    Its words for noise that passed for a header are chance, like the records.
    """
    apps = {record.app for record in result.records if record.app and record in sound}
    apps |= result.surplus
    return {word for app in apps for word in (app.lower(), *app.lower().split("."))}
