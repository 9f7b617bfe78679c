# SPDX-License-Identifier: GPL-2.0-or-later
"""QEMU: Debian's own kernel on an emulated processor, for what User-Mode Linux lacks:
l2tp_netlink (a LAC), nf_tables with a flow table, WireGuard, the BPF JIT, arm64."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from . import images
from .errors import MachineError
from .machine import Machine


@dataclass(frozen=True)
class Board:
    """How QEMU makes a machine for one architecture."""

    program: str
    package: str
    options: tuple[str, ...]
    console: str


BOARDS = {
    "amd64": Board(
        "qemu-system-x86_64", "qemu-system-x86", ("-M", "pc", "-cpu", "Nehalem"), "ttyS0"
    ),
    "arm64": Board(
        "qemu-system-aarch64", "qemu-system-arm", ("-M", "virt", "-cpu", "cortex-a53"), "ttyAMA0"
    ),
}


HARDWARE = (
    "-accel",
    "tcg",
    "-smp",
    "1",
    "-nodefaults",
    "-nographic",
    "-no-reboot",
    "-serial",
    "stdio",
    "-device",
    "virtio-serial-pci",
    "-device",
    "virtio-rng-pci",
)
KERNEL_OPTIONS = (
    "quiet panic=-1 mitigations=off nokaslr random.trust_bootloader=on random.trust_cpu=on "
    "tsc=reliable share=9p agent=/dev/vport*p*"
)


class Qemu(Machine):
    """A QEMU guest on the image of images.qemu_image(arch); always in software emulation, so
    that it is the same everywhere."""

    boot_timeout = 120.0
    slowness = 4.0

    def __init__(self, arch: str, memory: int = 512, workdir: Path | None = None) -> None:
        if arch not in BOARDS:
            raise ValueError(f"architecture must be one of {', '.join(BOARDS)}, not {arch!r}")
        super().__init__(memory, workdir)
        self.arch = arch

    def _command(self, agent_fd: int) -> list[str]:
        board, image = BOARDS[self.arch], images.qemu_image(self.arch)
        if shutil.which(board.program) is None:
            raise MachineError(f"{board.program} is missing: apt-get install {board.package}")
        return [
            board.program,
            *board.options,
            *HARDWARE,
            "-m",
            str(self.memory),
            "-kernel",
            str(image.kernel),
            "-initrd",
            str(image.initrd),
            "-append",
            f"console={board.console} {KERNEL_OPTIONS}",
            "-drive",
            f"file={_escaped(image.disk)},format=raw,if=none,id=root,readonly=on",
            "-device",
            "virtio-blk-pci,drive=root",
            "-device",
            "virtserialport,chardev=agent,name=agent",
            "-chardev",
            f"socket,id=agent,fd={agent_fd}",
            "-fsdev",
            f"local,id=share,path={_escaped(self.share.resolve())},security_model=none",
            "-device",
            "virtio-9p-pci,fsdev=share,mount_tag=share",
        ]


def _escaped(path: Path) -> str:
    """A path inside a QEMU option, where a comma is written twice."""
    return str(path).replace(",", ",,")
