# SPDX-License-Identifier: GPL-2.0-or-later
"""Files, read within bounds and replaced whole or not at all.

Paths are the router's; paths.real() puts them under the root of a test.
"""

import os

from shroud import libc, paths
from shroud.errors import AgentError

LIMIT = 1 << 20  # bytes that read() takes unless told otherwise
PART = 4096  # bytes read at once
MARK = ".shroud-"  # in the name of every temporary file, after a dot and the file's name
ENOENT = 2


class FileError(AgentError):
    """A file that cannot be read or written; `number` is the error number, 0 if there is none."""

    def __init__(self, path: str, what: str, number: int = 0) -> None:
        """Name the file, and what was wrong with it."""
        super().__init__("storage", path + ": " + what)
        self.path = path
        self.number = number


def failed(path: str, doing: str, number: int) -> FileError:
    """The error for a system call that failed while `doing` something."""
    return FileError(path, f"{doing} failed: {libc.reason(number)}", number)


def read(path: str, limit: int = LIMIT) -> bytes:
    """Return all of a file, b"" if there is none; FileError if it is longer than `limit` bytes."""
    try:
        with open(paths.real(path), "rb") as stream:
            return _contents(path, stream, limit)
    except OSError as error:
        if error.errno == ENOENT:
            return b""
        raise failed(path, "reading", error.errno or 0)
    except MemoryError:
        raise FileError(path, "too long for this router's memory")


def exists(path: str) -> bool:
    """Whether there is a file or folder of that name."""
    return _mode(path) is not None


def names(folder: str) -> list[str]:
    """Names in a folder, sorted, without temporary files; none if there is no such folder."""
    return [name for name in _listed(folder) if not _is_temporary(name)]


def replace(path: str, data: bytes, mode: int | None = 0o600) -> None:
    """Write a file durably; whoever reads sees the old one or the new one, whole.

    A mode of None keeps that of the present file. A symbolic link is followed. FileError if it
    cannot be done; the old file is then unharmed, but after a failed fsync of the folder, which
    of the two a power cut leaves is open.
    """
    target = _resolved(path)
    folder = target[: target.rfind("/")] or "/"
    if mode is None:
        mode = (_mode(path) or 0o600) & 0o7777
    if not exists(path[: path.rfind("/")] or "/"):
        make_folder(path[: path.rfind("/")])
    temporary = _write_beside(path, target, data, mode)
    try:
        os.rename(temporary, target)
    except OSError as error:
        _unlink(temporary)
        raise failed(path, "replacing", error.errno or 0)
    _sync_folder(path, folder)


def remove(path: str) -> None:
    """Remove a file durably, if it is there."""
    real = paths.real(path)
    try:
        os.remove(real)
    except OSError as error:
        if error.errno == ENOENT:
            return
        raise failed(path, "removing", error.errno or 0)
    _sync_folder(path, real[: real.rfind("/")] or "/")


def move(path: str, name: str) -> None:
    """Give a file another name in its folder, durably; it takes the place of what has that."""
    real = paths.real(path)
    folder = real[: real.rfind("/")]
    try:
        os.rename(real, folder + "/" + name)
    except OSError as error:
        raise failed(path, "renaming", error.errno or 0)
    _sync_folder(path, folder)


def make_folder(path: str, mode: int = 0o700) -> None:
    """Make a folder, and those above it, if they are not there."""
    if not path or exists(path):
        return
    above = path[: path.rfind("/")]
    make_folder(above, 0o755)
    number = libc.errno() if _mkdir(paths.real(path), mode) else 0
    if number and not exists(path):
        raise failed(path, "making the folder", number)
    _sync_folder(path, paths.real(above) or "/")


def sweep(folder: str) -> None:
    """Remove temporary files that a power cut left; only while nobody can be writing there."""
    for name in _listed(folder):
        if _is_temporary(name):
            remove(folder + "/" + name)


def _contents(path: str, stream, limit: int) -> bytes:  # type: ignore[no-untyped-def]
    """Read all in small parts: MicroPython takes the memory that is asked for, not what comes."""
    parts: list[bytes] = []
    left = limit
    while True:
        part = stream.read(PART)
        if not part:
            return b"".join(parts)
        left -= len(part)
        if left < 0:
            raise FileError(path, f"longer than the {limit} bytes that are allowed")
        parts.append(part)


def _listed(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(paths.real(folder)))
    except OSError as error:
        if error.errno == ENOENT:
            return []
        raise failed(folder, "listing", error.errno or 0)


def _is_temporary(name: str) -> bool:
    return name.startswith(".") and MARK in name


def _mode(path: str) -> int | None:
    try:
        return os.stat(paths.real(path))[0]
    except OSError as error:
        if error.errno == ENOENT:
            return None
        raise failed(path, "looking at it", error.errno or 0)


_mkstemp = libc.func("i", "mkstemp", "P")
_write = libc.func("l", "write", "iPl")
_fchmod = libc.func("i", "fchmod", "ii")
_fsync = libc.func("i", "fsync", "i")
_close = libc.func("i", "close", "i")
_open = libc.func("i", "open", "Pi")
_mkdir = libc.func("i", "mkdir", "si")
_realpath = libc.func("P", "realpath", "PP")


def _resolved(path: str) -> str:
    """The real path with symbolic links followed; a file that is not there is its own."""
    buffer = bytearray(4096)  # PATH_MAX
    real = paths.real(path)
    if not _realpath(real.encode() + b"\0", buffer):
        return real
    return bytes(buffer[: buffer.find(b"\0")]).decode()


def _write_beside(path: str, target: str, data: bytes, mode: int) -> str:
    """Write a temporary file in the target's folder, and have it on the disk."""
    cut = target.rfind("/") + 1
    template = bytearray(f"{target[:cut]}.{target[cut:]}{MARK}XXXXXX".encode() + b"\0")
    descriptor = _mkstemp(template)
    if descriptor < 0:
        raise failed(path, "making a file beside it", libc.errno())
    temporary = bytes(template[:-1]).decode()
    number = _fill(descriptor, data, mode)
    if _close(descriptor) and not number:
        number = libc.errno()
    if number:
        _unlink(temporary)
        raise failed(path, "writing", number)
    return temporary


def _fill(descriptor: int, data: bytes, mode: int) -> int:
    """Write all data and wait for the disk; return 0 or the error number."""
    at = 0
    while at < len(data):
        part = data[at : at + 4096]
        done = _write(descriptor, part, len(part))
        if done < 0:
            return libc.errno()
        at += done
    if _fchmod(descriptor, mode) or _fsync(descriptor):
        return libc.errno()
    return 0


def _sync_folder(path: str, folder: str) -> None:
    """Have a folder's new names on the disk."""
    descriptor = _open(folder.encode() + b"\0", 0)
    if descriptor < 0:
        raise failed(path, "opening its folder", libc.errno())
    number = libc.errno() if _fsync(descriptor) else 0
    _close(descriptor)
    if number:
        raise failed(path, "writing its folder", number)


def _unlink(temporary: str) -> None:
    """Remove a temporary file after a failure, which is what is to be told."""
    try:
        os.remove(temporary)
    except OSError:
        return
