# SPDX-License-Identifier: GPL-2.0-or-later
"""Section 3: messages and parameters, against messages.json and at random."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pppshroud.message import Fault, Message, MessageError, pull_message, push_message
from pppshroud.params import (
    Choice,
    Offer,
    ParamError,
    fit,
    pull_choice,
    pull_offer,
    pull_params,
    push_choice,
    push_offer,
    push_params,
)
from pppshroud.wire import REKEY_MAX, REKEY_MIN, Kind, Param

VECTORS = json.loads((Path(__file__).parent.parent / "docs/vectors/messages.json").read_text())
UINT32 = st.integers(0, 0xFFFFFFFF)
MESSAGES = st.builds(
    Message, st.sampled_from(Kind), UINT32, st.binary(max_size=300), st.integers(0, 255),
    st.integers(0, 255),
)  # fmt: skip
LISTS = st.lists(st.integers(0, 255), min_size=1, max_size=8).map(tuple)
OFFERS = st.builds(Offer, LISTS, LISTS, st.none() | st.binary(min_size=16, max_size=16))


def name_of(case: dict[str, Any]) -> str:
    return f"{case.get('in', '')} {case['name']}".strip()


@pytest.mark.parametrize("case", VECTORS["packets"], ids=name_of)
def test_packet_vector(case: dict[str, Any]) -> None:
    packet = bytes.fromhex(case["packet"])
    if case["verdict"] == "message":
        received = pull_message(packet)
        assert received.message.kind == case["kind"]
        assert received.message.body.hex() == case["body"]
        assert f"{received.message.handshake_id:08x}" == case["handshake_id"]
        assert f"{received.magic:08x}" == case["magic"]
    else:
        with pytest.raises(MessageError) as raised:
            pull_message(packet)
        assert (raised.value.fault is Fault.FOREIGN) == (case["verdict"] == "foreign")


def pull(kind: str, payload: bytes) -> object:
    """Take the payload of a message of this kind."""
    if kind == "INIT":
        return pull_offer(payload)
    return pull_choice(payload, Offer((1, 2), (1,))) if kind == "RESP" else pull_params(payload, ())


@pytest.mark.parametrize("case", VECTORS["payloads"], ids=name_of)
def test_payload_vector(case: dict[str, str]) -> None:
    payload = bytes.fromhex(case["payload"])
    if case["verdict"] == "good":
        pull(case["in"], payload)
    else:
        with pytest.raises(ParamError):
            pull(case["in"], payload)


@given(
    message=MESSAGES, identifier=st.integers(0, 255), magic=UINT32, padding=st.binary(max_size=9)
)
def test_message_round_trip(message: Message, identifier: int, magic: int, padding: bytes) -> None:
    packet = push_message(message, identifier, magic)
    received = pull_message(packet + padding)
    assert (received.message, received.magic) == (message, magic)
    assert received.repeat == packet[11:]
    assert packet[:2] == bytes([0, identifier])


@given(packet=st.binary(max_size=64))
def test_any_octets_are_a_message_or_a_message_error(packet: bytes) -> None:
    with contextlib.suppress(MessageError):
        pull_message(packet)


@given(
    message=MESSAGES,
    cut=st.integers(0, 30),
    at=st.integers(0, 30),
    value=st.integers(0, 255),
)
def test_damaged_message(message: Message, cut: int, at: int, value: int) -> None:
    packet = bytearray(push_message(message, 1, 2))
    packet[at % len(packet)] = value
    try:
        received = pull_message(bytes(packet[: len(packet) - cut]))
    except MessageError:
        return
    assert len(received.message.body) <= len(message.body)


@given(offer=OFFERS)
def test_offer_round_trip(offer: Offer) -> None:
    assert pull_offer(push_offer(offer)) == offer


@given(
    offer=OFFERS,
    rekey=st.integers(REKEY_MIN, REKEY_MAX),
    notice=st.binary(max_size=255),
    data=st.data(),
)
def test_choice_round_trip(offer: Offer, rekey: int, notice: bytes, data: st.DataObject) -> None:
    mode = data.draw(st.sampled_from(offer.modes))
    framing = data.draw(st.sampled_from(offer.framings))
    assume(fit(mode, framing))
    choice = Choice(mode, framing, rekey, notice)
    assert pull_choice(push_choice(choice), offer) == choice


@given(payload=st.binary(max_size=80))
def test_any_payload_is_good_or_malformed(payload: bytes) -> None:
    with contextlib.suppress(ParamError):
        pull_offer(payload)
    with contextlib.suppress(ParamError):
        pull_choice(payload, Offer())
    with contextlib.suppress(ParamError):
        pull_params(payload, ())


def test_errors_say_what_is_allowed() -> None:
    with pytest.raises(ParamError, match="rekeying after 59 s, 60 to 43200 are allowed"):
        pull_choice(push_choice(Choice(rekey=59)), Offer())
    with pytest.raises(ParamError, match="parameter 1 has 9 octets, 1 to 8 are allowed"):
        pull_offer(push_params([(Param.MODES, bytes(9))]))


def test_notice_is_untrusted_text() -> None:
    assert Choice(notice=b"Hi \x1b[31m\xff\n").text == "Hi \ufffd[31m\ufffd\ufffd"
    assert Choice(notice="Grüße".encode()).text == "Grüße"
