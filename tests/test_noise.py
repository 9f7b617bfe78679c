# SPDX-License-Identifier: GPL-2.0-or-later
"""Noise_NX_25519_ChaChaPoly_SHA256 against the noiseprotocol package, in both roles."""

import hmac
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from noise.connection import Keypair, NoiseConnection

from pppshroud import noise
from pppshroud.noise import NoiseError

VECTORS = json.loads((Path(__file__).parent.parent / "docs/vectors/handshake.json").read_text())
PROLOGUE = b"pppshroud\x01\x01\x01\x02\x03\x04"
CASES = VECTORS["vectors"]
SECRETS = st.binary(min_size=32, max_size=32)


def oracle(*, initiator: bool, prologue: bytes = PROLOGUE) -> NoiseConnection:
    connection = NoiseConnection.from_name(b"Noise_NX_25519_ChaChaPoly_SHA256")
    connection.set_prologue(prologue)
    (connection.set_as_initiator if initiator else connection.set_as_responder)()
    return connection


def test_as_initiator_against_another_implementation() -> None:
    lns = oracle(initiator=False)
    lns.set_keypair_from_private_bytes(Keypair.STATIC, bytes(range(32)))
    lns.start_handshake()
    state, message = noise.write_init(PROLOGUE, b"e" * 32, b"offer")
    assert lns.read_message(message) == b"offer"
    state, static, payload = noise.read_resp(state, b"e" * 32, bytes(lns.write_message(b"choice")))
    assert (static, payload) == (noise.public_key(bytes(range(32))), b"choice")
    assert lns.get_handshake_hash() == state.hash
    first, second = state.split()
    assert lns.decrypt(noise.seal(first, 0, b"", b"confirm")) == b"confirm"
    assert noise.unseal(second, 0, b"", lns.encrypt(b"done")) == b"done"


def test_as_responder_against_another_implementation() -> None:
    cpe = oracle(initiator=True)
    cpe.start_handshake()
    message = bytes(cpe.write_message(b"offer"))
    state, remote, payload = noise.read_init(PROLOGUE, message)
    assert payload == b"offer"
    state, answer = noise.write_resp(state, remote, b"f" * 32, bytes(range(32)), b"choice")
    assert cpe.read_message(answer) == b"choice"
    assert cpe.get_handshake_hash() == state.hash
    first, second = state.split()
    assert noise.unseal(first, 0, b"", cpe.encrypt(b"confirm")) == b"confirm"
    assert cpe.decrypt(noise.seal(second, 0, b"", b"done")) == b"done"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_vector_against_another_implementation(case: dict[str, str]) -> None:
    """Every message's body, from the same private keys."""
    value = {name: bytes.fromhex(text) for name, text in case.items() if name != "name"}
    cpe, lns = (oracle(initiator=role, prologue=value["prologue"]) for role in (True, False))
    cpe.set_keypair_from_private_bytes(Keypair.EPHEMERAL, value["cpe_ephemeral_private"])
    lns.set_keypair_from_private_bytes(Keypair.EPHEMERAL, value["lns_ephemeral_private"])
    lns.set_keypair_from_private_bytes(Keypair.STATIC, value["lns_static_private"])
    for side in (cpe, lns):
        with pytest.warns(UserWarning, match="ephemeral keypairs is already set"):
            side.start_handshake()
    assert bytes(cpe.write_message(value["offer"])) == value["init"][20:]
    assert lns.read_message(value["init"][20:]) == value["offer"]
    assert bytes(lns.write_message(value["choice"])) == value["resp"][20:]
    assert cpe.read_message(value["resp"][20:]) == value["choice"]
    assert cpe.encrypt(b"") == value["confirm"][20:]
    assert lns.encrypt(b"") == value["done"][20:]
    assert cpe.get_handshake_hash() == value["h"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_data_keys_are_rfc_5869_by_hand(case: dict[str, str]) -> None:
    value = {name: bytes.fromhex(text) for name, text in case.items() if name != "name"}
    secret = hmac.digest(value["h"], value["ck"] + value["chain"], "sha256")
    okm, block = b"", b""
    for i in range(1, 15):
        block = hmac.digest(secret, block + b"pppshroud data keys\x01" + bytes([i]), "sha256")
        okm += block
    assert okm == value["okm"]


def test_proof_is_in_the_rekey_vector() -> None:
    (case,) = (case for case in CASES if case["name"] == "rekey")
    value = {name: bytes.fromhex(text) for name, text in case.items() if name != "name"}
    text = b"pppshroud rekey" + value["handshake_id"] + value["init"][20:52]
    assert hmac.digest(value["chain"], text, "sha256")[:16] == value["offer"][-16:]


@given(ours=SECRETS, theirs=SECRETS, static=SECRETS, at=st.integers(0, 103), bit=st.integers(0, 7))
def test_altered_resp_does_not_decrypt(
    ours: bytes, theirs: bytes, static: bytes, at: int, bit: int
) -> None:
    state, init = noise.write_init(PROLOGUE, ours, b"offer")
    lns, remote, _ = noise.read_init(PROLOGUE, init)
    _, resp = noise.write_resp(lns, remote, theirs, static, b"12345678")
    altered = bytearray(resp)
    altered[at] ^= 1 << bit
    with pytest.raises(NoiseError):
        noise.read_resp(state, ours, bytes(altered))


def test_altered_offer_makes_resp_fail() -> None:
    state, init = noise.write_init(PROLOGUE, b"e" * 32, b"offer")
    lns, remote, _ = noise.read_init(PROLOGUE, init.replace(b"offer", b"0ffer"))
    _, resp = noise.write_resp(lns, remote, b"f" * 32, b"s" * 32, b"")
    with pytest.raises(NoiseError, match="does not authenticate"):
        noise.read_resp(state, b"e" * 32, resp)


def test_another_prologue_makes_resp_fail() -> None:
    state, init = noise.write_init(PROLOGUE, b"e" * 32, b"")
    lns, remote, _ = noise.read_init(PROLOGUE[:-1] + b"\5", init)
    _, resp = noise.write_resp(lns, remote, b"f" * 32, b"s" * 32, b"")
    with pytest.raises(NoiseError):
        noise.read_resp(state, b"e" * 32, resp)


@pytest.mark.parametrize("low", [bytes(32), b"\1" + bytes(31), b"\xed" + b"\xff" * 30 + b"\x7f"])
def test_low_order_key(low: bytes) -> None:
    lns, remote, _ = noise.read_init(PROLOGUE, low)
    with pytest.raises(NoiseError, match="all zero"):
        noise.write_resp(lns, remote, b"f" * 32, b"s" * 32, b"")


@pytest.mark.parametrize("length", [0, 31])
def test_short_init(length: int) -> None:
    with pytest.raises(NoiseError, match=f"{length} octets, at least 32"):
        noise.read_init(PROLOGUE, bytes(length))


@given(message=st.binary(max_size=200))
def test_noise_as_resp(message: bytes) -> None:
    state, _ = noise.write_init(PROLOGUE, b"e" * 32, b"")
    with pytest.raises(NoiseError):
        noise.read_resp(state, b"e" * 32, message)
