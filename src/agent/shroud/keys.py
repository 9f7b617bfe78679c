# SPDX-License-Identifier: GPL-2.0-or-later
"""Public keys of LNSs as text: base64 of 32 bytes, 44 characters."""

import binascii

from shroud.errors import AgentError

LENGTH = 32  # bytes
TEXT_LENGTH = 44  # characters


def parse(text: str) -> bytes:
    """The 32 bytes of a key; AgentError("argument") that does not quote it if it is none."""
    key = b""
    if len(text) == TEXT_LENGTH:
        try:
            key = binascii.a2b_base64(text)
        except ValueError:
            key = b""
    if len(key) != LENGTH or not equal(format(key), text):
        what = "not a key: 44 characters of base64 were expected, the last one ="
        raise AgentError("argument", what)
    return key


def format(key: bytes) -> str:  # noqa: A001  (the counterpart of parse)
    """A key of 32 bytes as text."""
    return binascii.b2a_base64(key).decode().strip()


def valid(text: str) -> bool:
    """Whether this is a key, written as it is always written."""
    try:
        parse(text)
    except AgentError:
        return False
    return True


def equal(one: str, other: str) -> bool:
    """Compare in a time that tells nothing of what differs, but for the lengths."""
    left, right = one.encode(), other.encode()
    if len(left) != len(right):
        return False
    differing = 0
    for a, b in zip(left, right):
        differing |= a ^ b
    return not differing
