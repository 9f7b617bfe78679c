# SPDX-License-Identifier: GPL-2.0-or-later
"""The agent's real processes, killed before every call that changes a file, or refused one.

strace kills the process (`signal=KILL`), or has a call fail, the N-th time that it is made, for
every N. After a kill the router restarts, or procd starts the keeper again; after either, the line
works and all files are wholly old or wholly new.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.apply.world import FIREWALL, NETWORK, Answer, World
from tests.apply.world import settings as wanted
from tests.support.agent import Interpreter
from tests.testbed import images

CHANGES = ("write", "rename", "unlink", "mkdir", "fsync", "fchmod")
KILLED = -9
MOST = 300  # calls of one process; more than there are
ON = json.dumps(wanted())
OFF = json.dumps(wanted(enabled=False))


def strace(*options: str) -> tuple[str, ...]:
    """strace of the test image, as tests.support.agent starts MicroPython."""
    root = images.guest_root()
    libraries = str(root / "usr/lib/x86_64-linux-gnu")
    loader = str(root / "usr/lib64/ld-linux-x86-64.so.2")
    program = str(root / "usr/bin/strace")
    return (loader, "--library-path", libraries, program, "-qq", "-o", "/dev/null", *options)


def kill_at(call: str, number: int) -> tuple[str, ...]:
    """Have a program killed before it makes a call the N-th time."""
    return strace("-e", f"inject={call}:signal=KILL:when={number}")


class Flash:
    """A router's folder, to be gone back to."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.copy = world.root.with_name("copy")
        shutil.copytree(world.root, self.copy)

    def restore(self) -> None:
        """Have all as it was; a trial begins now."""
        for name in ("etc", "var"):
            shutil.rmtree(self.world.root / name)
            shutil.copytree(self.copy / name, self.world.root / name)
        shutil.copy(self.copy / "boot_id", self.world.root)
        journal = self.world.root / "etc/shroud/journal.json"
        if journal.exists():
            began = {"started": int(time.clock_gettime(time.CLOCK_BOOTTIME))}
            journal.write_text(json.dumps(json.loads(journal.read_text()) | began))


def cases(world: World, part: str, *words: str) -> Iterator[Answer]:
    """Run a part of the agent from here on, killed at each of its changes, and once not killed."""
    flash = Flash(world)
    for call in CHANGES:
        for number in range(1, MOST):
            flash.restore()
            done = world.call(part, *words, wrap=kill_at(call, number))
            if done.code != KILLED:
                break
            yield done
    yield done


def shape(world: World) -> str:
    """Whether all files say off, or all say on; fails if they disagree."""
    options = (world.root / "etc/shroud/lines/wan.options").exists()
    enabled = b"enabled '1'" in world.read("shroud")
    if world.read("network") == NETWORK:
        assert world.read("firewall") == FIREWALL
        assert not options
        assert not enabled
        return "off"
    assert b"file /etc/shroud/lines/wan.options'" in world.read("network")
    assert b"flow_offloading_hw '0'" in world.read("firewall")
    assert options
    assert enabled
    return "on"


def assert_settled(world: World) -> str:
    """Nothing is under way, the line is what the files say; return which."""
    assert not list((world.root / "etc/shroud").glob("[jr]*"))
    became = shape(world)
    assert world.line() == {"on": "shrouded", "off": "plain"}[became]
    return became


def restart(world: World) -> None:
    """The power was cut: boot, and have netifd dial what the files say."""
    world.restart()
    assert world.call("boot").value is None
    assert world.call("look", "wan").value["up"]


def respawn(world: World) -> None:
    """procd starts the keeper again."""
    assert world.call("keep").value is None


@pytest.fixture
def world(tmp_path: Path, micropython: Interpreter) -> World:
    made = World(tmp_path / "root", micropython)
    assert made.call("boot").value is None
    assert made.call("look", "wan").value["up"]
    return made


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("before", "new"), [("off", ON), ("on", OFF)])
def test_keeper_power_cut(world: World, before: str, new: str) -> None:
    if before == "on":
        world.apply()
    assert world.call("start", new).value["line"] == "wan"
    ends = []
    for _ in cases(world, "keep"):
        journal = (world.root / "etc/shroud/journal.json").exists()
        restart(world)
        ends.append(assert_settled(world))
        assert (ends[-1] == before) == journal
    assert ends.count(before) > 30
    assert ends[-1] != before


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_keeper_killed(world: World) -> None:
    assert world.call("start", ON).value["line"] == "wan"
    count = 0
    for _ in cases(world, "keep"):
        respawn(world)
        assert assert_settled(world) == "on"
        count += 1
    assert count > 30


@pytest.mark.parametrize("after", [restart, respawn])
def test_start_killed(world: World, after: Callable[[World], None]) -> None:
    ends = set()
    for _ in cases(world, "start", ON):
        begun = (world.root / "etc/shroud/journal.json").exists()
        after(world)
        ends.add((begun, assert_settled(world)))
    done = "off" if after is restart else "on"
    assert ends == {(False, "off"), (True, done)}


def test_boot_killed(world: World) -> None:
    assert world.call("start", ON).value["line"] == "wan"
    assert world.call("keep", wrap=kill_at("rename", 8)).code == KILLED
    world.restart()
    count = 0
    for _ in cases(world, "boot"):
        restart(world)
        assert assert_settled(world) == "off"
        count += 1
    assert count > 8


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        ("write", "ENOSPC", "No space left on device"),
        ("rename", "EROFS", "Read-only file system"),
        ("fsync", "EIO", "Input/output error"),
    ],
)
def test_failing_call(world: World, call: str, error: str, said: str) -> None:
    """One call fails: the line works, and all is settled when the keeper comes again."""
    assert world.call("start", ON).value["line"] == "wan"
    flash = Flash(world)
    told = set()
    for number in range(1, MOST):
        flash.restore()
        wrap = strace("-e", f"inject={call}:error={error}:when={number}")
        done = world.call("keep", wrap=wrap)
        assert world.line() in ("shrouded", "plain")
        if done.code == 0 and assert_settled(world) == "on":
            break
        told.add(said in done.text or said in world.call("last").text)
        respawn(world)
        assert_settled(world)
    assert number > 5
    assert told == {True}
