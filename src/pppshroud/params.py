# SPDX-License-Identifier: GPL-2.0-or-later
"""Parameters, the type-length-value payloads of messages: protocol section 3.2."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pppshroud.capture.reader import Reader
from pppshroud.errors import DecodeError
from pppshroud.wire import (
    NOTICE_MAX,
    PARAM_LIST_MAX,
    PROOF_LEN,
    REKEY_DEFAULT,
    REKEY_MAX,
    REKEY_MIN,
    Framing,
    Mode,
    Param,
)

LENGTHS = {
    Param.MODES: range(1, PARAM_LIST_MAX + 1),
    Param.FRAMINGS: range(1, PARAM_LIST_MAX + 1),
    Param.MODE: range(1, 2),
    Param.FRAMING: range(1, 2),
    Param.REKEY: range(4, 5),
    Param.NOTICE: range(NOTICE_MAX + 1),
    Param.PROOF: range(PROOF_LEN, PROOF_LEN + 1),
}


FRAMINGS: dict[int, tuple[int, ...]] = {  # that go with a mode: docs/decoy.md section 12
    Mode.PLAIN: (Framing.LCP,),
    Mode.HEAD: (Framing.PPP,),
    Mode.DECOY: (Framing.PPP, Framing.LCP),
}


class ParamError(DecodeError):
    """A malformed payload."""


@dataclass(frozen=True)
class Offer:
    """The payload of INIT; most wanted first, numbers that we do not know included."""

    modes: tuple[int, ...] = (Mode.HEAD,)
    framings: tuple[int, ...] = (Framing.PPP,)
    proof: bytes | None = None  # in a rekey: section 5.6


@dataclass(frozen=True)
class Choice:
    """The payload of RESP."""

    mode: int = Mode.HEAD
    framing: int = Framing.PPP
    rekey: int = REKEY_DEFAULT  # seconds
    notice: bytes = b""

    @property
    def text(self) -> str:
        """The notice as it may be shown: no control characters, no invalid UTF-8."""
        text = self.notice.decode("utf-8", "replace")
        return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def fit(mode: int, framing: int) -> bool:
    """Return whether a framing goes with a mode; what we do not know is not ours to judge."""
    return framing in FRAMINGS.get(mode, (framing,))


def push_params(params: Iterable[tuple[int, bytes]]) -> bytes:
    """Return the triples of (type, value) as octets."""
    return b"".join(struct.pack("!BH", kind, len(value)) + value for kind, value in params)


def pull_params(payload: bytes, allowed: Collection[Param]) -> dict[int, bytes]:
    """Return the parameters of a payload; raise ParamError if it is malformed.

    `allowed` are those that the message may hold, besides PADDING and unknown ones.
    """
    reader = Reader(payload)
    found: dict[int, bytes] = {}
    try:
        while reader.left:
            kind = reader.pull_uint8("parameter type")
            value = reader.pull(reader.pull_uint16("parameter length"), f"parameter {kind}")
            if kind in found:
                raise ParamError(f"parameter {kind} is there twice")
            found[kind] = value
    except DecodeError as error:
        raise ParamError(str(error)) from error
    for kind, value in found.items():
        _check(kind, value, allowed)
    return found


def _check(kind: int, value: bytes, allowed: Collection[Param]) -> None:
    if kind not in set(Param) - {Param.CRITICAL}:
        if kind >= Param.CRITICAL:
            raise ParamError(f"parameter {kind} is unknown and must not be ignored")
    elif kind != Param.PADDING:
        lengths = LENGTHS[Param(kind)]
        if kind not in allowed:
            raise ParamError(f"parameter {kind} has no place in this message")
        if len(value) not in lengths:
            raise ParamError(
                f"parameter {kind} has {len(value)} octets, {lengths[0]} to {lengths[-1]} are "
                "allowed"
            )


def push_offer(offer: Offer) -> bytes:
    """Return the payload of INIT."""
    params = [(Param.MODES, bytes(offer.modes))]
    if offer.framings != (Framing.PPP,):
        params.append((Param.FRAMINGS, bytes(offer.framings)))
    if offer.proof is not None:
        params.append((Param.PROOF, offer.proof))
    return push_params(params)


def pull_offer(payload: bytes) -> Offer:
    """Take the payload of INIT; raise ParamError if it is malformed."""
    params = pull_params(payload, (Param.MODES, Param.FRAMINGS, Param.PROOF))
    if Param.MODES not in params:
        raise ParamError("the offer holds no modes")
    framings = params.get(Param.FRAMINGS, bytes([Framing.PPP]))
    return Offer(tuple(params[Param.MODES]), tuple(framings), params.get(Param.PROOF))


def push_choice(choice: Choice) -> bytes:
    """Return the payload of RESP."""
    params = [(Param.MODE, bytes([choice.mode]))]
    if choice.framing != Framing.PPP:
        params.append((Param.FRAMING, bytes([choice.framing])))
    params.append((Param.REKEY, choice.rekey.to_bytes(4, "big")))
    if choice.notice:
        params.append((Param.NOTICE, choice.notice))
    return push_params(params)


def pull_choice(payload: bytes, offer: Offer) -> Choice:
    """Take the payload of RESP that answers `offer`; raise ParamError if it is malformed."""
    params = pull_params(payload, (Param.MODE, Param.FRAMING, Param.REKEY, Param.NOTICE))
    if Param.MODE not in params:
        raise ParamError("the answer chooses no mode")
    mode = params[Param.MODE][0]
    framing = params.get(Param.FRAMING, bytes([Framing.PPP]))[0]
    if mode not in offer.modes or framing not in offer.framings:
        raise ParamError(f"mode {mode} with framing {framing} was not offered")
    if not fit(mode, framing):
        raise ParamError(f"mode {mode} does not go with framing {framing}")
    rekey = int.from_bytes(params.get(Param.REKEY, REKEY_DEFAULT.to_bytes(4, "big")), "big")
    if not REKEY_MIN <= rekey <= REKEY_MAX:
        raise ParamError(f"rekeying after {rekey} s, {REKEY_MIN} to {REKEY_MAX} are allowed")
    return Choice(mode, framing, rekey, params.get(Param.NOTICE, b""))
