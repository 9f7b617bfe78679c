# SPDX-License-Identifier: GPL-2.0-or-later
"""One handshake as the CPE goes through it: its messages and what they yield."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field, replace

from pppshroud.errors import DecodeError
from pppshroud.handshake.keys import SessionKeys, derive_keys
from pppshroud.keys import push_key
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
    keys: SessionKeys | None = field(repr=False)  # none in mode plain
    confirm: Message
    done_key: bytes = field(repr=False)

    def fits(self, done: Message) -> bool:
        """Return whether a DONE authenticates."""
        return authenticates(self.done_key, done)


@dataclass(frozen=True)
class Attempt:
    """A handshake in progress at the CPE."""

    offer: Offer
    before: SessionKeys | None
    init: Message
    ephemeral: bytes = field(repr=False)
    symmetric: Symmetric
    timer: float  # when to retransmit
    tries: int = 1  # transmissions so far, of INIT or CONFIRM
    untrusted: bool = False  # a RESP brought a wrong key
    altered: bool = False  # a RESP did not decrypt: it answers another INIT than was sent
    accepted: Accepted | None = None
    accepted_at: float = 0.0

    def expects(self, message: Message) -> bool:
        """Return whether a message is of this handshake and of the kind awaited."""
        if not message.is_ours or message.handshake_id != self.init.handshake_id:
            return False
        if self.accepted:
            return message.kind is Kind.DONE
        return message.kind is Kind.RESP or (message.kind is Kind.ABORT and bool(message.body))

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
    offer: Offer, before: SessionKeys | None, entropy: bytes, timer: float
) -> Attempt:
    """Return a handshake that begins now, with fresh ephemeral key and handshake id.

    `before` are the keys in use if it is a rekey.
    """
    ephemeral = entropy[:KEY_LEN]
    init = Message(Kind.INIT, int.from_bytes(entropy[KEY_LEN : KEY_LEN + 4], "big"))
    if before:
        proof = rekey_proof(before.chain, init.handshake_id, public_key(ephemeral))
        offer = replace(offer, proof=proof)
    symmetric, body = write_init(init.prologue, ephemeral, push_offer(offer))
    return Attempt(offer, before, replace(init, body=body), ephemeral, symmetric, timer)


@dataclass(frozen=True)
class Opened:
    """A RESP that has decrypted. Its payload is not looked at before its key is trusted."""

    static: bytes  # the LNS's public key
    symmetric: Symmetric
    payload: bytes

    @property
    def fingerprint(self) -> str:
        """The LNS's key as users see it."""
        return push_key(self.static)

    def is_trusted(self, keys: tuple[bytes, ...]) -> bool:
        """Section 4.2: one of `keys`, or there are none (first use)."""
        # Not any(): the time must not tell which key it was.
        matches = [hmac.compare_digest(self.static, key) for key in keys]
        return not keys or True in matches


def open_resp(attempt: Attempt, resp: Message) -> Opened | None:
    """Decrypt a RESP; None if it does not."""
    try:
        state, static, payload = read_resp(attempt.symmetric, attempt.ephemeral, resp.body)
    except NoiseError:
        return None
    return Opened(static, state, payload)


def accept_resp(attempt: Attempt, opened: Opened, before: Choice | None) -> Accepted | None:
    """Return what a trusted RESP yields; None if its payload is malformed.

    `before` is the choice of the handshake in use, which a rekey must not change.
    """
    try:
        choice = pull_choice(opened.payload, attempt.offer)
    except ParamError:
        return None
    if before and (choice.mode, choice.framing) != (before.mode, before.framing):
        return None
    confirm_key, done_key = opened.symmetric.split()
    body = seal(confirm_key, 0, b"", b"")
    confirm = Message(Kind.CONFIRM, attempt.init.handshake_id, body)
    keys = derive_keys(opened.symmetric, choice.mode, attempt.before)
    return Accepted(opened.static, choice, keys, confirm, done_key)


def authenticates(key: bytes, message: Message) -> bool:
    """Return whether a CONFIRM or DONE is sealed with `key` and well-formed inside."""
    try:
        pull_params(unseal(key, 0, b"", message.body), ())
    except (NoiseError, DecodeError):
        return False
    return True
