# SPDX-License-Identifier: GPL-2.0-or-later
"""messages.json: LCP packets and payloads, well-formed and not, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pppshroud.errors import DecodeError
from pppshroud.handshake import lns
from pppshroud.handshake.answer import LnsConfig
from pppshroud.handshake.events import ENTROPY_LEN, MessageArrived, NetworkPhase, Send
from pppshroud.message import Fault, Message, MessageError, pull_message, push_message
from pppshroud.noise import public_key
from pppshroud.params import Offer, pull_choice, pull_offer, pull_params, push_offer, push_params
from pppshroud.vectors.material import octets
from pppshroud.wire import REKEY_MAX, REKEY_MIN, Kind, Param

OFFER = Offer((1, 2), (1,))
VERDICTS = {Fault.FOREIGN: "foreign", Fault.SHORT: "discard", Fault.KIND: "discard"}
EPHEMERAL = public_key(octets("message ephemeral", 32))
STATIC = octets("message static", 32)
MODES = (Param.MODES, b"\1")
MODE = (Param.MODE, b"\1")
EXTRAS = {
    "empty PADDING": (Param.PADDING, b""),
    "unknown type 127": (127, b"x"),
    "unknown type 128": (128, b"x"),
    "unknown type 255": (255, b""),
    "type 0": (0, b""),
}


def message_vectors() -> dict[str, Any]:
    """Return messages.json."""
    return {
        "about": "Section 3. packets: LCP packets from Code on: `message` for this protocol; "
        "`discard`: silently; `foreign`: as if pppshroud did not exist. payloads: parameters in "
        "INIT, RESP (to an offer of modes 1 and 2, framing 1) and CONFIRM. answers: what an idle "
        "LNS that allows mode 1 and framing 1 answers to an INIT: `RESP`, `ABORT` with a reason, "
        "or nothing.",
        "packets": [_packet_case(*case) for case in _packets()],
        "payloads": [_payload_case(*case) for case in _payloads()],
        "lns_static_private": STATIC.hex(),
        "answers": [_answer_case(*case) for case in _inits()],
    }


def _packets() -> Iterator[tuple[str, bytes]]:
    good = push_message(Message(Kind.DONE, 0x01020304, octets("tag", 16)), 9, 0x0A0B0C0D)
    empty = push_message(Message(Kind.ABORT, 0xFFFFFFFF), 0, 0)
    yield "DONE", good
    yield "no body", empty
    yield "PPP padding behind Length", good + b"\xff" * 5
    yield "Reserved not zero", good[:14] + b"\xff\xff" + good[16:]
    yield "Version 2", good[:12] + b"\2" + good[13:]
    yield "Suite 2", good[:13] + b"\2" + good[14:]
    yield "Kind 0", good[:11] + b"\0" + good[12:]
    yield "Kind 6", good[:11] + b"\6" + good[12:]
    yield "Length one more than there is", _length(good, len(good) + 1)
    yield "Length 19", _length(empty, 19)
    yield "19 octets of 20", empty[:19]
    yield "Length 11: nothing but the OUI", _length(good, 11)
    yield "Length 10: no whole OUI", _length(good, 10)
    yield "Length 0", _length(good, 0)
    yield "another OUI", good[:8] + b"\0\0\x0c" + good[11:]
    yield "Code-Reject", b"\7" + good[1:]
    yield "Code, Identifier, Length only", b"\0\1\0\4"
    yield "three octets", b"\0\1\0"
    yield "nothing", b""


def _length(packet: bytes, length: int) -> bytes:
    return packet[:2] + length.to_bytes(2, "big") + packet[4:]


def _packet_case(name: str, packet: bytes) -> dict[str, Any]:
    case: dict[str, Any] = {"name": name, "packet": packet.hex()}
    try:
        received = pull_message(packet)
    except MessageError as error:
        return case | {"verdict": VERDICTS[error.fault]}
    message = received.message
    return case | {
        "verdict": "message",
        "magic": f"{received.magic:08x}",
        "kind": int(message.kind),
        "version": message.version,
        "suite": message.suite,
        "handshake_id": f"{message.handshake_id:08x}",
        "body": message.body.hex(),
    }


def _payloads() -> Iterator[tuple[str, str, bytes]]:
    for name, params in _init_params():
        yield name, "INIT", push_params(params)
    for name, params in _resp_params():
        yield name, "RESP", push_params(params)
    for kind, required in (("INIT", [MODES]), ("RESP", [MODE]), ("CONFIRM", [])):
        yield "nothing", kind, b""
        for name, param in EXTRAS.items():
            yield name, kind, push_params([*required, param])
    yield "one octet", "INIT", b"\1"
    yield "two octets", "INIT", b"\1\0"
    yield "value cut short", "INIT", b"\1\0\2\1"
    yield "half a triple at the end", "INIT", push_params([MODES]) + b"\7\0"
    yield "MODE", "CONFIRM", push_params([MODE])


def _init_params() -> Iterator[tuple[str, list[tuple[int, bytes]]]]:
    yield "one mode", [MODES]
    yield "eight modes", [(Param.MODES, bytes(range(8)))]
    yield "no modes", [(Param.MODES, b"")]
    yield "nine modes", [(Param.MODES, bytes(9))]
    yield "modes twice", [MODES, MODES]
    yield "framings", [MODES, (Param.FRAMINGS, b"\2\1")]
    yield "framings first", [(Param.FRAMINGS, b"\1"), MODES]
    yield "no framings", [MODES, (Param.FRAMINGS, b"")]
    yield "nine framings", [MODES, (Param.FRAMINGS, bytes(9))]
    yield "PROOF", [MODES, (Param.PROOF, bytes(16))]
    yield "PROOF of 15 octets", [MODES, (Param.PROOF, bytes(15))]
    yield "PADDING twice", [MODES, (Param.PADDING, b""), (Param.PADDING, b"")]
    yield "unknown type twice", [MODES, (100, b""), (100, b"")]
    yield "MODE in INIT", [MODES, MODE]


def _resp_params() -> Iterator[tuple[str, list[tuple[int, bytes]]]]:
    yield "mode only", [MODE]
    yield "second mode of the offer", [(Param.MODE, b"\2")]
    yield "mode that was not offered", [(Param.MODE, b"\3")]
    yield "mode of two octets", [(Param.MODE, b"\1\1")]
    yield "framing 1", [MODE, (Param.FRAMING, b"\1")]
    yield "framing that was not offered", [MODE, (Param.FRAMING, b"\2")]
    for seconds in (REKEY_MIN - 1, REKEY_MIN, REKEY_MAX, REKEY_MAX + 1):
        yield f"rekey after {seconds} s", [MODE, (Param.REKEY, seconds.to_bytes(4, "big"))]
    yield "rekey of 2 octets", [MODE, (Param.REKEY, b"\x0e\x10")]
    yield "notice", [MODE, (Param.NOTICE, b"\xff\x00\x1b[2J")]
    yield "empty notice", [MODE, (Param.NOTICE, b"")]
    yield "notice of 255 octets", [MODE, (Param.NOTICE, b"n" * 255)]
    yield "notice of 256 octets", [MODE, (Param.NOTICE, b"n" * 256)]
    yield "long PADDING", [MODE, (Param.PADDING, bytes(300))]
    yield "PROOF in RESP", [MODE, (Param.PROOF, bytes(16))]


def _payload_case(name: str, kind: str, payload: bytes) -> dict[str, str]:
    try:
        if kind == "INIT":
            pull_offer(payload)
        elif kind == "RESP":
            pull_choice(payload, OFFER)
        else:
            pull_params(payload, ())
    except DecodeError:
        verdict = "malformed"
    else:
        verdict = "good"
    return {"name": name, "in": kind, "payload": payload.hex(), "verdict": verdict}


def _inits() -> Iterator[tuple[str, Message]]:
    good = Message(Kind.INIT, 0x0BADCAFE, EPHEMERAL + push_offer(OFFER))
    yield "good", good
    yield "unknown modes first", _with(push_offer(Offer((9, 3, 1))))
    yield "no mode in common", _with(push_offer(Offer((2, 3))))
    yield "no framing in common", _with(push_offer(Offer((1,), (2, 7))))
    yield "PROOF outside a rekey", _with(push_offer(Offer((1,), (1,), bytes(16))))
    yield "malformed payload", _with(b"\1")
    yield "no payload", _with(b"")
    yield "31 octets", Message(Kind.INIT, good.handshake_id, EPHEMERAL[:31])
    yield "version 2", Message(Kind.INIT, good.handshake_id, good.body, version=2)
    yield "version 2 and suite 2", Message(Kind.INIT, good.handshake_id, b"", version=2, suite=2)
    yield "suite 2", Message(Kind.INIT, good.handshake_id, good.body, suite=2)
    yield "e of low order", Message(Kind.INIT, good.handshake_id, bytes(32) + push_offer(OFFER))
    yield "DONE at an LNS", Message(Kind.DONE, good.handshake_id, bytes(16))
    yield "RESP at an LNS", Message(Kind.RESP, good.handshake_id, bytes(96))


def _with(payload: bytes) -> Message:
    return Message(Kind.INIT, 0x0BADCAFE, EPHEMERAL + payload)


def _answer_case(name: str, init: Message) -> dict[str, Any]:
    packet = push_message(init, 1, 0)
    state, _ = lns.step(lns.Lns(LnsConfig(STATIC)), NetworkPhase(), 0, b"")
    entropy = octets("message entropy", ENTROPY_LEN)
    _, actions = lns.step(state, MessageArrived(pull_message(packet)), 0, entropy)
    answers = [action.message for action in actions if isinstance(action, Send)]
    case: dict[str, Any] = {"name": name, "packet": packet.hex(), "answer": "none"}
    for answer in answers:
        case["answer"] = answer.kind.name
        if answer.kind is Kind.ABORT:
            case["abort"] = push_message(answer, 1, 0).hex()
    return case
