# SPDX-License-Identifier: GPL-2.0-or-later
"""One handshake as the CPE goes through it: its messages and what they yield."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass, field, replace

from pppshroud.cover import DataKeys
from pppshroud.errors import DecodeError
from pppshroud.message import Message
from pppshroud.noise import (
    NoiseError,
    Symmetric,
    public_key,
    read_resp,
    rekey_proof,
    seal,
    unseal,
    write_init,
)
from pppshroud.params import Choice, Offer, ParamError, pull_choice, pull_params, push_offer
from pppshroud.wire import (
    HEADER_LEN,
    KEY_LEN,
    LCP_CODE_VENDOR,
    OFF_HANDSHAKE_ID,
    OFF_OUI,
    OUI_BYTES,
    Kind,
)


@dataclass(frozen=True)
class Accepted:
    """What a RESP has yielded."""

    static: bytes  # the LNS's public key
    choice: Choice
    keys: DataKeys = field(repr=False)
    confirm: Message
    done_key: bytes = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """The LNS's key as users see it."""
        return base64.b64encode(self.static).decode()

    def is_trusted(self, keys: tuple[bytes, ...]) -> bool:
        """Section 4.2: one of `keys`, or there are none (first use)."""
        # Not any(): the time must not tell which key it was.
        matches = [hmac.compare_digest(self.static, key) for key in keys]
        return not keys or True in matches

    def fits(self, done: Message) -> bool:
        """Return whether a DONE authenticates."""
        return authenticates(self.done_key, done)


@dataclass(frozen=True)
class Attempt:
    """A handshake in progress at the CPE."""

    offer: Offer
    chain: bytes = field(repr=False)
    init: Message
    ephemeral: bytes = field(repr=False)
    symmetric: Symmetric
    timer: float  # when to retransmit
    tries: int = 1  # transmissions so far, of INIT or CONFIRM
    untrusted: bool = False  # a RESP brought a wrong key
    accepted: Accepted | None = None
    accepted_at: float = 0.0

    def expects(self, message: Message) -> bool:
        """Return whether a message is of this handshake and of the kind awaited."""
        if message.handshake_id != self.init.handshake_id:
            return False
        if message.kind is Kind.ABORT:
            return self.accepted is None and len(message.body) == 1
        return message.is_ours and message.kind is (Kind.DONE if self.accepted else Kind.RESP)

    def is_quoted(self, packet: bytes) -> bool:
        """Whether `packet`, which a Code-Reject quotes, can be this INIT; it may end anywhere."""
        oui = packet[OFF_OUI : OFF_OUI + len(OUI_BYTES)]
        quoted_id = packet[OFF_HANDSHAKE_ID:HEADER_LEN]
        return (
            packet[:1] in (b"", bytes([LCP_CODE_VENDOR]))
            and OUI_BYTES.startswith(oui)
            and self.init.handshake_id.to_bytes(4, "big").startswith(quoted_id)
        )


def start_attempt(
    offer: Offer, chain: bytes, entropy: bytes, timer: float, *, rekey: bool
) -> Attempt:
    """Return a handshake that begins now, with fresh ephemeral key and handshake id."""
    ephemeral = entropy[:KEY_LEN]
    init = Message(Kind.INIT, int.from_bytes(entropy[KEY_LEN : KEY_LEN + 4], "big"))
    if rekey:
        proof = rekey_proof(chain, init.handshake_id, public_key(ephemeral))
        offer = replace(offer, proof=proof)
    symmetric, body = write_init(init.prologue, ephemeral, push_offer(offer))
    return Attempt(offer, chain, replace(init, body=body), ephemeral, symmetric, timer)


def receive_resp(attempt: Attempt, resp: Message, before: Choice | None) -> Accepted | None:
    """Return what RESP yields, trusted or not; None if it is to be discarded.

    `before` is the choice of the handshake in use, which a rekey must not change.
    """
    try:
        state, static, payload = read_resp(attempt.symmetric, attempt.ephemeral, resp.body)
        choice = pull_choice(payload, attempt.offer)
    except (NoiseError, ParamError):
        return None
    if before and (choice.mode, choice.framing) != (before.mode, before.framing):
        return None
    confirm_key, done_key = state.split()
    confirm = Message(Kind.CONFIRM, resp.handshake_id, seal(confirm_key, 0, b"", b""))
    keys = DataKeys.split(state.data_keys(choice.mode, attempt.chain))
    return Accepted(static, choice, keys, confirm, done_key)


def authenticates(key: bytes, message: Message) -> bool:
    """Return whether a CONFIRM or DONE is sealed with `key` and well-formed inside."""
    try:
        pull_params(unseal(key, 0, b"", message.body), ())
    except (NoiseError, DecodeError):
        return False
    return True
