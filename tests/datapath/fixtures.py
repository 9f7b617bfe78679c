# SPDX-License-Identifier: GPL-2.0-or-later
"""pytest fixtures for tests of the data path."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.testbed.lender import Lender

from . import world
from .frames import L2TP_SESSION, PPPOE_SESSION


@pytest.fixture(scope="module")
def guest(booted_uml: Lender) -> Iterator[world.Guest]:
    """A guest with nothing in it but the object and the test runner."""
    yield world.install(booted_uml.lend())
    booted_uml.take_back()


@contextmanager
def _running(guest: world.Guest, *options: str, obj: str = "") -> Iterator[world.Testrun]:
    """A test runner in a namespace of its own."""
    with world.World(guest) as namespace:
        namespace.add_pair()
        with namespace.testrun("wan0", *options, obj=obj) as run:
            yield run


@contextmanager
def _in_session(run: world.Testrun, command: str) -> Iterator[world.Testrun]:
    run.say(command)
    yield run
    run.say("close")


@pytest.fixture(scope="module")
def _loaded(guest: world.Guest) -> Iterator[world.Testrun]:
    with _running(guest) as run:
        yield run


@pytest.fixture
def pppoe_run(_loaded: world.Testrun) -> Iterator[world.Testrun]:
    """A test runner with a PPPoE session in mode HOLD."""
    with _in_session(_loaded, PPPOE_SESSION) as run:
        yield run


@pytest.fixture
def l2tp_run(_loaded: world.Testrun) -> Iterator[world.Testrun]:
    """A test runner with an L2TP session in mode HOLD."""
    with _in_session(_loaded, L2TP_SESSION) as run:
        yield run


@pytest.fixture
def bare_run(_loaded: world.Testrun) -> world.Testrun:
    """A test runner without a session."""
    return _loaded


@pytest.fixture(scope="module")
def _decoys(guest: world.Guest) -> Iterator[world.Testrun]:
    with _running(guest, "decoy", obj=guest.decoy) as run:
        yield run


@pytest.fixture
def decoy_run(_decoys: world.Testrun) -> Iterator[world.Testrun]:
    """A test runner of the programs of mode decoy, with a PPPoE session in mode HOLD."""
    with _in_session(_decoys, PPPOE_SESSION) as run:
        yield run


@pytest.fixture
def decoy_l2tp_run(_decoys: world.Testrun) -> Iterator[world.Testrun]:
    """The same with an L2TP session."""
    with _in_session(_decoys, L2TP_SESSION) as run:
        yield run


@pytest.fixture
def wire(guest: world.Guest) -> Iterator[world.World]:
    """A namespace of its own with the veth pair wan0, wan1."""
    with world.World(guest) as namespace:
        namespace.add_pair()
        yield namespace
