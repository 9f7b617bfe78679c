# SPDX-License-Identifier: GPL-2.0-or-later
"""User-Mode Linux: a kernel that is a program. Boots in a second; x86_64 only."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from pathlib import Path

from . import images
from .machine import Machine

ENTER = """
set -eu
root=$1 share=$2; shift 2
mount --bind "$root" "$root"
mount --bind "$share" "$root/shared"
mount -t proc proc "$root/proc"
mount -t tmpfs tmp "$root/tmp"
mount --rbind /dev "$root/dev"
mount -o remount,bind,ro "$root"
exec chroot "$root" /usr/bin/env -i HOME=/tmp TMPDIR=/tmp PATH=/usr/sbin:/usr/bin \
	LD_PRELOAD=/usr/lib/uml/xstate.so "$@"
"""
"""Runs the kernel inside the image, whose C library it needs. All these mounts are in a
namespace of their own and go with it. Arguments: image, shared folder, command."""


class Uml(Machine):
    """A User-Mode Linux guest on the image of images.guest_root()."""

    slowness = 3.0

    def __init__(
        self,
        memory: int = 512,
        workdir: Path | None = None,
        nics: Sequence[socket.socket] = (),
        root: Path | None = None,
    ) -> None:
        """nics: Unix datagram sockets, each datagram an Ethernet frame; they become the guest's
        devices vec0, vec1 and so on, and must stay open as long as the guest runs.

        root: another image than that of images.guest_root()."""
        super().__init__(memory, workdir)
        self.root = root
        self.inherited = tuple(nic.fileno() for nic in nics)

    def _command(self, agent_fd: int) -> list[str]:
        return [
            "unshare",
            "--mount",
            "--pid",
            "--fork",
            "--kill-child",
            "--propagation",
            "private",
            "sh",
            "-c",
            ENTER,
            "uml",
            str(self.root or images.guest_root()),
            str(self.share.resolve()),
            "/usr/bin/linux.uml",
            f"mem={self.memory}M",
            "root=/dev/root",
            "rootfstype=hostfs",
            "rootflags=/",
            "ro",
            "init=/sbin/pppshroud-init",
            "quiet",
            "panic=-1",
            "con=null",
            "con0=null,fd:1",
            f"con1=fd:{agent_fd}",
            "share=hostfs",
            "agent=/dev/tty1",
            *(f"vec{n}:transport=fd,vec=0,fd={fd}" for n, fd in enumerate(self.inherited)),
        ]
