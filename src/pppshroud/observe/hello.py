# SPDX-License-Identifier: GPL-2.0-or-later
"""A TLS ClientHello (RFC 8446 section 4.1.2), and its fingerprints JA3 and JA4."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

SERVER_NAME, GROUPS, FORMATS, SIGNATURES, ALPN, VERSIONS = 0, 10, 11, 13, 16, 43
VERSION_NAMES = {0x0304: "13", 0x0303: "12", 0x0302: "11", 0x0301: "10", 0x0300: "s3"}
RANDOM_LEN = 32


@dataclass(frozen=True)
class Hello:
    """What the fingerprints are made of, in the order of the wire, without GREASE (RFC 8701)."""

    version: int
    ciphers: tuple[int, ...]
    extensions: tuple[int, ...]
    bodies: dict[int, bytes] = field(repr=False)

    def words(self, extension: int, prefix: int) -> tuple[int, ...]:
        """Return an extension's list of 16-bit values behind a length of `prefix` octets."""
        body = self.bodies.get(extension, b"")[prefix:]
        return without_grease(pull_words(body))


class _Reader:
    """Takes vectors off the front of a message; IndexError where it is too short."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def take(self, length: int) -> bytes:
        if len(self.data) < length:
            raise IndexError("message is cut short")
        taken, self.data = self.data[:length], self.data[length:]
        return taken

    def vector(self, prefix: int) -> bytes:
        return self.take(int.from_bytes(self.take(prefix), "big"))


def pull_hello(message: bytes) -> Hello:
    """Return what a ClientHello without its handshake header says; IndexError if it is none."""
    reader = _Reader(message)
    version = int.from_bytes(reader.take(2), "big")
    reader.take(RANDOM_LEN)
    reader.vector(1)
    ciphers = pull_words(reader.vector(2))
    reader.vector(1)
    extensions = _Reader(reader.vector(2) if reader.data else b"")
    bodies: dict[int, bytes] = {}
    while extensions.data:
        kind = int.from_bytes(extensions.take(2), "big")
        bodies[kind] = extensions.vector(2)
    return Hello(version, without_grease(ciphers), without_grease(bodies), bodies)


def pull_words(data: bytes) -> tuple[int, ...]:
    """Return 16-bit numbers; an odd octet at the end is left out."""
    return tuple(int.from_bytes(data[i : i + 2], "big") for i in range(0, len(data) - 1, 2))


def without_grease(words: Iterable[int]) -> tuple[int, ...]:
    """Leave out the reserved values 0x0A0A, 0x1A1A ... 0xFAFA."""
    return tuple(w for w in words if not (w & 0x0F0F == 0x0A0A and w >> 8 == w & 0xFF))


def ja3(hello: Hello) -> str:
    """Return JA3: the MD5 of version, cipher suites, extensions, groups and point formats."""
    formats = tuple(hello.bodies.get(FORMATS, b"")[1:])
    lists = (hello.ciphers, hello.extensions, hello.words(GROUPS, 2), formats)
    text = ",".join([str(hello.version), *("-".join(map(str, values)) for values in lists)])
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def ja4(hello: Hello) -> str:
    """Return JA4 of a ClientHello over TCP."""
    versions = hello.words(VERSIONS, 1) or (hello.version,)
    server = "d" if SERVER_NAME in hello.bodies else "i"
    counts = "".join(f"{min(len(x), 99):02}" for x in (hello.ciphers, hello.extensions))
    head = f"t{VERSION_NAMES.get(max(versions), '00')}{server}{counts}{_alpn(hello)}"
    inner = sorted(set(hello.extensions) - {SERVER_NAME, ALPN})
    signatures = hello.words(SIGNATURES, 2)
    tail = _hexadecimal(inner) + (f"_{_hexadecimal(signatures)}" if signatures else "")
    return f"{head}_{_digest(_hexadecimal(sorted(hello.ciphers)))}_{_digest(tail)}"


def _alpn(hello: Hello) -> str:
    body = hello.bodies.get(ALPN, b"")
    first = body[3 : 3 + body[2]].decode("latin-1") if len(body) > 3 else ""
    return first[0] + first[-1] if first else "00"


def _hexadecimal(words: Iterable[int]) -> str:
    return ",".join(f"{word:04x}" for word in words)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12] if text else "0" * 12
