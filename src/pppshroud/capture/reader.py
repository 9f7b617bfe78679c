# SPDX-License-Identifier: GPL-2.0-or-later
"""A bounds-checked cursor over bytes. Reading past the end raises DecodeError, nothing else."""

from __future__ import annotations

from pppshroud.errors import DecodeError


class Reader:
    """Pulls big-endian fields from `data`, from byte `position` up to byte `end`."""

    def __init__(self, data: bytes, position: int = 0, end: int | None = None) -> None:
        self.data = data
        self.position = position
        self.end = len(data) if end is None else end

    @property
    def left(self) -> int:
        """Bytes not read yet."""
        return self.end - self.position

    def pull(self, length: int, what: str) -> bytes:
        """Return the next `length` bytes; `what` names them in the error."""
        if length > self.left:
            raise DecodeError(
                f"{what} needs {length} bytes at byte {self.position} of the packet, "
                f"{self.left} are left"
            )
        start = self.position
        self.position += length
        return self.data[start : self.position]

    def pull_uint8(self, what: str) -> int:
        """Return the next byte."""
        return self.pull(1, what)[0]

    def pull_uint16(self, what: str) -> int:
        """Return the next two bytes as a big-endian number."""
        return int.from_bytes(self.pull(2, what), "big")

    def pull_uint32(self, what: str) -> int:
        """Return the next four bytes as a big-endian number."""
        return int.from_bytes(self.pull(4, what), "big")

    def limit(self, length: int, what: str) -> None:
        """Make the next `length` bytes the last ones; what follows them is padding."""
        if not 0 <= length <= self.left:
            raise DecodeError(
                f"{what} says {length} bytes follow byte {self.position} of the packet, "
                f"{self.left} were captured"
            )
        self.end = self.position + length
