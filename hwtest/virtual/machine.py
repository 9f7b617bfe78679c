# SPDX-License-Identifier: GPL-2.0-or-later
"""The virtual board: QEMU's arm64 machine `virt`, started by U-Boot, as a board on the bench is."""

from __future__ import annotations

import shutil
import socket
import subprocess
from pathlib import Path
from typing import Self

from tests.bench.build import build_counter

from .errors import VirtualError
from .qmp import Qmp
from .wire import PtyWire, TcpWire, Wire

QEMU = "qemu-system-aarch64"
UBOOT = Path("/usr/lib/u-boot/qemu_arm64/u-boot.bin")
DISK_MIB = 256
MEMORY_MIB = 1024
ADDRESSES = {"wan": "02:00:00:00:01:01", "lan": "02:00:00:00:01:02", "rig": "02:00:00:00:01:03"}
"""Of the network devices, which the board names by the last byte."""
HARDWARE = (
    *("-M", "virt", "-cpu", "cortex-a53", "-smp", "1", "-m", str(MEMORY_MIB), "-accel", "tcg"),
    *("-nodefaults", "-display", "none", "-device", "virtio-rng-device"),
)
WIRES = {"pty": PtyWire, "tcp": TcpWire}


class VirtualBoard:
    """A board with a console, three network ports and a switch for its power.

    folder: keeps the disk (disk.img, empty at first), what TFTP serves (tftp/) and logs.
    console: "pty" or "tcp"; `console` is then the pty's path, or HOST:PORT.
    wan, lan: the far ends of its wires: each datagram is an Ethernet frame. The port `rig` leads
    to a DHCP and TFTP server, 10.0.2.2, and nowhere else.
    dhcp, tftp_serves: set to False before start() for a rig that does not answer.
    A context manager: leaving it takes the power away and pulls the console.
    """

    def __init__(self, folder: Path, console: str = "pty", *, counter: bool = True) -> None:
        if console not in WIRES:
            raise ValueError(f"the console must be one of {', '.join(WIRES)}, not {console!r}")
        self.folder = folder.resolve()
        self.tftp = self.folder / "tftp"
        self.disk = self.folder / "disk.img"
        self.tftp.mkdir(parents=True, exist_ok=True)
        self.counter = counter
        self.dhcp = self.tftp_serves = True
        self.wan, self._wan = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.lan, self._lan = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.wire: Wire = WIRES[console]().plug()
        self._process: subprocess.Popen[bytes] | None = None
        self._qmp: Qmp | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Take the power away and let go of all wires."""
        self.stop()
        self.wire.pull()
        for end in (self.wan, self._wan, self.lan, self._lan):
            end.close()

    @property
    def console(self) -> str:
        return self.wire.address

    @property
    def running(self) -> bool:
        """Whether it has power; a board that switched itself off has none."""
        return self._process is not None and self._process.poll() is None

    # Power.

    def start(self) -> None:
        """Give it power; nothing when it has."""
        if self.running:
            return
        self.stop()
        if not self.disk.exists():
            with self.disk.open("wb") as file:
                file.truncate(DISK_MIB << 20)
        ours, theirs = socket.socketpair()
        self._process = self._launch(theirs)
        theirs.close()
        self._qmp = Qmp(ours)
        try:
            self._qmp.call("query-status")
            if not self.dhcp:
                self._qmp.call("set_link", name="rig", up=False)
            self._qmp.call("cont")
        except VirtualError as error:
            self.stop()
            raise VirtualError(f"{error}\n{self._said()}") from error

    def stop(self) -> None:
        """Take the power away at once, whatever it is doing; nothing when it has none."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        if self._qmp is not None:
            self._qmp.close()
            self._qmp = None

    def reset(self) -> None:
        """Press its reset button."""
        self._monitor().call("system_reset")

    def pause(self) -> None:
        """Let it hang: it keeps its power and does nothing any more, until start()."""
        self._monitor().call("stop")

    def resume(self) -> None:
        self._monitor().call("cont")

    def _monitor(self) -> Qmp:
        if self._qmp is None or not self.running:
            raise VirtualError("the virtual board has no power: call start()")
        return self._qmp

    # Instructions.

    @property
    def counts_file(self) -> Path:
        return self.folder / "counts"

    def counts(self) -> list[tuple[int, int]]:
        """Instructions, (kernel's, programs'), of each region since the power came.

        A region is what runs between the board's programs count-start and count-stop.
        """
        if not self.counter:
            raise VirtualError("this virtual board has no counter: make it with counter=True")
        rows = self.counts_file.read_text().splitlines() if self.counts_file.exists() else []
        return [(int(kernel), int(user)) for kernel, user in (row.split() for row in rows)]

    # QEMU.

    def _launch(self, monitor: socket.socket) -> subprocess.Popen[bytes]:
        fds = [end.fileno() for end in (self._wan, self._lan, self.wire.board, monitor)]
        with (self.folder / "qemu.log").open("wb") as log:
            return subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *self._command(monitor.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=fds,
                start_new_session=True,
            )

    def _command(self, monitor: int) -> list[str]:
        return [
            *(_program(), *HARDWARE, "-S", "-bios", str(_uboot())),
            *("-drive", f"if=none,id=disk,format=raw,file={_escaped(self.disk)}"),
            *("-device", "virtio-blk-device,drive=disk"),
            *self._networks(),
            *("-chardev", f"socket,id=console,fd={self.wire.board.fileno()}"),
            *("-serial", "chardev:console"),
            *("-chardev", f"socket,id=monitor,fd={monitor}"),
            *("-mon", "chardev=monitor,mode=control"),
            *self._plugin(),
        ]

    def _networks(self) -> list[str]:
        tftp = f",tftp={_escaped(self.tftp)}" if self.tftp_serves else ""
        ends = {
            "wan": f"dgram,id=wan,local.type=fd,local.str={self._wan.fileno()}",
            "lan": f"dgram,id=lan,local.type=fd,local.str={self._lan.fileno()}",
            "rig": f"user,id=rig,restrict=on{tftp}",
        }
        options: list[str] = []
        for name, end in ends.items():
            options += ["-netdev", end, "-device"]
            options += [f"virtio-net-device,netdev={name},mac={ADDRESSES[name]}"]
        return options

    def _plugin(self) -> list[str]:
        if not self.counter:
            return []
        plugin = self.folder / "counter.so"
        if not plugin.exists():
            build_counter(plugin)
        return ["-plugin", f"{_escaped(plugin)},out={_escaped(self.counts_file)}"]

    def _said(self) -> str:
        return (self.folder / "qemu.log").read_text(errors="replace")[-2000:]


def _program() -> str:
    found = shutil.which(QEMU)
    if not found:
        raise VirtualError(f"{QEMU} is missing: apt-get install qemu-system-arm")
    return found


def _uboot() -> Path:
    if not UBOOT.exists():
        raise VirtualError(f"{UBOOT} is missing: apt-get install u-boot-qemu")
    return UBOOT


def _escaped(path: Path) -> str:
    """A path inside a QEMU option, where a comma is written twice."""
    return str(path).replace(",", ",,")
