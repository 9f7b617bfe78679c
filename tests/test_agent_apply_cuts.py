# SPDX-License-Identifier: GPL-2.0-or-later
"""Power cut after every operation on a file of every kind of change, and again while booting.

The agent runs in this process, with its calls into the C library recorded; each state that the
flash can be in is laid out, looked at, and booted.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from shroud import files, host, journal, keeper, paths, settings, system, trial
from shroud.settings import Settings
from tests.apply import fakes
from tests.apply.disk import Disk, States, Tree, lay
from tests.apply.world import KEY, OTHER_KEY, SHROUD, World
from tests.support.agent import cpython

ON = Settings("wan", enabled=True)
OFF = Settings("wan")
CHANGED = Settings("wan", enabled=True, policy="require", peer_keys=(KEY,), rekey_interval=600)
WRONG = Settings("wan", enabled=True, policy="require", peer_keys=(OTHER_KEY,))
SECOND = Settings("wan2", enabled=True)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made = World(tmp_path / "root", cpython())
    enter(made.root, monkeypatch)
    monkeypatch.setattr(journal, "TRIAL_TIME", journal.TRIAL_TIME)  # so that it is put back
    system.boot()
    yield made
    paths.set_root("")


def enter(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the agent in this process, and the small programs, work in this root."""
    paths.set_root(str(root))
    monkeypatch.setattr(host, "boot_id", (root / "boot_id").read_text)
    monkeypatch.setattr(fakes, "ROOT", str(root))
    monkeypatch.setenv("FAKE_ROOT", str(root))
    monkeypatch.setenv("PATH", f"{root}/bin:/usr/bin:/bin")


def try_out(new: Settings) -> None:
    """A whole trial; one that does not work waits for two seconds."""
    trial.start(new.name, new.to_json())
    begun = journal.load()
    assert begun
    journal.TRIAL_TIME = begun.age() + 2
    keeper.keep()


def switch_on_by_hand() -> None:
    """What `uci set` and `uci commit` do."""
    files.replace(paths.SHROUD, SHROUD.replace(b"enabled '0'", b"enabled '1'"), None)


def commit_and_reload() -> None:
    trial.reload()
    keeper.keep()


def garbage_in_journal() -> None:
    """Somebody, or a flash that wears out, damages the journal of a shrouded line."""
    try_out(ON)
    files.replace(paths.JOURNAL, b"\0garbage")


def nothing() -> None:
    """For a scenario that begins with the router's first files."""


@dataclass
class Scenario:
    """What was done before, what the power is cut in, and how a boot may leave the router then.

    ends: names of these: start (the router's first files), old (after `before`), new (after
    `change`).
    """

    before: Callable[[], object]
    change: Callable[[], object]
    ends: tuple[str, ...] = ("old", "new")
    works: bool = True  # the settings that are tried do


SCENARIOS = {
    "on": Scenario(nothing, lambda: try_out(ON)),
    "off": Scenario(lambda: try_out(ON), lambda: try_out(OFF)),
    "change": Scenario(lambda: try_out(ON), lambda: try_out(CHANGED)),
    "second-line": Scenario(lambda: try_out(ON), lambda: try_out(SECOND)),
    "wrong-key": Scenario(nothing, lambda: try_out(WRONG), ("old",), works=False),
    "wrong-key-again": Scenario(lambda: try_out(ON), lambda: try_out(WRONG), ("old",), works=False),
    "uci-commit": Scenario(switch_on_by_hand, commit_and_reload, ("start", "new")),
    # What was committed before a boot is not tried, but installed.
    "first-boot": Scenario(switch_on_by_hand, system.boot, ("new",)),
    "garbage-in-journal": Scenario(garbage_in_journal, system.boot, ("old",), works=False),
    # If the agent is still there at the next boot, the settings that it leaves hold again.
    "remove-package": Scenario(lambda: try_out(ON), system.stop, ("old",)),
}


def essence(root: Path) -> dict[str, object]:
    """What of a router's flash makes its lines: wholly old or wholly new is judged by this."""
    lines, _, problems = settings.load()
    assert not problems
    shown: dict[str, object] = {
        name: line.to_json() for name, line in lines.items() if line != Settings(name)
    }
    for name in ("network", "firewall"):
        shown[name] = (root / "etc/config" / name).read_bytes()
    for path in (root / "etc/shroud/lines").glob("*"):
        shown[path.name] = path.read_bytes()
    return shown


def assert_lines_work() -> None:
    """pppd would bring up every line with the files as they are."""
    for name, options in fakes.interfaces().items():
        became = fakes.dial(options)
        assert became in ("shrouded", "plain"), f"{name}: {became} with {options}"


def assert_clean(root: Path) -> None:
    """No journal, no reserve, nothing temporary is left on the flash."""
    left = [str(path) for path in (root / "etc").rglob("*")]
    assert not [path for path in left if path.endswith(("journal.json", "reserve"))]
    assert not [path for path in left if "/." in path]


def restore(root: Path, tree: Tree) -> None:
    """The router after a power cut that left this on the flash."""
    shutil.rmtree(root / "etc")
    shutil.rmtree(root / "var/run")
    (root / "var/run").mkdir()
    lay(tree, root)
    (root / "boot_id").write_text("another")


def assert_nothing_offloaded(root: Path) -> None:
    """A line that is switched on has no hardware offload beside it."""
    if any("options" in options for options in fakes.interfaces().values()):
        assert b"flow_offloading_hw '0'" in (root / "etc/config/firewall").read_bytes()


def explore(root: Path, states: States, ends: list[dict[str, object]], works: bool) -> Disk:
    """Boot from each state, and see it end in one of `ends`; return the states of those boots.

    works: the lines have to work in each state itself, as if the agent were not there any more.
    """
    within = Disk()
    for state, label in states.items():
        restore(root, dict(state))
        assert_nothing_offloaded(root)
        if works:
            assert_lines_work()
        disk = Disk()
        with disk:
            system.boot()
        within.states.update({key: f"{label} / {at}" for key, at in disk.states.items()})
        found = essence(root)
        assert found in ends, f"cut after {label}: {found}"
        assert_lines_work()
        assert_clean(root)
    return within


@pytest.mark.parametrize("name", SCENARIOS)
def test_cut(name: str, world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    scenario = SCENARIOS[name]
    known = {"start": essence(world.root)}
    scenario.before()
    known["old"] = essence(world.root)
    with Disk() as disk:
        scenario.change()
    known["new"] = essence(world.root)
    assert (known["old"] != known["new"]) == scenario.works
    scratch = tmp_path / "scratch"
    shutil.copytree(world.root, scratch)
    enter(scratch, monkeypatch)
    # From here on nothing needs a program; looking for one would only take time.
    monkeypatch.setenv("PATH", "/nonexistent")
    ends = [known[end] for end in scenario.ends]
    # Uncut, the change is for good.
    system.boot()
    assert essence(scratch) == ends[-1]
    again = explore(scratch, disk.states, ends, scenario.works)
    twice = {state: at for state, at in again.states.items() if state not in disk.states}
    print(f"{len(disk.operations)} operations, {len(disk.states)} and {len(twice)} states")
    explore(scratch, twice, ends, scenario.works)
