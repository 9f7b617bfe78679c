# SPDX-License-Identifier: GPL-2.0-or-later
"""One handshake as the LNS answers it: its messages and what they yield."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field, replace

from pppshroud.handshake.events import Policy
from pppshroud.handshake.keys import SessionKeys, chain_of, derive_keys
from pppshroud.handshake.settle import check_modes
from pppshroud.message import Message, Received
from pppshroud.noise import NoiseError, read_init, rekey_proof, seal, write_resp
from pppshroud.params import Choice, Offer, ParamError, fit, pull_offer, push_choice
from pppshroud.wire import (
    KEY_LEN,
    PENDING,
    REKEY_DEFAULT,
    VERSION,
    Abort,
    Framing,
    Kind,
    Mode,
    Suite,
)


@dataclass(frozen=True)
class LnsConfig:
    """What the operator has configured for the line."""

    static: bytes = field(repr=False)  # private key
    policy: Policy = Policy.PREFER
    modes: tuple[int, ...] = (Mode.HEAD,)  # supported and allowed
    framings: tuple[int, ...] = (Framing.PPP,)
    rekey: int = REKEY_DEFAULT  # seconds
    notice: bytes = b""

    def __post_init__(self) -> None:
        check_modes(self.policy, self.modes)


@dataclass(frozen=True)
class Answer:
    """A handshake that the LNS has answered."""

    init: bytes = field(repr=False)  # the INIT, from Kind on
    resp: Message
    done: Message
    confirm_key: bytes = field(repr=False)
    keys: SessionKeys | None = field(repr=False)  # none in mode plain
    mode: int
    framing: int
    born: float
    until: float  # when it is forgotten if CONFIRM does not come

    def proves(self, init: Message) -> bool:
        """Return whether an INIT shows knowledge of this handshake's chain: section 5.6."""
        try:
            ephemeral, offer = _read(init)
        except (NoiseError, ParamError):
            return False
        proof = rekey_proof(chain_of(self.keys), init.handshake_id, ephemeral)
        return init.is_ours and hmac.compare_digest(proof, offer.proof or b"")


def refuse_init(
    config: LnsConfig, init: Message, *, opened: bool = False, before: Answer | None = None
) -> Abort | None:
    """Return why an INIT is not acceptable, in the order of section 3.6.

    `before` is the handshake in use if this is a rekey (whose PROOF is right), `opened`
    tells that an NCP is Opened in plain, or mode plain agreed on.
    """
    if init.version != VERSION:
        return Abort.VERSION
    if init.suite != Suite.NOISE_NX:
        return Abort.SUITE
    if config.policy is Policy.OFF or opened:
        return Abort.NOT_OFFERED
    try:
        _, offer = _read(init)
    except (NoiseError, ParamError):
        return Abort.MALFORMED
    if before is None and offer.proof is not None:
        return Abort.MALFORMED
    return Abort.MODE if choose(config, offer, before) is None else None


def choose(config: LnsConfig, offer: Offer, before: Answer | None) -> Choice | None:
    """Return the first allowed mode of the offer that an allowed framing of it fits, and that.

    In a rekey only those in use are allowed. None if there are none.
    """
    modes = config.modes if before is None else (before.mode,)
    framings = config.framings if before is None else (before.framing,)
    for mode in offer.modes:
        for framing in offer.framings:
            if mode in modes and framing in framings and fit(mode, framing):
                return Choice(mode, framing, config.rekey, config.notice)
    return None


def answer_init(
    config: LnsConfig, received: Received, entropy: bytes, now: float, before: Answer | None
) -> Answer | None:
    """Compute RESP to an acceptable INIT; None if its ephemeral key is of low order."""
    init = received.message
    state, remote, payload = read_init(init.prologue, init.body)
    choice = choose(config, pull_offer(payload), before)
    assert choice is not None
    try:
        state, body = write_resp(
            state, remote, entropy[:KEY_LEN], config.static, push_choice(choice)
        )
    except NoiseError:
        return None
    confirm_key, done_key = state.split()
    return Answer(
        init=received.repeat,
        resp=replace(init, kind=Kind.RESP, body=body),
        done=replace(init, kind=Kind.DONE, body=seal(done_key, 0, b"", b"")),
        confirm_key=confirm_key,
        keys=derive_keys(state, choice.mode, before.keys if before else None),
        mode=choice.mode,
        framing=choice.framing,
        born=now,
        until=now + PENDING,
    )


def _read(init: Message) -> tuple[bytes, Offer]:
    _, remote, payload = read_init(init.prologue, init.body)
    return remote, pull_offer(payload)
