# SPDX-License-Identifier: GPL-2.0-or-later
"""The data keys that a handshake yields, by mode: protocol section 4.3, docs/decoy.md section 3."""

from __future__ import annotations

from pppshroud.cover import DataKeys, KeySet
from pppshroud.decoy.keys import DecoyKeys, SideKeys
from pppshroud.noise import Symmetric
from pppshroud.wire import CHAIN_LEN, DECOY_OKM_LEN, Mode

SessionKeys = DataKeys | DecoyKeys
DirectionKeys = KeySet | SideKeys


def chain_of(before: SessionKeys | None) -> bytes:
    """Return the chain secret that the next handshake uses; none was before: zeros."""
    return before.chain if before else bytes(CHAIN_LEN)


def derive_keys(state: Symmetric, mode: int, before: SessionKeys | None) -> SessionKeys | None:
    """Return the keys of a handshake after message 2; `before` are those in use, in a rekey.

    None in mode plain, of whose okm, a chain secret, nothing is used: it has no rekey.
    """
    if mode == Mode.PLAIN:
        return None
    phase = 1 - before.up.phase if isinstance(before, DecoyKeys) else 0
    return split_keys(state.data_keys(mode, chain_of(before)), phase)


def split_keys(okm: bytes, phase: int = 0) -> SessionKeys:
    """Take okm apart; its length tells the mode."""
    return DecoyKeys.split(okm, phase) if len(okm) == DECOY_OKM_LEN else DataKeys.split(okm)
