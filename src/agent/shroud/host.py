# SPDX-License-Identifier: GPL-2.0-or-later
"""The machine: clocks, boots, locks."""

import os
import time

from shroud import files, libc, paths

LOCK_EXCLUSIVE = 2 | 4  # LOCK_EX | LOCK_NB
SET_FLAGS = 2  # F_SETFD
CLOSE_ON_EXEC = 1
EWOULDBLOCK = 11
STEP = 0.02  # seconds between two tries: a lock of flock's cannot be awaited with an end

_flock = libc.func("i", "flock", "ii")
_fcntl = libc.func("i", "fcntl", "iii")


def _told(path: str) -> str:
    """What the kernel tells in a file of /proc, which no test's root moves."""
    with open(path) as stream:
        return stream.read().strip()


def uptime() -> float:
    """Seconds since the boot; nobody can set this clock."""
    return float(_told("/proc/uptime").split()[0])


def boot_id() -> str:
    """A text that is another one after every boot."""
    return _told("/proc/sys/kernel/random/boot_id")


def now() -> int:
    """Seconds since 1970, as far as the router knows: a clock that may jump by years."""
    return int(time.time())


def timestamp(seconds: int) -> str:
    """Seconds since 1970 as 2026-11-22T09:12:00Z."""
    year, month, day, hour, minute, second = time.gmtime(seconds)[:6]
    return f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}Z"


class Lock:
    """A lock that this process holds, and loses with its end; no child inherits it."""

    def __init__(self, stream) -> None:  # type: ignore[no-untyped-def]
        """Take over the open and locked file."""
        self._stream = stream

    def release(self) -> None:
        """Let others have it."""
        self._stream.close()


def lock(path: str, wait: float = 0) -> Lock | None:
    """Lock a file against all who ask for the same, libuci too; None if somebody holds it.

    wait: seconds to try for. The file is made if it is not there. FileError if it cannot be.
    """
    if not files.exists(path):
        files.make_folder(path[: path.rfind("/")])
    end = uptime() + wait
    while True:
        stream = _locked(path)
        if stream:
            return Lock(stream)
        if uptime() >= end:
            return None
        time.sleep(STEP)


def _locked(path: str):  # type: ignore[no-untyped-def]
    """The open file, locked, or None."""
    real = paths.real(path)
    try:
        stream = open(real, "ab")  # noqa: SIM115
    except OSError as error:
        raise files.failed(path, "opening", error.errno or 0)
    descriptor = stream.fileno()
    _fcntl(descriptor, SET_FLAGS, CLOSE_ON_EXEC)
    if _flock(descriptor, LOCK_EXCLUSIVE):
        number = libc.errno()
        stream.close()
        if number == EWOULDBLOCK:
            return None
        raise files.failed(path, "locking", number)
    # Whoever held it may have replaced the file: then this is a lock on the old one.
    if os.stat(f"/proc/self/fd/{descriptor}")[1:3] != os.stat(real)[1:3]:
        stream.close()
        return None
    return stream


def run(argv: list[str], data: bytes = b"", timeout: float = 10) -> tuple[int, bytes, bytes]:
    """Run a program without a shell: program.run()."""
    from shroud import program  # loaded by those who need it

    return program.run(argv, data, timeout)
