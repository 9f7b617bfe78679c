# SPDX-License-Identifier: GPL-2.0-or-later
"""One run of the flow on one board: everything between the command line and pytest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from hwtest.board.board import Board
from hwtest.flow.plan import Plan
from hwtest.flow.rig import Rig
from hwtest.report import collect, results
from hwtest.report.results import Outcome, Report
from hwtest.targets.target import Target

FLOW = Path(__file__).parent / "flow"
STEP_MINUTES = 25.0  # that a step may take, besides soaking: writing NOR flash is slow
EXIT_CODES = {Outcome.PASSED: 0, Outcome.PRODUCT_FAULT: 1, Outcome.RIG_FAULT: 2}


@dataclass(frozen=True)
class Order:
    """What is to be run.

    images, packages: folders with the files that the target's YAML names, and of what is to be
    installed. output: folder of all artefacts. soak_minutes: None for what the target says.
    """

    target: Target
    images: Path
    packages: Path
    output: Path
    soak_minutes: float | None = None


def plugin(order: Order) -> ModuleType:
    """The pytest plugin "rig": gives the flow its target, and the fixture `rig`, a board that has
    no power any more when the run ends. The fixture raises RigFault."""

    @pytest.fixture(scope="session")
    def rig() -> Iterator[Rig]:
        with Board(order.target, order.output, order.images) as board:
            yield Rig(order.target, board, order.output, order.packages, order.soak_minutes)

    made = ModuleType("rig")  # pytest takes a plugin's name from its module, and fixtures too
    vars(made).update(target=order.target, rig=rig)
    return made


def run(order: Order) -> int:
    """Run the flow; leave report.json, report.html, junit.xml and console.log in `output`.

    Return 0 if all passed, 1 for a fault of the product, 2 for one of the rig.
    """
    order.output.mkdir(parents=True, exist_ok=True)
    report = _report(order.target)
    settings = {
        "addopts": "--import-mode=importlib -ra --durations=15 -p no:labgrid",
        # labgrid is here already; that its pytest plugin cannot be rewritten harms nobody.
        "filterwarnings": "ignore::pytest.PytestAssertRewriteWarning",
        "timeout": f"{_step_seconds(order):.0f}",
    }
    options = ["-v", str(FLOW), "--junitxml", str(order.output / "junit.xml")]
    options += ["-p", "no:xdist", "-p", "no:rerunfailures"]
    options += [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]
    code = pytest.main(options, plugins=[*collect.plugins(report, order.output), plugin(order)])
    if code not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED}:
        return EXIT_CODES[Outcome.RIG_FAULT]
    return EXIT_CODES[report.outcome]


def _step_seconds(order: Order) -> float:
    soak = order.soak_minutes
    minutes = Plan.read(order.target.flow).soak_minutes if soak is None else soak
    return 60 * (STEP_MINUTES + 2 * minutes)


def _report(target: Target) -> Report:
    options = target.options
    given = options.throughput
    limits = results.Target(
        megabits=given.megabits,
        max_instructions=given.max_instructions,
        max_ratio_to_pppoe=given.max_ratio_to_pppoe,
        source=given.source,
    )
    return Report(
        target=target.name,
        board=options.board,
        soc=options.soc,
        virtual=options.virtual,
        started=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        limits=limits,
        logs=["console.log"],
    )
