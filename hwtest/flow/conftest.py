# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures of the flow: one lab, one line and one run for all steps."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from hwtest.lab.host import Host
from hwtest.lab.lab import Lab, set_up
from hwtest.lab.traffic import DIRECTIONS, Load
from hwtest.report.results import Report
from tests.testbed.machine import Machine
from tests.testbed.uml import Uml

from .line import Line
from .modes import MODES, Mode, entered
from .plan import Plan
from .rig import Rig
from .run import Run

SO_SNDBUFFORCE = 32
"""From Linux's asm-generic/socket.h; Python does not have it."""
QUEUE = 4 << 20
"""Octets that wait for a virtual board, as in the queue of a network device."""
COMPARED = ("wireguard",)
UDP_SIZES = (64, 512, 1400)
"""Octets of payload."""
SECRET = "whom-we-talk-to.example"  # noqa: S105
"""A name that the LAN host asks for, and that the carrier must not read."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A step that takes a mode is done in each mode of the plan, one mode after the other; one that
    takes a load, with each; a gate, for each mode that shrouds."""
    plan, names = _plan(metafunc.config), metafunc.fixturenames
    if "mode" in names:
        metafunc.parametrize("mode", plan.modes, indirect=True, scope="module")
    if "load" in names:
        metafunc.parametrize("load", loads(plan), ids=str)
    if "shrouded" in names:
        metafunc.parametrize("shrouded", [name for name in plan.modes if MODES[name].shroud])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is there for comparison only gets plain TCP; a backup is made where one is wanted."""
    keep = _plan(config).keep_config
    wanted = [item for item in items if keep or item.name != "test_backup"]
    items[:] = [item for item in wanted if not _spared(getattr(item, "callspec", None))]


def _plan(config: pytest.Config) -> Plan:
    plugin = config.pluginmanager.get_plugin("rig")
    assert plugin is not None, "the flow is run by `python -m hwtest`"
    return Plan.read(plugin.target.flow)


def _spared(call: Any) -> bool:
    load = call.params.get("load") if call else None
    if load is None or call.params["mode"] not in COMPARED:
        return False
    return bool(load.protocol != "tcp" or load.flows > 1)


def loads(plan: Plan) -> list[Load]:
    """The kinds of traffic that each mode gets."""
    tcp = [Load(direction) for direction in DIRECTIONS]
    many = [Load(direction, flows=plan.flows) for direction in ("up", "down")]
    udp = [
        Load(direction, size, megabits=plan.udp_megabits)
        for size in UDP_SIZES
        for direction in ("up", "down")
    ]
    return tcp + many + udp


@pytest.fixture(scope="session")
def plan(rig: Rig) -> Plan:
    read = Plan.read(rig.target.flow)
    return replace(read, soak_minutes=rig.soak_minutes) if rig.soak_minutes is not None else read


@pytest.fixture(scope="session")
def machine(rig: Rig, plan: Plan) -> Iterator[tuple[Machine, str, str]]:
    """What the lab is laid in, and its devices towards the board's WAN and LAN."""
    folder = rig.folder / "lab"
    virtual = rig.board.virtual
    found: tuple[Machine, str, str]
    if virtual:
        for wire in (virtual.wan, virtual.lan):
            wire.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, QUEUE)
        found = Uml(workdir=folder, nics=[virtual.wan, virtual.lan]), "vec0", "vec1"
    else:
        found = Host(workdir=folder), plan.rig_wan, plan.rig_lan
    guest, *ports = found
    with set_up("start"):
        guest.__enter__()
    try:
        if isinstance(guest, Host):
            guest.demand(*ports)
        yield found
    finally:
        guest.__exit__(None, None, None)


@pytest.fixture(scope="session")
def lab(machine: tuple[Machine, str, str]) -> Lab:
    made = Lab(*machine)
    made.lay([SECRET])
    made.serve()
    return made


@pytest.fixture(scope="session")
def run(rig: Rig, plan: Plan, lab: Lab, report: Report) -> Run:
    network = rig.target.options.network
    line = Line(rig.board, network.network, network.wan_device)
    report.versions |= lab.versions()
    return Run(rig.board, lab, line, plan, report, rig.packages)


@pytest.fixture(scope="module")
def mode(run: Run, request: pytest.FixtureRequest) -> Iterator[Mode]:
    """The line is up in this mode."""
    chosen = MODES[request.param]
    run.event(f"mode {chosen.name}")
    with entered(chosen, run.line, run.lab):
        yield chosen
