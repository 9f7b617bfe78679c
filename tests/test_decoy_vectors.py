# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/vectors/decoy*.json: frames and computations of mode decoy, one by one."""

import json
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from pppshroud.decoy.address import in_s4, in_s6, turn_address
from pppshroud.decoy.dns import turn_message
from pppshroud.decoy.frame import cover_decoy_frame, is_noise, uncover_decoy_frame
from pppshroud.decoy.keys import DecoyKeys, SideKeys
from pppshroud.decoy.loud import LOUD, SEATS
from pppshroud.decoy.name import turn_name
from pppshroud.decoy.payload import turn_payload
from pppshroud.decoy.port import is_quiet, turn_port
from pppshroud.decoy.siphash import siphash
from pppshroud.decoy.unfit import DecoyError, Unfit
from pppshroud.inner import FrameError
from pppshroud.noise import Symmetric
from pppshroud.wire import Mode

FOLDER = Path(__file__).parent.parent / "docs/vectors"
FRAMES = json.loads((FOLDER / "decoy.json").read_text())
PARTS = json.loads((FOLDER / "decoy-parts.json").read_text())
PORTS = json.loads((FOLDER / "decoy-ports.json").read_text())
KEYS = [DecoyKeys.split(bytes.fromhex(okm), phase) for phase, okm in enumerate(FRAMES["okm"])]
UP = DecoyKeys.split(bytes.fromhex(PARTS["okm"])).up
SIPHASH_PUBLISHED = {  # vectors_sip64 of the authors' implementation
    0: "310e0edd47db6f72", 1: "fd67dc93c539f874", 3: "2d7efbd796666785", 6: "cee3fe586e46c9cb",
    7: "37d1018bf50002ab", 8: "6224939a79f5f593", 9: "b0e4a90bdf82009e", 15: "e545be4961ca29a1",
}  # fmt: skip


def name_of(case: dict[str, Any]) -> str:
    return f"{case['name']}{', whole' if case.get('sender_wants_whole') else ''}"


def side(case: dict[str, Any], phase: int) -> SideKeys:
    return KEYS[phase].up if case.get("direction", "up") == "up" else KEYS[phase].down


@pytest.mark.parametrize("case", FRAMES["frames"], ids=name_of)
def test_frame(case: dict[str, Any]) -> None:
    protocol, packet = int(case["protocol"], 16), bytes.fromhex(case["packet"])
    keys = side(case, case["phase"])
    wire, frame = cover_decoy_frame(keys, protocol, packet, whole=case["sender_wants_whole"])
    assert (f"{wire:04x}", frame.hex()) == (case["wire_protocol"], case["frame"])
    assert is_noise(wire) == ("why" in case or protocol >= 0x8000)
    assert is_noise(wire) or len(frame) == len(packet)
    both = [side(case, phase) for phase in (0, 1)]
    assert uncover_decoy_frame(both, wire, frame) == (protocol, packet, case["phase"])


@pytest.mark.parametrize("case", FRAMES["receiver_drops"], ids=name_of)
def test_receiver_drops(case: dict[str, Any]) -> None:
    receivers = [side(case, phase) for phase in case["phases"]]
    with pytest.raises((DecoyError, FrameError)) as raised:
        uncover_decoy_frame(receivers, int(case["wire_protocol"], 16), bytes.fromhex(case["frame"]))
    assert isinstance(raised.value, DecoyError | FrameError)
    assert raised.value.reason.name.lower() == case["reason"]


def test_every_reason_has_a_vector() -> None:
    cases = [case.get("why") for case in FRAMES["frames"]]
    cases += [case["reason"] for case in FRAMES["receiver_drops"]]
    assert {reason.name.lower() for reason in Unfit} <= set(cases)


def test_keys() -> None:
    case = {name: bytes.fromhex(text) for name, text in PARTS["keys"].items()}
    state = Symmetric(case["ck"], case["h"])
    assert state.data_keys(Mode.DECOY, case["chain"]) == case["okm_decoy"]
    assert state.data_keys(Mode.PLAIN, case["chain"]) == case["okm_plain"]
    okm = case["okm_decoy"]
    keys = DecoyKeys.split(okm)
    assert (keys.up.noise.octets, keys.up.payload.octets) == (okm[:208], okm[208:416])
    assert (keys.down.noise.octets, keys.down.short) == (okm[480:688], okm[896:960])
    assert (keys.up.common.address4, keys.down.common.port) == (okm[960:976], okm[992:1008])
    assert (keys.down.common.name, keys.chain) == (okm[1008:1072], okm[1072:])
    with pytest.raises(ValueError, match="1104 octets, not 448"):
        DecoyKeys.split(bytes(448))


def test_keys_are_not_shown() -> None:
    for secret in (UP.short, UP.common.name, UP.common.address4, UP.noise.octets):
        assert repr(secret) not in repr(UP)


@pytest.mark.parametrize("case", PARTS["siphash"], ids=lambda case: str(len(case["message"])))
def test_siphash(case: dict[str, str]) -> None:
    key, message = bytes.fromhex(case["key"]), bytes.fromhex(case["message"])
    assert siphash(key, message).to_bytes(8, "little").hex() == case["tag"]
    assert case["tag"] == SIPHASH_PUBLISHED[len(message)]


def test_siphash_of_a_short_key() -> None:
    with pytest.raises(ValueError, match="key of 16 octets, not 15"):
        siphash(bytes(15), b"")


@pytest.mark.parametrize("case", PARTS["addresses"], ids=lambda case: case["real"])
def test_address(case: dict[str, str]) -> None:
    real, false = (ip_address(case[name]) for name in ("real", "false"))
    assert turn_address(UP.common, real.packed) == false.packed
    assert turn_address(UP.common, false.packed, inverse=True) == real.packed
    assert (in_s4 if false.version == 4 else in_s6)(int(false))
    assert false.is_global


@pytest.mark.parametrize("case", PARTS["ports"], ids=lambda case: str(case["real"]))
def test_port(case: dict[str, Any]) -> None:
    tag = bytes.fromhex(case["tag"])
    assert turn_port(UP.common, case["real"], tag) == case["false"]
    assert turn_port(UP.common, case["false"], tag, inverse=True) == case["real"]
    assert is_quiet(case["false"])


def test_port_lists() -> None:
    loud, seats = ([int(word) for word in PORTS[name].split()] for name in ("loud", "seats"))
    assert (loud, seats) == (sorted(set(LOUD)), sorted(set(SEATS)))
    assert len(loud) == len(seats) == 831
    assert not set(loud) & set(seats)
    assert 53 in loud
    assert max(seats) < 1024


@pytest.mark.parametrize("case", PARTS["payloads"], ids=lambda case: str(len(case["p"]) // 2))
def test_payload(case: dict[str, Any]) -> None:
    tweak, plain, covered = (bytes.fromhex(case[name]) for name in "tpc")
    assert turn_payload(UP, tweak, plain, whole=case["w"] == 1) == covered
    assert turn_payload(UP, tweak, covered, whole=case["w"] == 1, inverse=True) == plain


@pytest.mark.parametrize("case", PARTS["names"], ids=lambda case: case["real"][:10])
def test_name(case: dict[str, str]) -> None:
    tweak = bytes.fromhex(case["d"])
    real, false = case["real"].encode(), case["false"].encode()
    assert turn_name(UP.common.name, tweak, real) == false
    assert turn_name(UP.common.name, tweak, false, inverse=True) == real


@pytest.mark.parametrize("case", PARTS["messages"], ids=name_of)
def test_message(case: dict[str, str]) -> None:
    ends, real, false = (bytes.fromhex(case[name]) for name in ("d", "real", "false"))
    assert turn_message(UP.common, ends, real) == false
    assert turn_message(UP.common, ends, false, inverse=True) == real
