# SPDX-License-Identifier: GPL-2.0-or-later
"""The memory that one call of the agent takes on a router; ./inv bench tells the time too."""

from __future__ import annotations

from pathlib import Path

import pytest

from .bench import agent
from .luci.router import Router
from .support.agent import Interpreter

MEMORY = 4 << 10  # KiB


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return agent.compiled(tmp_path_factory.mktemp("modules"))


@pytest.mark.parametrize("method", agent.METHODS)
def test_memory(micropython: Interpreter, modules: Path, tmp_path: Path, method: str) -> None:
    router = Router(tmp_path / "router", micropython)
    router.shrouded_line()
    try:
        cost = agent.measure(micropython, modules, router, method)
    finally:
        router.close()
    print(f"{method}: {cost}")
    assert cost.memory < MEMORY
