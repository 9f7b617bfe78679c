# SPDX-License-Identifier: GPL-2.0-or-later
"""A cache of built things, named by a hash of what went into them."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

UNUSED_SECONDS = 14 * 24 * 3600.0


def cache_dir() -> Path:
    """$PPPSHROUD_CACHE, or pppshroud in $XDG_CACHE_HOME or ~/.cache; made when missing."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    path = Path(os.environ.get("PPPSHROUD_CACHE") or Path(base) / "pppshroud").resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


def digest(*inputs: str | bytes) -> str:
    """A short name for `inputs`, in order; each is hashed with its length."""
    state = hashlib.sha256()
    for item in inputs:
        raw = item.encode() if isinstance(item, str) else item
        state.update(len(raw).to_bytes(8, "big") + raw)
    return state.hexdigest()[:16]


def build_once(name: str, key: str, build: Callable[[Path], None]) -> Path:
    """The cached result NAME-KEY; `build` makes it at the path it is given, once.

    Several processes may ask at the same time: one builds, the others wait. A build that
    fails or is killed leaves nothing that a later one would take for a result.
    """
    final = cache_dir() / f"{name}-{key}"
    if not final.exists():
        with _locked(cache_dir() / f"{name}.lock"):
            if not final.exists():
                _build(final, build)
                _prune(name, final)
    os.utime(final)
    return final


def _build(final: Path, build: Callable[[Path], None]) -> None:
    temporary = final.with_name(f".{final.name}.part")
    _remove(temporary)
    start = time.monotonic()
    say(f"building {final.name} ...")
    try:
        build(temporary)
        temporary.rename(final)
    finally:
        _remove(temporary)
    say(f"built {final.name}: {time.monotonic() - start:.1f} s, {size(final) >> 20} MiB")


def _prune(name: str, keep: Path) -> None:
    """Remove results of the same name that nothing has used for two weeks."""
    for other in cache_dir().glob(f"{name}-{'?' * 16}"):
        if other != keep and time.time() - other.stat().st_mtime > UNUSED_SECONDS:
            _remove(other)


def say(text: str) -> None:
    """A line of progress for whoever waits."""
    print(f"testbed: {text}", file=sys.stderr, flush=True)


def size(path: Path) -> int:
    """Bytes on disk of a file or a whole tree."""
    paths = [path, *path.rglob("*")] if path.is_dir() else [path]
    return sum(p.lstat().st_blocks * 512 for p in paths)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
