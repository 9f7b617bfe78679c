# SPDX-License-Identifier: GPL-2.0-or-later
"""The rig host itself as a machine of the testbed, for boards of metal.

Programs are the test image's, as in the other machines, so that pppd and the plugin are the same
and the host needs none of them; the kernel and the network devices are the host's. All is in
namespaces of its own: namespaces, mounts and processes end with this program, however that ends,
and the kernel then gives the network devices back.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Self

from hwtest.board.faults import RigFault
from tests.testbed import images
from tests.testbed.machine import Machine

MODULES = ("bridge", "ppp_generic", "pppoe", "tun", "veth", "wireguard")
ENTER = """
set -eu
root=$1 share=$2; shift 2
mount -t tmpfs -o mode=755 layer /mnt
mkdir /mnt/upper /mnt/work /mnt/root
cd "$root"
mount -t overlay -o lowerdir=.,upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/root
cd /mnt/root
mount --bind "$share" shared
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t bpf bpf sys/fs/bpf
mount --rbind /dev dev
mount -t tmpfs run run
mount -t tmpfs -o mode=1777 tmp tmp
mkdir -p run/netns run/lock run/pppd
# Not exec: the shell stays, and reaps what daemons leave behind.
chroot . /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin LC_ALL=C.UTF-8 "$@"
"""
"""Arguments: image, shared folder, command."""


class Host(Machine):
    """Devices that Network moves must have no other use: they lose their addresses."""

    def __init__(self, workdir: Path | None = None) -> None:
        super().__init__(workdir=workdir)

    def __enter__(self) -> Self:
        for module in MODULES:
            if shutil.which("modprobe"):
                subprocess.run(["modprobe", "-q", module], check=False, timeout=30)
        return super().__enter__()

    def _command(self, agent_fd: int) -> list[str]:
        return [
            *("unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private"),
            *("sh", "-c", ENTER, "host", str(images.guest_root()), str(self.share.resolve())),
            *("python3", "-S", "/shared/agent.py", f"fd:{agent_fd}"),
        ]

    def demand(self, *devices: str) -> None:
        """RigFault unless the host's kernel can be a PPPoE peer, and has these devices."""
        if not Path("/dev/ppp").exists():
            what = "this host's kernel has no PPP: no /dev/ppp after loading ppp_generic"
            advice = "Use a kernel with CONFIG_PPP and CONFIG_PPPOE, as Debian's."
            raise RigFault("lab", what, "preparing the rig host", advice)
        for device in devices:
            if self.run(["ip", "link", "show", "dev", device], check=False).code:
                what = f"this host has no network device {device!r}"
                advice = "Name the two that lead to the board as rig_wan and rig_lan: docs/rig.md."
                raise RigFault("lab", what, "preparing the rig host", advice)
