# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds a client's QUIC version 1 Initial packet (RFC 9000, RFC 9001 section 5)."""

from __future__ import annotations

import hashlib
import hmac
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

INITIAL_SALT = bytes.fromhex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a")  # RFC 9001 section 5.2
TRANSPORT_PARAMETERS = struct.pack(">HH", 57, 4) + b"\x04\x02\x44\x00"  # initial_max_data
ALPN_H3 = struct.pack(">HHHB", 16, 5, 3, 2) + b"h3"
PAYLOAD_LENGTH = 1162  # bytes: makes a datagram of 1200
PACKET_NUMBER = struct.pack(">I", 0)


def expand_label(secret: bytes, label: str, length: int) -> bytes:
    """HKDF-Expand-Label with an empty context (RFC 8446 section 7.1)."""
    name = b"tls13 " + label.encode()
    info = struct.pack(">HB", length, len(name)) + name + b"\0"
    return HKDFExpand(SHA256(), length, info).derive(secret)


def initial(client_hello: bytes, connection: bytes) -> bytes:
    """Return the datagram that carries `client_hello` to destination connection id `connection`."""
    secret = hmac.new(INITIAL_SALT, connection, hashlib.sha256).digest()
    secret = expand_label(secret, "client in", 32)
    key, iv, hp = (expand_label(secret, x, n) for x, n in (("quic key", 16), ("quic iv", 12),
                   ("quic hp", 16)))  # fmt: skip
    crypto = b"\x06\0" + struct.pack(">H", 0x4000 | len(client_hello)) + client_hello
    header = b"\xc3\0\0\0\1" + bytes((len(connection),)) + connection + b"\0\0"
    header += struct.pack(">H", 0x4000 | 4 + PAYLOAD_LENGTH + 16) + PACKET_NUMBER
    sealed = AESGCM(key).encrypt(iv, crypto.ljust(PAYLOAD_LENGTH, b"\0"), header)
    return protect(hp, header, sealed)


def protect(hp: bytes, header: bytes, sealed: bytes) -> bytes:
    """Apply header protection (RFC 9001 section 5.4) over a four-byte packet number."""
    encryptor = Cipher(algorithms.AES(hp), modes.ECB()).encryptor()  # noqa: S305 (the RFC's choice)
    mask = encryptor.update(sealed[:16])
    first = bytes((header[0] ^ mask[0] & 0x0F,))
    number = bytes(a ^ b for a, b in zip(header[-4:], mask[1:5], strict=True))
    return first + header[1:-4] + number + sealed
