# SPDX-License-Identifier: GPL-2.0-or-later
"""Finds given tokens anywhere in a capture, in every form that they can have on a wire."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

CHUNK = 4 << 20  # bytes read at once
HEX = re.compile(r"(?:[0-9a-fA-F]{2}){8,}")  # from 8 bytes on: an info-hash, a key
HOST_NAME = re.compile(r"(?=.{1,253}$)[\w-]{1,63}(\.[\w-]{1,63})+", re.ASCII)


class Needles:
    """A set of tokens and which of them were found so far."""

    def __init__(self, tokens: Iterable[str]) -> None:
        self.missing = {token: _forms(token) for token in tokens}
        self.found: list[str] = []
        every = [form for forms in self.missing.values() for pair in forms for form in pair]
        self.longest = max(map(len, every), default=0)

    def search(self, data: bytes) -> None:
        """Look for the tokens not found yet in `data`."""
        if not self.missing:
            return
        lower = data.lower()
        for token, (texts, raws) in list(self.missing.items()):
            if any(text in lower for text in texts) or any(raw in data for raw in raws):
                del self.missing[token]
                self.found.append(token)

    def search_names(self, names: Iterable[str]) -> None:
        """Look in names that an engine read out of what it deciphered (QUIC) or decompressed."""
        self.search("\n".join(names).encode(errors="replace"))

    def octets(self) -> int:
        """Return the sum of the lengths of what was found, as it stands on a wire."""
        return sum(len(t) // 2 if HEX.fullmatch(t) else len(t.encode()) for t in self.found)

    def search_file(self, path: Path) -> None:
        """Look in all of a file, also where a token crosses the border of two reads."""
        keep = max(1, self.longest - 1)
        with path.open("rb") as stream:
            tail = b""
            while self.missing and (chunk := stream.read(CHUNK)):
                data = tail + chunk
                self.search(data)
                tail = data[-keep:]


def _forms(token: str) -> tuple[list[bytes], list[bytes]]:
    """Return a token's lower-case forms, sought in any case, and its raw forms."""
    text = token.lower().encode()
    texts = [text]
    if HOST_NAME.fullmatch(token):
        texts.append(b"".join(bytes((len(label),)) + label for label in text.split(b".")))
    raws = [bytes.fromhex(token)] if HEX.fullmatch(token) else []
    return texts, raws
