# SPDX-License-Identifier: GPL-2.0-or-later
"""A bounded run of the data path's fuzz target, from seeds that reach all of it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from .datapath import seeds, world

RUNS = 20000
COVERAGE = 500
"""Edges that a run has to reach, lest it fuzz only the first check."""


@pytest.mark.timeout(300)
def test_fuzz_bounded(tmp_path: Path) -> None:
    assert seeds.write(tmp_path) > len(seeds.PACKETS)
    command = [
        "make", "-C", str(world.ROOT / "src/datapath"), f"BUILD={world.BUILD}",
        f"SEEDS={tmp_path}", f"FUZZ_RUNS={RUNS}", "fuzz",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    assert f"Done {RUNS} runs" in done.stderr
    reached = [int(edges) for edges in re.findall(r"cov: (\d+)", done.stderr)]
    assert max(reached) > COVERAGE
