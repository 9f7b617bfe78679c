# SPDX-License-Identifier: GPL-2.0-or-later
"""A benchmark in the emulated board as a program: one at a time, errors as text, exit status."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.support import debian
from tests.support.sources import ROOT
from tests.testbed import toolchain
from tests.testbed.errors import TestbedError

from . import build
from .__main__ import OUTPUT, locked
from .errors import BenchError


def run(bench: Callable[[Path], Sequence[str]], result: str) -> int:
    """Let `bench` write `result` into its folder; 1 if it fails or returns complaints."""
    started = time.monotonic()
    try:
        debian.require("the benchmark", build.PACKAGES)
        with locked(OUTPUT):
            wrong = bench(OUTPUT)
    except (BenchError, TestbedError, debian.PackageError, toolchain.BuildError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    for complaint in wrong:
        print(f"bench: {complaint}", file=sys.stderr)
    print(f"{time.monotonic() - started:.0f} s; results in {OUTPUT.relative_to(ROOT)}/{result}")
    return bool(wrong)
