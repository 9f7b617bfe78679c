# SPDX-License-Identifier: GPL-2.0-or-later
"""labgrid strategy of the rig: brings any board into one of four states, or says why not, with
the board powered off then. Which board it is, only its YAML knows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import attr
from labgrid.factory import target_factory
from labgrid.strategy import Strategy, StrategyError

from hwtest.board.console import Console, Tripwire
from hwtest.board.faults import RigFault
from hwtest.board.log import ConsoleLog
from hwtest.targets.target import State

MARGIN = 5.0  # seconds beyond a driver's own timeout until it is stopped
LOG_OPTION = "console_log"  # of the environment: where the console's log goes
PROBE = 3.0  # seconds in which a living bootloader answers Ctrl-C

KERNEL_STARTS = r"Starting kernel|Linux version \d"
NO_WAY_BACK = "this board is brought back by hand only, as docs/rig.md says"
LINUX_RUNS = Tripwire(KERNEL_STARTS, "prompt", "U-Boot's prompt was missed, Linux starts")
BOOT_FAILURES = (
    Tripwire(r"Kernel panic - not syncing[^\n]*\n", "image", "the kernel panicked"),
    Tripwire(r"Login incorrect", "login", "the board refused user name or password"),
)


@target_factory.reg_driver
@attr.s(eq=False)
class RigStrategy(Strategy):
    """States off, bootloader, recovery, shell. What goes wrong raises a RigFault.

    attempts: how often the board is powered anew before U-Boot's prompt counts as missed.
    """

    bindings: ClassVar[dict[str, object]] = {
        "power": "PowerProtocol",
        "console": "ConsoleProtocol",
        "uboot": {"UBootDriver", None},
        "shell": "ShellDriver",
    }
    attempts: int = attr.ib(default=2, validator=attr.validators.instance_of(int))

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        path = self.target.env.config.get_option(LOG_OPTION, "console.log")
        self.log = ConsoleLog(Path(path))
        self.line = Console(self.console, self.log)
        self.status = State.OFF
        self.start_recovery: Callable[[], None] | None = None

    def transition(self, status: State | str) -> None:
        """Bring the board into a state. Raises RigFault."""
        if status not in list(State):
            raise StrategyError(f"state must be one of {', '.join(State)}, not {status!r}")
        if status == self.status:
            return
        self.log.note(f"{self.status} -> {State(status)}")
        steps = {
            State.OFF: self.power_off,
            State.BOOTLOADER: self._to_bootloader,
            State.RECOVERY: self._to_recovery,
            State.SHELL: self._to_shell,
        }
        try:
            steps[State(status)]()
        except RigFault as fault:
            self.give_up(fault)
            raise
        self.status = State(status)

    def give_up(self, fault: RigFault) -> None:
        """Log a fault and take the power away."""
        self.log.note(f"rig fault: {fault}")
        try:
            self.power_off()
        except RigFault as second:
            self.log.note(f"and then, {second}")

    def power_off(self) -> None:
        """Take the power away, at once and in any state."""
        self._release()
        self._switch("off", self.power.off)
        self.status = State.OFF

    def close(self) -> None:
        """Power off, let go of the console, close the log."""
        try:
            self.power_off()
        finally:
            self.line.stop()
            self.target.deactivate_all_drivers()
            self.log.close()

    def login(self, status: State) -> None:
        """Await the shell of a system that is starting; the state is `status` then."""
        self._release()
        where = f"waiting for the login of the system in state {status}"
        seconds = self.shell.login_timeout + MARGIN
        with self.line.patience(seconds, where, "login", self._boot_failures()):
            self.target.activate(self.shell)
        self.status = status

    def await_kernel(self, seconds: float) -> None:
        """Wait until a kernel starts, after a command that has the board do so. Nobody is logged in
        any more, though the old prompt may still be there for a while."""
        self._release()
        with self.line.patience(seconds + MARGIN, "waiting for a kernel to start", "image"):
            self.console.expect(KERNEL_STARTS, timeout=seconds)

    def _power_on(self) -> None:
        self._listen()
        self._switch("on", self.power.on)

    def _to_bootloader(self) -> None:
        if self.uboot is None:
            raise RigFault(
                "lab", f"there is no UBootDriver: {NO_WAY_BACK}", "starting the bootloader"
            )
        for attempt in range(1, self.attempts + 1):
            self.power_off()
            try:
                self._interrupt_autoboot()
            except RigFault as fault:
                if fault.kind != "prompt" or attempt == self.attempts:
                    raise
                self.log.note(f"attempt {attempt} of {self.attempts} failed: {fault}")
            else:
                return

    def _interrupt_autoboot(self) -> None:
        where = "waiting for the bootloader's prompt"
        self._listen()
        with self.line.patience(self.uboot.login_timeout + MARGIN, where, "prompt", [LINUX_RUNS]):
            self._switch("on", self.power.on)
            self.target.activate(self.uboot)

    def _to_shell(self) -> None:
        self.power_off()
        self._power_on()
        self.login(State.SHELL)

    def _to_recovery(self) -> None:
        if self.start_recovery is None:
            raise RigFault("lab", f"there is no recipe 'recovery': {NO_WAY_BACK}", "recovering")
        self.transition(State.BOOTLOADER)
        self.start_recovery()
        self.login(State.RECOVERY)

    def _boot_failures(self) -> tuple[Tripwire, ...]:
        if self.uboot is None or not self.uboot.prompt:
            return BOOT_FAILURES
        # The bootloader waits for commands: it found nothing to start.
        prompt = Tripwire(
            rf"{self.uboot.prompt}\s*\Z", "image", "the bootloader found nothing that it can start"
        )
        return (*BOOT_FAILURES, prompt)

    def _listen(self) -> None:
        if self.line.failed:
            self.line.stop()
            self.target.deactivate(self.console)
        with self.line.patience(MARGIN, "opening the serial console", "console-closed"):
            self.target.activate(self.console)
        self.line.start()

    def _release(self) -> None:
        """Deactivate what believes to know the state of the board."""
        for driver in (self.shell, self.uboot):
            if driver is not None:
                self.target.deactivate(driver)

    def _switch(self, word: str, act: Callable[[], None]) -> None:
        self.log.note(f"power {word}")
        try:
            self.target.activate(self.power)
            act()
        except RigFault:
            raise
        except Exception as error:  # labgrid's many drivers raise as many classes
            what = f"the power could not be switched {word}: {error}"
            raise RigFault("power", what, "switching the power") from error


def bootloader_lives(strategy: RigStrategy) -> bool:
    """Whether the bootloader still answers after a command that did not end in time."""
    try:
        with strategy.line.patience(PROBE + MARGIN, "probing the bootloader", "board-silent"):
            strategy.console.sendcontrol("c")
            strategy.console.expect(strategy.uboot.prompt, timeout=PROBE)
    except RigFault:
        return False
    return True
