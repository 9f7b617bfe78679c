# SPDX-License-Identifier: GPL-2.0-or-later
"""A byte stream that knows its offset, so that errors can say where a file is damaged."""

from __future__ import annotations

from typing import BinaryIO

from pppshroud.errors import CaptureError

# editcap stops at the same place, but has by then written out every whole packet before it.
SALVAGE = "The packets before it can be saved with: editcap DAMAGED REPAIRED"


class Source:
    """Pulls exact numbers of bytes from a stream; `name` is used in errors."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self.stream = stream
        self.name = name
        self.offset = 0

    def pull(self, length: int, what: str) -> bytes:
        """Return the next `length` bytes; raise CaptureError if the file ends first."""
        data = self._read(length)
        if len(data) < length:
            raise self._short(data, length, what)
        return data

    def pull_or_end(self, length: int, what: str) -> bytes:
        """Like pull, but return b"" if the file ends right here."""
        data = self._read(length)
        if data and len(data) < length:
            raise self._short(data, length, what)
        return data

    def _short(self, data: bytes, length: int, what: str) -> CaptureError:
        return CaptureError(
            f"{self.name}: cut short: {what} at offset {self.offset - len(data)} needs "
            f"{length} bytes, the file has {len(data)} more. {SALVAGE}"
        )

    def damaged(self, offset: int, problem: str) -> CaptureError:
        """Return the error for a field at `offset` that cannot be right."""
        return CaptureError(f"{self.name}: damaged at offset {offset}: {problem}. {SALVAGE}")

    def _read(self, length: int) -> bytes:
        """Read up to `length` bytes; pipes may give them in pieces."""
        parts = []
        while length > 0:
            part = self.stream.read(length)
            if not part:
                break
            parts.append(part)
            length -= len(part)
            self.offset += len(part)
        return b"".join(parts)
