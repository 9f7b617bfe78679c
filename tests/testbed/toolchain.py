# SPDX-License-Identifier: GPL-2.0-or-later
"""Compilers and headers of Debian trixie on any host: commands run inside the build image.

What is built there links to trixie's libraries, as the guests have them. There is pppd 2.5.2's
<pppd/pppd.h> in /usr/include and 2.4.9's in /opt/ppp-2.4.9/include; `aarch64-linux-gnu-gcc`
with libbpf, libelf, zlib and mbedTLS for arm64; clang, llvm-strip, bpftool, sparse, clang-tidy.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import images

REPOSITORY = Path(__file__).resolve().parents[2]
PATH = "/usr/sbin:/usr/bin"

PRIVATE = (
    "setpriv",
    "--pdeathsig",
    "KILL",
    "unshare",
    "--mount",
    "--pid",
    "--fork",
    "--kill-child",
    "--propagation",
    "private",
)
"""Runs a command with mounts and processes of its own, which end with it and with us."""
ENTER = """
set -eu
root=$1 source=$2 cwd=$3; shift 3
mount --bind "$root" "$root"
mount --bind "$source" "$root/src"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmp "$root/tmp"
mount -o remount,bind,ro "$root"
exec chroot "$root" /usr/bin/env -i -C "$cwd" "$@"
"""
"""All these mounts are in a namespace of their own and go with it."""


class BuildError(subprocess.CalledProcessError):
    """A command in the build image failed; the message shows what it said."""

    def __str__(self) -> str:
        return f"{super().__str__()}\n{self.stdout or ''}{self.stderr or ''}"


def run(
    argv: Sequence[str],
    cwd: str = ".",
    env: Mapping[str, str] | None = None,
    timeout: float = 600.0,
    check: bool = True,
    source: Path = REPOSITORY,
) -> subprocess.CompletedProcess[str]:
    """Run `argv` in the build image, where the folder `source` is /src.

    cwd is relative to /src. The rest of the image is read-only but for /tmp, which is empty.
    Raises BuildError when `check` is set and the command's code is not 0, and
    subprocess.TimeoutExpired after `timeout` seconds; no mount or process is left behind.
    """
    variables = {"PATH": PATH, "HOME": "/tmp", "LC_ALL": "C.UTF-8", **(env or {})}  # noqa: S108
    command = [
        *PRIVATE,
        "sh",
        "-c",
        ENTER,
        "toolchain",
        str(images.build_root()),
        str(source),
        f"/src/{cwd}",
        *(f"{name}={value}" for name, value in variables.items()),
        *argv,
    ]
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    if check and done.returncode:
        raise BuildError(done.returncode, list(argv), done.stdout, done.stderr)
    return done
