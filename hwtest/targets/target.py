# SPDX-License-Identifier: GPL-2.0-or-later
"""A board as its YAML describes it: labgrid's environment, and `options: pppshroud:` for what
labgrid does not know. docs/rig.md is the guide to writing one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from labgrid.config import Config
from labgrid.exceptions import InvalidConfigError, NoConfigFoundError

from hwtest.targets.decode import DecodeError, decode

FOLDER = Path(__file__).parent
SECTION = "pppshroud"


class TargetError(Exception):
    """There is no such board, or its YAML is wrong: says which file, which field and why."""


class State(StrEnum):
    """What a board can be in."""

    OFF = "off"
    BOOTLOADER = "bootloader"  # at U-Boot's prompt
    RECOVERY = "recovery"  # logged in to a system that runs from memory
    SHELL = "shell"  # logged in to the system on its disk


class Stage(StrEnum):
    """What a step of a recipe is for; decides who is blamed if it fails."""

    NETWORK = "network"
    LOAD = "load"
    CHECK = "check"
    WRITE = "write"
    BOOT = "boot"


@dataclass(frozen=True)
class Step:
    """One command on the console.

    run: the command; @file@, @size@, @crc32@ (of the image, both in hexadecimal) and @server@
        are filled in.
    expect: a regular expression that its output must have, with the same placeholders.
    timeout: seconds.
    reboots: the command does not come back: the board starts a system, within `timeout`.
    under_way: a regular expression over what the last command that writes says when it has begun; a
        cut of power waits for it. If empty, for the command's echo.
    """

    stage: Stage
    run: str
    expect: str = ""
    timeout: float = 30.0
    reboots: bool = False
    under_way: str = ""


@dataclass(frozen=True)
class Recipe:
    """Commands to be given in one state of the board.

    image: which of the environment's `images` is meant, if the caller does not say.
    """

    state: State
    steps: tuple[Step, ...]
    image: str = ""


@dataclass(frozen=True)
class Question:
    """A shell command, and a regular expression that its output must have."""

    run: str
    expect: str = ""


@dataclass(frozen=True)
class Image:
    """What a running image says of itself: a regular expression over `version`'s output."""

    expect: str = ""


@dataclass(frozen=True)
class Network:
    """Devices of the board as its system names them; `network` is UCI's section of the line."""

    wan_device: str
    lan_device: str
    network: str = "wan"
    rig_device: str = ""


@dataclass(frozen=True)
class Throughput:
    """What the board has to reach in mode head, and who says so."""

    source: str
    megabits: float | None = None
    max_instructions: float | None = None
    max_ratio_to_pppoe: float | None = None


@dataclass(frozen=True)
class Options:
    """The section `pppshroud`.

    architecture: OpenWrt's name of the packages' architecture.
    server: the rig's address as the board reaches it.
    fetch: shell command that gets @file@ from the rig and stores it as @path@.
    ready: shell command that ends with 0 when the services have started; if empty, nobody waits.
    flow: what the flow does on this board; hwtest.flow reads it.
    """

    board: str
    soc: str
    architecture: str
    network: Network
    throughput: Throughput
    identity: Question
    version: Question
    recipes: dict[str, Recipe]
    images: dict[str, Image] = field(default_factory=dict)
    virtual: bool = False
    server: str = ""
    fetch: str = ""
    ready: str = ""
    flow: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Target:
    """A board: `name` of its YAML, `path` of it, labgrid's `features`, file names of `images`."""

    name: str
    path: Path
    options: Options
    features: frozenset[str]
    images: dict[str, str]

    @property
    def flow(self) -> dict[str, object]:
        """What the flow does on this board, as the YAML has it."""
        return self.options.flow


def names() -> list[str]:
    """The boards that there are YAMLs of, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load(name: str) -> Target:
    """Read a board's YAML. `name` is one of names(), or the path of a file. Raises TargetError."""
    path = Path(name) if name.endswith(".yaml") else FOLDER / f"{name}.yaml"
    if not path.is_file():
        raise TargetError(f"there is no target {name!r}; there are {', '.join(names())}")
    try:
        return _parse(path, Config(str(path)).data)
    except (DecodeError, InvalidConfigError, NoConfigFoundError) as error:
        raise TargetError(f"{path}: {error}") from error


def _parse(path: Path, data: Any) -> Target:
    environment = decode(dict[str, object], data, "the file")
    options = decode(dict[str, object], environment.get("options"), "options")
    section = decode(Options, options.get(SECTION), f"options.{SECTION}")
    main = decode(dict[str, dict[str, object]], environment.get("targets"), "targets").get("main")
    if main is None:
        raise DecodeError("targets: field 'main' is missing")
    images = decode(dict[str, str], environment.get("images", {}), "images")
    _check_recipes(section, images)
    features = decode(tuple[str, ...], main.get("features", []), "targets.main.features")
    return Target(path.stem, path, section, frozenset(features), images)


def _check_recipes(options: Options, images: dict[str, str]) -> None:
    where = f"options.{SECTION}"
    for name, recipe in options.recipes.items():
        place = f"{where}.recipes.{name}"
        if recipe.image and recipe.image not in images:
            raise DecodeError(f"{place}.image is {recipe.image!r}, which `images` does not have")
        if any(step.reboots for step in recipe.steps[:-1]):
            raise DecodeError(f"{place}: only the last step can have `reboots`")
        for i, step in enumerate(recipe.steps):
            _check_pattern(step.expect, f"{place}.steps[{i}].expect")
            _check_pattern(step.under_way, f"{place}.steps[{i}].under_way")
    if "flash" not in options.recipes:
        raise DecodeError(f"{where}.recipes: recipe 'flash' is missing")
    _check_pattern(options.identity.expect, f"{where}.identity.expect")
    for name, image in options.images.items():
        if name not in images:
            raise DecodeError(f"{where}.images: {name!r} is none of the environment's `images`")
        _check_pattern(image.expect, f"{where}.images.{name}.expect")


def _check_pattern(pattern: str, where: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise DecodeError(f"{where}: {pattern!r} is no regular expression: {error}") from error
