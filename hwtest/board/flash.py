# SPDX-License-Identifier: GPL-2.0-or-later
"""Recipes: commands to a bootloader or a shell that load, check, write and start images. What a
recipe does is data of the target's YAML; here is only how it is done, and who is blamed."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hwtest.board.faults import RigFault
from hwtest.board.strategy import MARGIN, RigStrategy, bootloader_lives
from hwtest.targets.target import Recipe, Stage, State, Step

KINDS = {
    Stage.NETWORK: "dhcp",
    Stage.LOAD: "tftp",
    Stage.CHECK: "image",
    Stage.WRITE: "image",
    Stage.BOOT: "image",
}
PLACEHOLDER = re.compile(r"@([a-z0-9]+)(?:\.([a-z0-9_-]+))?@")
QUOTED_LINES = 4  # of a failed command's output


@dataclass(frozen=True)
class Payload:
    """A file on the rig's server."""

    file: str  # its name there
    size: int  # bytes
    crc32: int

    @classmethod
    def of(cls, path: Path, file: str) -> Payload:
        """Measure a file. Raises RigFault."""
        try:
            data = path.read_bytes()
        except OSError as error:
            raise RigFault("image", f"{path} cannot be read: {error.strerror}") from error
        if not data:
            raise RigFault("image", f"{path} is empty")
        return cls(file, len(data), zlib.crc32(data))


@dataclass(frozen=True)
class Values:
    """What the placeholders of a command stand for.

    image: the one that @file@, @size@ and @crc32@ mean; @file.NAME@ means image NAME.
    payload: puts an image on the rig's server.
    """

    image: str
    payload: Callable[[str], Payload]
    server: str

    def fill_in(self, text: str) -> str:
        """Replace the placeholders of a command. Raises RigFault."""
        return PLACEHOLDER.sub(self._value, text)

    def pattern(self, text: str) -> str:
        """Replace the placeholders of a regular expression. Raises RigFault."""
        return PLACEHOLDER.sub(lambda found: re.escape(self._value(found)), text)

    def _value(self, found: re.Match[str]) -> str:
        name, image = found[1], found[2] or self.image
        if name == "server":
            return self.server
        payload = self.payload(image)
        values = {
            "file": payload.file,
            "size": f"{payload.size:x}",
            "crc32": f"{payload.crc32:08x}",
        }
        if name not in values:
            known = ", ".join(f"@{name}@" for name in (*values, "server"))
            raise RigFault("image", f"a recipe has @{name}@; known are {known}")
        return values[name]


class Cook:
    """Plays recipes on a board that is in the state which they want."""

    def __init__(self, strategy: RigStrategy) -> None:
        self._strategy = strategy

    def play(self, recipe: Recipe, values: Values, stop: Callable[[], None] | None = None) -> None:
        """Give all commands of a recipe, one after the other. Raises RigFault.

        stop: is called in place of waiting for the end of the last step that writes, as soon as
        it is under way; no further step is played.
        """
        writes = [step for step in recipe.steps if step.stage is Stage.WRITE]
        for step in recipe.steps:
            command = values.fill_in(step.run)
            self._strategy.log.note(f"{step.stage}: {command}")
            if stop is not None and step is writes[-1]:
                self._send(command, step, step.under_way)
                stop()
                return
            if step.reboots:
                self._send(command, step)
                self._strategy.await_kernel(step.timeout)
            else:
                self._do(recipe.state, step, command, values)

    def _do(self, state: State, step: Step, command: str, values: Values) -> None:
        kind = KINDS[step.stage]
        try:
            lines, code = self._run(state, step, command)
        except RigFault as fault:
            if fault.kind == kind and state is State.BOOTLOADER:
                self._blame_the_silent(fault)
            raise
        pattern = values.pattern(step.expect)
        if code != 0:
            raise RigFault(kind, f"`{command}` ended with code {code}{_quoted(lines)}", step.stage)
        if re.search(pattern, "\n".join(lines)) is None:
            what = f"`{command}` did not say {pattern!r}{_quoted(lines)}"
            raise RigFault(kind, what, step.stage)

    def _run(self, state: State, step: Step, command: str) -> tuple[list[str], int]:
        shell = self._strategy.uboot if state is State.BOOTLOADER else self._strategy.shell
        where = f"running `{command}`"
        with self._strategy.line.patience(step.timeout + MARGIN, where, KINDS[step.stage]):
            lines, _, code = shell.run(command, timeout=step.timeout)
        return lines, code

    def _send(self, command: str, step: Step, until: str = "") -> None:
        """Give a command; await its echo, or what it says when it has come so far."""
        where = f"sending `{command}`"
        pattern = until or re.escape(command.split(maxsplit=1)[0])
        with self._strategy.line.patience(step.timeout + MARGIN, where, KINDS[step.stage]):
            self._strategy.console.sendline(command)
            self._strategy.console.expect(pattern, timeout=step.timeout)

    def _blame_the_silent(self, fault: RigFault) -> None:
        """A command that did not end: is it stuck, or the whole board?"""
        if bootloader_lives(self._strategy):
            return
        what = "the board does not answer any more, not even to Ctrl-C"
        raise RigFault("board-silent", what, fault.where) from fault


def _quoted(lines: list[str]) -> str:
    """The end of a command's output, below a sentence."""
    last = [line for line in lines if line.strip()][-QUOTED_LINES:]
    return "".join([":\n", *(f"    {line}\n" for line in last)])
