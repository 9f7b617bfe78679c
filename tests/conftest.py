# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures: booted machines, shared by all tests of a run, clean for each test."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import configuration, settings

from . import shrouded
from .apply.world import World
from .support import agent, fuzz
from .testbed import images
from .testbed.lender import Lender
from .testbed.machine import Machine
from .testbed.qemu import Qemu
from .testbed.uml import Uml

pytest_plugins = ("tests.support.no_skips", "tests.support.sharing")
settings.register_profile(
    "project",
    max_examples=int(os.environ.get(fuzz.EXAMPLES, "100")),
    deadline=None,  # a loaded machine may stop one example for longer than any
)
settings.load_profile("project")
configuration.set_hypothesis_home_dir(Path(__file__).parents[1] / "build/hypothesis")

RUNS = Path(__file__).resolve().parents[1] / "build/testbed"
"""What the machines leave: boot logs, daemons' logs, captures, in a folder NAME-PID for each
run. A run removes what earlier ones left."""

IMAGES: dict[str, Callable[[], object]] = {
    "booted_uml": images.guest_root,
    "booted_qemu_amd64": lambda: images.qemu_image("amd64"),
    "booted_qemu_arm64": lambda: images.qemu_image("arm64"),
    "micropython": images.guest_root,
}
"""What makes the image that a fixture boots, or has its interpreter from."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark the tests that boot a machine."""
    if any(name.startswith("booted_") for name in _images(item)):
        item.add_marker("testbed")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Build the images before the first test, whose time limit must not count that."""
    if session.config.option.collectonly:
        return
    wanted = sorted(set().union(*map(_images, session.items)))
    capture = session.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled(), ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda name: IMAGES[name](), wanted))


def _images(item: pytest.Item) -> set[str]:
    """The fixtures of a test that need an image."""
    return IMAGES.keys() & set(getattr(item, "fixturenames", ()))


def _workdir(name: str) -> Path:
    for old in RUNS.glob(f"{name}-*"):
        if not Path("/proc", old.name.rpartition("-")[2]).exists():
            shutil.rmtree(old, ignore_errors=True)
    RUNS.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=f"{name}-", suffix=f"-{os.getpid()}", dir=RUNS))


@pytest.fixture(scope="session")
def micropython() -> agent.Interpreter:
    """What runs the agent on a router."""
    return agent.micropython()


@pytest.fixture(params=["cpython", "micropython"])
def interpreter(
    request: pytest.FixtureRequest, micropython: agent.Interpreter
) -> agent.Interpreter:
    """One after the other, both interpreters that the agent must run under."""
    return micropython if request.param == "micropython" else agent.cpython()


@pytest.fixture(scope="session")
def booted_uml() -> Iterator[Lender]:
    with Lender(lambda: Uml(workdir=_workdir("uml"))) as lender:
        yield lender


@pytest.fixture(scope="session")
def booted_qemu_amd64() -> Iterator[Lender]:
    with Lender(lambda: Qemu("amd64", workdir=_workdir("qemu-amd64"))) as lender:
        yield lender


@pytest.fixture(scope="session")
def booted_qemu_arm64() -> Iterator[Lender]:
    with Lender(lambda: Qemu("arm64", workdir=_workdir("qemu-arm64"))) as lender:
        yield lender


@pytest.fixture
def uml(booted_uml: Lender) -> Iterator[Machine]:
    """User-Mode Linux with nothing in it: no process, no namespace."""
    yield booted_uml.lend()
    booted_uml.take_back()


@pytest.fixture
def qemu_amd64(booted_qemu_amd64: Lender) -> Iterator[Machine]:
    """An emulated PC, as clean."""
    yield booted_qemu_amd64.lend()
    booted_qemu_amd64.take_back()


@pytest.fixture
def qemu_arm64(booted_qemu_arm64: Lender) -> Iterator[Machine]:
    """An emulated arm64 board, as clean."""
    yield booted_qemu_arm64.lend()
    booted_qemu_arm64.take_back()


@pytest.fixture
def carrier_watched(uml: Machine) -> Iterator[Machine]:
    """For all tests of a module: no session of theirs that gets keys leaves anything in clear."""
    with shrouded.watched():
        yield uml


@pytest.fixture
def world(tmp_path: Path, interpreter: agent.Interpreter) -> World:
    """A router in a folder that has just been started, for the agent under either interpreter."""
    made = World(tmp_path / "root", interpreter)
    assert made.call("boot").value is None
    return made
