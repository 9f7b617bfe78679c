# SPDX-License-Identifier: GPL-2.0-or-later
"""Text from outside, made fit to be shown: it is data, and never a format or a line of its own."""

LIMIT = 400  # characters


def clean(value: object, limit: int = LIMIT) -> str:
    """Return the text without control characters, line feeds and surrogates; cut if too long.

    Bytes that are no UTF-8 come out as question marks.
    """
    if isinstance(value, (bytes, bytearray)):
        value = decode(bytes(value))
    text = "".join([mark if _shown(mark) else "?" for mark in str(value)[: limit + 1]])
    return text if len(text) <= limit else text[: limit - 3] + "..."


def decode(data: bytes) -> str:
    """UTF-8 as text; what is none, as ASCII with question marks."""
    try:
        return data.decode()
    except (UnicodeError, ValueError):
        return "".join([chr(byte) if byte < 0x80 else "?" for byte in data])


def _shown(mark: str) -> bool:
    code = ord(mark)
    bidi = 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069  # would turn what stands beside it
    lines = code in {0x2028, 0x2029}
    return (
        code >= 0x20
        and not 0x7F <= code < 0xA0
        and not 0xD800 <= code <= 0xDFFF
        and not (bidi or lines)
    )
