# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures: booted machines, shared by all tests of a run, clean for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import configuration

from .testbed.machine import Machine
from .testbed.qemu import Qemu
from .testbed.uml import Uml

pytest_plugins = ("tests.support.no_skips",)
configuration.set_hypothesis_home_dir(Path(__file__).parents[1] / "build/hypothesis")

RUNS = Path(__file__).resolve().parents[1] / "build/testbed"
"""What the machines leave: boot logs, daemons' logs, captures. Each run replaces the last's."""


def _workdir(name: str) -> Path:
    shutil.rmtree(RUNS / name, ignore_errors=True)
    (RUNS / name).mkdir(parents=True)
    return RUNS / name


@pytest.fixture(scope="session")
def booted_uml() -> Iterator[Machine]:
    with Uml(workdir=_workdir("uml")) as machine:
        yield machine


@pytest.fixture(scope="session")
def booted_qemu_amd64() -> Iterator[Machine]:
    with Qemu("amd64", workdir=_workdir("qemu-amd64")) as machine:
        yield machine


@pytest.fixture(scope="session")
def booted_qemu_arm64() -> Iterator[Machine]:
    with Qemu("arm64", workdir=_workdir("qemu-arm64")) as machine:
        yield machine


@pytest.fixture
def uml(booted_uml: Machine) -> Iterator[Machine]:
    """User-Mode Linux with nothing in it: no process, no namespace."""
    booted_uml.reset()
    yield booted_uml
    booted_uml.reset()


@pytest.fixture
def qemu_amd64(booted_qemu_amd64: Machine) -> Iterator[Machine]:
    """An emulated PC, as clean."""
    booted_qemu_amd64.reset()
    yield booted_qemu_amd64
    booted_qemu_amd64.reset()


@pytest.fixture
def qemu_arm64(booted_qemu_arm64: Machine) -> Iterator[Machine]:
    """An emulated arm64 board, as clean."""
    booted_qemu_arm64.reset()
    yield booted_qemu_arm64
    booted_qemu_arm64.reset()
