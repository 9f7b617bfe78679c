# SPDX-License-Identifier: GPL-2.0-or-later
"""The board on the bench, whichever it is: what the flow does with it, and nothing of how."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from labgrid import Environment

from hwtest.board import power, shell
from hwtest.board.faults import ProductFault, RigFault
from hwtest.board.flash import Cook, Payload, Values
from hwtest.board.strategy import LOG_OPTION, RigStrategy
from hwtest.targets.target import Question, Recipe, State, Target

REBOOT_SECONDS = 120.0  # until a kernel starts again; services may take their time to stop
READY_SECONDS = 180.0  # from the login until the services must have started
READY_PAUSE = 0.5  # seconds between two questions
LOG_NAME = "console.log"


@dataclass(frozen=True)
class Ran:
    """What a command on the board came to."""

    code: int
    output: str  # without the last line's end; standard output and error as the console mixes them


class Board:
    """A board and its bench; a context manager that leaves the power off.

    Every method raises RigFault if the rig is at fault, and has taken the power away then.
    """

    def __init__(self, target: Target, folder: Path, images: Path) -> None:
        """Bind labgrid's drivers; nothing is switched on yet.

        folder: for console.log, and the virtual board's disk.
        images: where the files named by the YAML's `images` are.
        """
        self.target = target
        self._images = images
        environment = Environment(str(target.path), interact=power.ask_hand)
        environment.config.set_option(LOG_OPTION, str(folder / LOG_NAME))
        environment.config.set_option(power.FOLDER_OPTION, str(folder / "board"))
        with _bound(target):
            self._labgrid: Any = environment.get_target()
            self._strategy: RigStrategy = self._labgrid.get_driver("RigStrategy", activate=False)
            self._server: Any = self._labgrid.get_driver("TFTPProviderDriver")
        self._cook = Cook(self._strategy)
        if "recovery" in target.options.recipes:
            self._strategy.start_recovery = self._start_recovery

    def __enter__(self) -> Board:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._strategy.close()

    @property
    def state(self) -> State:
        """What the board is in, as far as the rig knows."""
        return self._strategy.status

    @property
    def log(self) -> Path:
        """The console's log."""
        return self._strategy.log.path

    @property
    def virtual(self) -> Any:
        """The VirtualBoard, or None for a board of metal."""
        switch = self._strategy.power
        return switch.board if isinstance(switch, power.VirtualBoardDriver) else None

    def note(self, text: str) -> None:
        """Write a remark into the console's log."""
        self._strategy.log.note(text)

    def off(self) -> None:
        """Take the power away, in whatever the board is doing."""
        with self._careful():
            self._strategy.transition(State.OFF)

    def bootloader(self) -> None:
        """Power on, and stop at the bootloader's prompt."""
        self._strategy.transition(State.BOOTLOADER)

    def boot(self, image: str = "") -> None:
        """Power anew, boot from the disk, log in.

        image: a name of the YAML's `images`: its version must be the one that runs.
        """
        self.off()
        self._strategy.transition(State.SHELL)
        self._await_ready()
        self._check_identity(image)

    def recovery(self) -> None:
        """Boot and log in to the system that runs from memory, which needs no good disk."""
        self._strategy.transition(State.RECOVERY)

    def reset(self) -> None:
        """Have the running system reboot by itself; log in again."""
        with self._careful():
            self._strategy.console.sendline("reboot")
            self._strategy.await_kernel(REBOOT_SECONDS)
            self._strategy.login(State.SHELL)
        self._await_ready()

    def flash(self, image: str, *, cut: bool = False) -> None:
        """Write an image to where the board boots from, by the recipe `flash`.

        image: a name of the YAML's `images`.
        cut: pull the power in the middle: in the last step that writes.
        """
        recipe = self._recipe("flash")
        if recipe.state is not self.state:
            self._strategy.transition(recipe.state)
        self.note(f"flashing {image}")
        with self._careful():
            if cut:
                values = self._values(image)
                self._cook.play(recipe, values, lambda: self._strategy.transition(State.OFF))
            else:
                self._install(recipe, image)

    def recover(self, image: str) -> None:
        """Bring a board back whose disk does not boot: recovery path, good image, boot."""
        self.note(f"recovering with {image}")
        recipe = self.target.options.recipes.get("recover", self._recipe("flash"))
        if recipe.state is not State.BOOTLOADER:
            self.recovery()
        else:
            self._strategy.transition(State.BOOTLOADER)
        with self._careful():
            self._install(recipe, image)
        self.boot(image)

    def bring_up(self, image: str) -> bool:
        """Boot; if the disk does not give a running system, recover with `image`.

        Returns whether that was necessary.
        """
        try:
            self.boot(image)
        except RigFault as fault:
            if fault.kind not in {"image", "login", "board-silent"}:
                raise
            self.note(f"does not come up from its disk: {fault}")
            self.recover(image)
            return True
        return False

    def run(self, command: str, timeout: float = 30.0, *, check: bool = True) -> Ran:
        """Run a shell command on the board, over the console.

        Raises RigFault if it does not end in `timeout` seconds, ProductFault (kind "command") if
        check and its exit code is not 0, or (kind "panic") if the kernel dies of it.
        """
        with self._careful():
            code, output = shell.run(self._strategy, command, timeout)
        if check and code != 0:
            what = f"ended with code {code}:\n{output}\n"
            raise ProductFault("command", what, f"`{command}`", "See console.log.")
        return Ran(code, output)

    def put(self, local: Path, remote: str) -> None:
        """Copy a file of the rig's to the board, over the network if it is not small."""
        if local.stat().st_size <= shell.SMALL:
            for command in shell.typed(local.read_bytes(), remote):
                self.run(command)
            return
        with self._careful():
            values = Values("", lambda _: self._serve(local), self.target.options.server)
            fetch = values.fill_in(self.target.options.fetch.replace("@path@", remote))
        ran = self.run(fetch, timeout=120, check=False)
        if ran.code != 0:
            with self._careful():
                raise RigFault("tftp", f"ended with code {ran.code}:\n{ran.output}\n", f"`{fetch}`")

    def read(self, remote: str) -> bytes:
        """Return the bytes of a file on the board, over the console: a few KiB a second."""
        output = self.run(f"hexdump -v -e '1/1 \"%02x\"' {remote}", timeout=120).output
        return bytes.fromhex(output.strip())

    def _install(self, recipe: Recipe, image: str) -> None:
        self._cook.play(recipe, self._values(image))
        if recipe.steps[-1].reboots:
            self._strategy.login(State.SHELL)

    def _start_recovery(self) -> None:
        recipe = self._recipe("recovery")
        self._cook.play(recipe, self._values(recipe.image))

    def _await_ready(self) -> None:
        command, deadline = self.target.options.ready, time.monotonic() + READY_SECONDS
        while command and self.run(command, check=False).code != 0:
            if time.monotonic() >= deadline:
                with self._careful():
                    what = f"`{command}` has not ended with 0 for {READY_SECONDS:.0f} s"
                    raise RigFault("image", what, "waiting for the services to start")
            time.sleep(READY_PAUSE)

    def _check_identity(self, image: str) -> None:
        options = self.target.options
        with self._careful():
            self._ask(options.identity, "this is another board, or another board's image")
            if image:
                expected = options.images[image].expect if image in options.images else ""
                question = Question(options.version.run, expected)
                self._ask(question, f"the image that runs is not {image}")

    def _ask(self, question: Question, complaint: str) -> None:
        ran = self.run(question.run, check=False)
        if ran.code != 0 or re.search(question.expect, ran.output) is None:
            what = f"{complaint}: `{question.run}` says {ran.output!r}, not {question.expect!r}"
            raise RigFault("image", what, "checking what has booted")

    def _recipe(self, name: str) -> Recipe:
        recipes = self.target.options.recipes
        if name not in recipes:
            raise RigFault("lab", f"{self.target.path} has no recipe {name!r}")
        return recipes[name]

    def _values(self, image: str) -> Values:
        return Values(image, self._payload, self.target.options.server)

    def _payload(self, image: str) -> Payload:
        if image not in self.target.images:
            known = ", ".join(self.target.images)
            raise RigFault("image", f"there is no image {image!r}; {self.target.path} has {known}")
        return self._serve(self._images / self.target.images[image])

    def _serve(self, path: Path) -> Payload:
        """Put a file where the board can load it from."""
        if not path.is_file():
            raise RigFault("image", f"{path} is missing", "putting it on the rig's server")
        with self._strategy.line.patience(60, f"putting {path.name} on the rig's server", "tftp"):
            name = self._server.stage(str(path.absolute()))
        return Payload.of(path, name)

    @contextlib.contextmanager
    def _careful(self) -> Iterator[None]:
        """Take the power away when the rig fails."""
        try:
            yield
        except RigFault as fault:
            self._strategy.give_up(fault)
            raise


@contextlib.contextmanager
def _bound(target: Target) -> Iterator[None]:
    """Turn what labgrid says of an environment that does not fit together into a RigFault."""
    try:
        yield
    except Exception as error:
        what = f"{target.path} does not make a bench: {error}"
        raise RigFault("lab", what, "binding labgrid's drivers") from error
