# SPDX-License-Identifier: GPL-2.0-or-later
"""Noise_NX_25519_ChaChaPoly_SHA256 (Noise Protocol Framework, revision 34), both roles.

States are values: every step returns a new one. Keys are 32 octets, raw.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pppshroud.errors import ShroudError
from pppshroud.wire import (
    CHAIN_LEN,
    DATA_KEYS_INFO,
    DECOY_OKM_LEN,
    KEY_LEN,
    OKM_LEN,
    PROOF_LEN,
    REKEY_LABEL,
    TAG_LEN,
    Mode,
)

NAME = b"Noise_NX_25519_ChaChaPoly_SHA256"  # 32 octets: exactly HASHLEN, so taken as it is
SEALED_KEY_LEN = KEY_LEN + TAG_LEN
OKM_LENS: dict[int, int] = {
    Mode.PLAIN: CHAIN_LEN,
    Mode.HEAD: OKM_LEN,
    Mode.DECOY: DECOY_OKM_LEN,
}


class NoiseError(ShroudError, ValueError):
    """A handshake or transport message that is too short or does not authenticate."""


def public_key(private: bytes) -> bytes:
    """Return the public key of an X25519 private key."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def _agree(private: bytes, public: bytes) -> bytes:
    try:
        peer = X25519PublicKey.from_public_bytes(public)
        return X25519PrivateKey.from_private_bytes(private).exchange(peer)
    except ValueError as error:
        raise NoiseError("the Diffie-Hellman result is all zero") from error


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _hkdf2(chaining_key: bytes, material: bytes) -> tuple[bytes, bytes]:
    """HKDF of Noise section 4.3 with two outputs."""
    secret = hmac.digest(chaining_key, material, "sha256")
    first = hmac.digest(secret, b"\x01", "sha256")
    return first, hmac.digest(secret, first + b"\x02", "sha256")


def seal(key: bytes, nonce: int, data: bytes, plaintext: bytes) -> bytes:
    """ENCRYPT of Noise section 12.3: ciphertext and tag."""
    return ChaCha20Poly1305(key).encrypt(bytes(4) + nonce.to_bytes(8, "little"), plaintext, data)


def unseal(key: bytes, nonce: int, data: bytes, sealed: bytes) -> bytes:
    """DECRYPT of Noise section 12.3; raise NoiseError if the tag is wrong."""
    try:
        return ChaCha20Poly1305(key).decrypt(bytes(4) + nonce.to_bytes(8, "little"), sealed, data)
    except InvalidTag as error:
        raise NoiseError("the message does not authenticate") from error


def rekey_proof(chain: bytes, handshake_id: int, ephemeral_public: bytes) -> bytes:
    """Return PROOF of protocol section 5.6, 16 octets."""
    text = REKEY_LABEL + handshake_id.to_bytes(4, "big") + ephemeral_public
    return hmac.digest(chain, text, "sha256")[:PROOF_LEN]


@dataclass(frozen=True)
class Symmetric:
    """SymmetricState of Noise section 5.2; `key` is None until the first MixKey."""

    chaining_key: bytes = field(repr=False)
    hash: bytes = field(repr=False)
    key: bytes | None = field(default=None, repr=False)
    nonce: int = 0

    @classmethod
    def start(cls, prologue: bytes) -> Symmetric:
        """InitializeSymmetric and the mixing of the prologue."""
        return cls(NAME, NAME).mix_hash(prologue)

    def mix_hash(self, data: bytes) -> Symmetric:
        """MixHash."""
        return Symmetric(self.chaining_key, _sha256(self.hash + data), self.key, self.nonce)

    def mix_key(self, material: bytes) -> Symmetric:
        """MixKey."""
        chaining_key, key = _hkdf2(self.chaining_key, material)
        return Symmetric(chaining_key, self.hash, key)

    def seal(self, plaintext: bytes) -> tuple[Symmetric, bytes]:
        """EncryptAndHash."""
        if self.key is None:
            return self.mix_hash(plaintext), plaintext
        sealed = seal(self.key, self.nonce, self.hash, plaintext)
        return self._advance(sealed), sealed

    def unseal(self, sealed: bytes) -> tuple[Symmetric, bytes]:
        """DecryptAndHash."""
        if self.key is None:
            return self.mix_hash(sealed), sealed
        plaintext = unseal(self.key, self.nonce, self.hash, sealed)
        return self._advance(sealed), plaintext

    def _advance(self, sealed: bytes) -> Symmetric:
        mixed = self.mix_hash(sealed)
        return Symmetric(mixed.chaining_key, mixed.hash, mixed.key, self.nonce + 1)

    def split(self) -> tuple[bytes, bytes]:
        """Split: the keys of the CPE's and of the LNS's cipher state."""
        return _hkdf2(self.chaining_key, b"")

    def data_keys(self, mode: int, chain: bytes = bytes(CHAIN_LEN)) -> bytes:
        """Return okm of protocol section 4.3: 448 octets for mode head."""
        info = DATA_KEYS_INFO + bytes([mode])
        kdf = HKDF(algorithm=SHA256(), length=OKM_LENS[mode], salt=self.hash, info=info)
        return kdf.derive(self.chaining_key + chain)


def write_init(prologue: bytes, ephemeral: bytes, payload: bytes) -> tuple[Symmetric, bytes]:
    """CPE: message 1, `e || payload`. `ephemeral` is a fresh private key."""
    public = public_key(ephemeral)
    state, tail = Symmetric.start(prologue).mix_hash(public).seal(payload)
    return state, public + tail


def read_init(prologue: bytes, message: bytes) -> tuple[Symmetric, bytes, bytes]:
    """LNS: return state, the CPE's ephemeral key and the payload of message 1."""
    if len(message) < KEY_LEN:
        raise NoiseError(f"message 1 has {len(message)} octets, at least {KEY_LEN} are needed")
    remote = message[:KEY_LEN]
    state, payload = Symmetric.start(prologue).mix_hash(remote).unseal(message[KEY_LEN:])
    return state, remote, payload


def write_resp(
    state: Symmetric, remote: bytes, ephemeral: bytes, static: bytes, payload: bytes
) -> tuple[Symmetric, bytes]:
    """LNS: message 2, `e, ee, s, es`, with fresh `ephemeral` and own `static` private key."""
    public = public_key(ephemeral)
    state = state.mix_hash(public).mix_key(_agree(ephemeral, remote))
    state, sealed_static = state.seal(public_key(static))
    state = state.mix_key(_agree(static, remote))
    state, tail = state.seal(payload)
    return state, public + sealed_static + tail


def read_resp(state: Symmetric, ephemeral: bytes, message: bytes) -> tuple[Symmetric, bytes, bytes]:
    """CPE: return state, the LNS's static key and the payload of message 2."""
    least = KEY_LEN + SEALED_KEY_LEN + TAG_LEN
    if len(message) < least:
        raise NoiseError(f"message 2 has {len(message)} octets, at least {least} are needed")
    remote = message[:KEY_LEN]
    state = state.mix_hash(remote).mix_key(_agree(ephemeral, remote))
    state, static = state.unseal(message[KEY_LEN : KEY_LEN + SEALED_KEY_LEN])
    state = state.mix_key(_agree(ephemeral, static))
    state, payload = state.unseal(message[KEY_LEN + SEALED_KEY_LEN :])
    return state, static, payload
