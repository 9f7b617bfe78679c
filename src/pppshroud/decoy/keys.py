# SPDX-License-Identifier: GPL-2.0-or-later
"""The keys of mode decoy: docs/decoy.md section 3."""

from __future__ import annotations

from dataclasses import dataclass, field

from pppshroud.cover import KeySet
from pppshroud.wire import (
    CHAIN_LEN,
    DECOY_OKM_LEN,
    KEYSET_LEN,
    NAME_KEY_LEN,
    SHORT_KEY_LEN,
    SIPHASH_KEY_LEN,
)


@dataclass(frozen=True)
class CommonKeys:
    """The keys that both directions share, so that an end has one false address."""

    address4: bytes = field(repr=False)
    address6: bytes = field(repr=False)
    port: bytes = field(repr=False)
    name: bytes = field(repr=False)


@dataclass(frozen=True)
class SideKeys:
    """All keys that one direction needs, and the phase of their handshake."""

    noise: KeySet
    payload: KeySet
    short: bytes = field(repr=False)
    common: CommonKeys
    phase: int = 0


@dataclass(frozen=True)
class DecoyKeys:
    """What one handshake yields."""

    up: SideKeys
    down: SideKeys
    chain: bytes = field(repr=False)

    @classmethod
    def split(cls, okm: bytes, phase: int = 0) -> DecoyKeys:
        """Take the 1104 octets of section 3 apart."""
        if len(okm) != DECOY_OKM_LEN:
            raise ValueError(f"data keys have {DECOY_OKM_LEN} octets, not {len(okm)}")
        side = (KEYSET_LEN, KEYSET_LEN, SHORT_KEY_LEN)
        lengths = (*side, *side, *3 * (SIPHASH_KEY_LEN,), NAME_KEY_LEN, CHAIN_LEN)
        parts = []
        for length in lengths:
            parts.append(okm[:length])
            okm = okm[length:]
        common = CommonKeys(*parts[6:10])
        up, down = (
            SideKeys(KeySet(noise), KeySet(payload), short, common, phase)
            for noise, payload, short in (parts[:3], parts[3:6])
        )
        return cls(up, down, parts[10])
