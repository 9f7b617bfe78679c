# SPDX-License-Identifier: GPL-2.0-or-later
"""Power beyond labgrid's own drivers: the virtual board's switch, and a hand that is asked."""

from __future__ import annotations

import select
import sys
from pathlib import Path
from typing import ClassVar

import attr
from labgrid.driver import Driver
from labgrid.factory import target_factory
from labgrid.protocol import PowerProtocol, ResetProtocol
from labgrid.resource import NetworkSerialPort

from hwtest.board.faults import RigFault
from hwtest.virtual.machine import VirtualBoard

FOLDER_OPTION = "board_folder"  # of the environment: where the virtual board keeps its disk
HAND_TIMEOUT = 300.0  # seconds until nobody is believed to be there


@target_factory.reg_driver
@attr.s(eq=False)
class VirtualBoardDriver(Driver, PowerProtocol, ResetProtocol):
    """Makes the virtual board, is its power switch, and says where its console and TFTP are.

    counter: count the instructions that it executes, which takes a compiler and some speed.
    """

    bindings: ClassVar[dict[str, object]] = {
        "port": {"RawSerialPort", "NetworkSerialPort"},
        "tftp": "TFTPProvider",
    }
    counter: bool = attr.ib(default=True, validator=attr.validators.instance_of(bool))

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        folder = Path(self.target.env.config.get_option(FOLDER_OPTION))
        console = "tcp" if isinstance(self.port, NetworkSerialPort) else "pty"
        self.board = VirtualBoard(folder, console=console, counter=self.counter)
        if console == "tcp":
            host, _, port = self.board.console.rpartition(":")
            self.port.host, self.port.port = host, int(port)
        else:
            self.port.port = self.board.console
        self.tftp.internal = f"{self.board.tftp}/"

    def on_deactivate(self) -> None:
        """Let go of the machine and of its wires, for good."""
        self.board.close()

    @Driver.check_active
    def on(self) -> None:
        """Start the machine; nothing happens if it runs."""
        self.board.start()

    @Driver.check_active
    def off(self) -> None:
        """Stop the machine at once, as a pulled plug does."""
        self.board.stop()

    @Driver.check_active
    def cycle(self) -> None:
        """Off and on."""
        self.off()
        self.on()

    @Driver.check_active
    def reset(self) -> None:
        """Press the machine's reset button."""
        self.board.reset()


def ask_hand(text: str) -> str:
    """labgrid's ManualPowerDriver asks by this: somebody presses Enter when it is done.

    Raises RigFault if nobody does in HAND_TIMEOUT seconds, or nobody can.
    """
    print(f"\n>>> {text}", file=sys.stderr, flush=True)
    try:
        terminal = Path("/dev/tty").open(encoding="utf-8")  # noqa: SIM115 closed below
    except OSError as error:
        what = "this board is switched by hand, and there is no terminal to ask at"
        raise RigFault("power", what, text) from error
    with terminal:
        ready, _, _ = select.select([terminal], [], [], HAND_TIMEOUT)
        if not ready:
            raise RigFault("power", f"nobody pressed Enter for {HAND_TIMEOUT:.0f} s", text)
        return terminal.readline()
