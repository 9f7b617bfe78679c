# SPDX-License-Identifier: GPL-2.0-or-later
"""pytest fixtures for tests of the data path."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from . import world
from .frames import L2TP_SESSION, PEER_TEXT, SESSION


@pytest.fixture(scope="session")
def built() -> None:
    """The object and the test runner, built; a loud skip where the kernel is out of reach."""
    world.build()
    reason = world.forbidden()
    if reason:
        pytest.skip(f"DATA PATH NOT TESTED: {reason}")


@pytest.fixture(scope="session")
def _pair(built: None) -> Iterator[world.World]:
    with world.World() as namespace:
        namespace.add_pair()
        yield namespace


@pytest.fixture(scope="session")
def _loaded(_pair: world.World) -> Iterator[world.Testrun]:
    with _pair.testrun() as run:
        yield run


@pytest.fixture
def pppoe_run(_loaded: world.Testrun) -> Iterator[world.Testrun]:
    """A test runner with a PPPoE session in mode HOLD."""
    _loaded.say(f"pppoe {SESSION} {PEER_TEXT}")
    yield _loaded
    _loaded.say("close")


@pytest.fixture
def l2tp_run(_loaded: world.Testrun) -> Iterator[world.Testrun]:
    """A test runner with an L2TP session in mode HOLD."""
    _loaded.say(L2TP_SESSION)
    yield _loaded
    _loaded.say("close")


@pytest.fixture
def bare_run(_loaded: world.Testrun) -> world.Testrun:
    """A test runner without a session."""
    return _loaded


@pytest.fixture
def wire(built: None) -> Iterator[world.World]:
    """A namespace of its own with the veth pair wan0, wan1."""
    with world.World() as namespace:
        namespace.add_pair()
        yield namespace
