# SPDX-License-Identifier: GPL-2.0-or-later
"""The data keys that a handshake yields, by mode: protocol section 4.3, docs/decoy.md section 3."""

from __future__ import annotations

from pppshroud.cover import DataKeys, KeySet
from pppshroud.decoy.keys import DecoyKeys, SideKeys
from pppshroud.noise import Symmetric
from pppshroud.wire import CHAIN_LEN, Mode

SessionKeys = DataKeys | DecoyKeys
DirectionKeys = KeySet | SideKeys


def chain_of(before: SessionKeys | None) -> bytes:
    """Return the chain secret that the next handshake uses; none was before: zeros."""
    return before.chain if before else bytes(CHAIN_LEN)


def derive_keys(state: Symmetric, mode: int, before: SessionKeys | None) -> SessionKeys:
    """Return the keys of a handshake after message 2; `before` are those in use, in a rekey."""
    okm = state.data_keys(mode, chain_of(before))
    if mode == Mode.DECOY:
        phase = 1 - before.up.phase if isinstance(before, DecoyKeys) else 0
        return DecoyKeys.split(okm, phase)
    return DataKeys.split(okm)
