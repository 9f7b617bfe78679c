# SPDX-License-Identifier: GPL-2.0-or-later
"""pytest fixtures for tests of the data path."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.testbed.lender import Lender

from . import world
from .frames import L2TP_SESSION, PPPOE_SESSION
from .kept import Guests, Kept


@pytest.fixture(scope="module")
def guests(booted_uml: Lender) -> Iterator[Guests]:
    """A guest for all tests of a file, another one when it is lost."""
    yield Guests(booted_uml)
    booted_uml.take_back()


@pytest.fixture
def guest(guests: Guests) -> world.Guest:
    """A guest with nothing in it but the object and the test runner."""
    return guests.present()


@contextmanager
def _in_session(run: world.Testrun, command: str) -> Iterator[world.Testrun]:
    run.say(command)
    yield run
    run.say("close")


@pytest.fixture(scope="module")
def _loaded(guests: Guests) -> Iterator[Kept[world.Testrun]]:
    with Kept(world.running) as kept:
        yield kept


@pytest.fixture
def bare_run(_loaded: Kept[world.Testrun], guest: world.Guest) -> world.Testrun:
    """A test runner without a session."""
    return _loaded.on(guest)


@pytest.fixture
def pppoe_run(bare_run: world.Testrun) -> Iterator[world.Testrun]:
    """A test runner with a PPPoE session in mode HOLD."""
    with _in_session(bare_run, PPPOE_SESSION) as run:
        yield run


@pytest.fixture
def l2tp_run(bare_run: world.Testrun) -> Iterator[world.Testrun]:
    """A test runner with an L2TP session in mode HOLD."""
    with _in_session(bare_run, L2TP_SESSION) as run:
        yield run


@pytest.fixture(scope="module")
def _decoys(guests: Guests) -> Iterator[Kept[world.Testrun]]:
    with Kept(world.running_decoy) as kept:
        yield kept


@pytest.fixture
def bare_decoy_run(_decoys: Kept[world.Testrun], guest: world.Guest) -> world.Testrun:
    """A test runner of the programs of mode decoy without a session."""
    return _decoys.on(guest)


@pytest.fixture
def decoy_run(bare_decoy_run: world.Testrun) -> Iterator[world.Testrun]:
    """A test runner of the programs of mode decoy, with a PPPoE session in mode HOLD."""
    with _in_session(bare_decoy_run, PPPOE_SESSION) as run:
        yield run


@pytest.fixture
def decoy_l2tp_run(bare_decoy_run: world.Testrun) -> Iterator[world.Testrun]:
    """The same with an L2TP session."""
    with _in_session(bare_decoy_run, L2TP_SESSION) as run:
        yield run


@pytest.fixture
def wire(guest: world.Guest) -> Iterator[world.World]:
    """A namespace of its own with the veth pair wan0, wan1."""
    with world.World(guest) as namespace:
        namespace.add_pair()
        yield namespace
