# SPDX-License-Identifier: GPL-2.0-or-later
"""X25519 keys as text and in files. A key is 32 octets, as text base64 of 44 characters.

Errors never quote what was read: it may be a private key, if a wrong one.
"""

from __future__ import annotations

import base64
import binascii
import os
import stat
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from pppshroud.errors import ShroudError
from pppshroud.wire import KEY_LEN

OTHERS = stat.S_IRWXG | stat.S_IRWXO
MAX_FILE = 1 << 16  # octets; a file of keys is far shorter


class KeyFileError(ShroudError):
    """A key that cannot be read, or must not be kept like this."""


def generate() -> bytes:
    """Return a new private key."""
    return X25519PrivateKey.generate().private_bytes_raw()


def push_key(key: bytes) -> str:
    """Return a key as text."""
    return base64.b64encode(key).decode()


def pull_key(text: str, where: str) -> bytes:
    """Take a key from text, blanks around it aside; `where` is used in errors."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_LEN or push_key(key) != text.strip():
        raise KeyFileError(
            f"{where}: not a key: base64 of 32 octets was expected, 44 characters that end in ="
        )
    return key


def read_secret(path: Path) -> str:
    """Return the text of a file that only its owner can read; raise KeyFileError if others can."""
    with path.open("rb") as stream:
        mode = os.fstat(stream.fileno()).st_mode
        if mode & OTHERS:
            raise KeyFileError(
                f"{path}: others than its owner can use this file (mode {mode & 0o777:04o}). "
                f"Close it with: chmod 600 {path}"
            )
        data = stream.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise KeyFileError(f"{path}: longer than {MAX_FILE} octets, this is no key file")
    return data.decode("ascii", "replace")


def load_private(path: Path) -> bytes:
    """Return the private key in a file."""
    return pull_key(read_secret(path), str(path))


def write_secret(path: Path, text: str, *, force: bool = False) -> None:
    """Write a file with mode 0600, whole or not at all; `force` replaces one that exists."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with open(handle, "w", encoding="ascii") as stream:  # noqa: PTH123  (it is a descriptor)
            os.fchmod(handle, 0o600)
            # Some file systems know no modes, and show every file open to all.
            if os.fstat(handle).st_mode & OTHERS:
                raise KeyFileError(f"{path}: its file system cannot keep a file from other users")
            stream.write(text)
            stream.flush()
            os.fsync(handle)
        _put_in_place(temporary, path, force=force)
    finally:
        temporary.unlink(missing_ok=True)


def _put_in_place(temporary: Path, path: Path, *, force: bool) -> None:
    if force:
        temporary.replace(path)
    else:
        try:
            path.hardlink_to(temporary)
        except FileExistsError as error:
            raise KeyFileError(f"{path}: exists already, --force replaces it") from error
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
