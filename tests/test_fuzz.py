# SPDX-License-Identifier: GPL-2.0-or-later
"""A bounded run of every C fuzzer; `./inv fuzz` is a long one."""

from __future__ import annotations

import pytest

from .support.fuzz import fuzz_c

SECONDS = 10
FUZZERS = {"plugin": 2, "datapath": 2}
ENOUGH = 100
"""Executions on a machine that does much else besides; alone it is ten times as many and more."""
EDGES = 300
"""Of the code that a run must reach, lest it fuzz only the first check of a parser."""


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", FUZZERS)
def test_fuzzers_find_nothing(part: str) -> None:
    outcome = fuzz_c(part, SECONDS)
    print(f"{part}: {outcome.executions} executions, {outcome.edges} edges")
    assert len(outcome.executions) == FUZZERS[part]
    assert all(count > ENOUGH for count in outcome.executions)
    assert outcome.edges > EDGES
