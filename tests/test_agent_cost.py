# SPDX-License-Identifier: GPL-2.0-or-later
"""What one call of the agent costs a router: memory is bounded, times are told."""

from __future__ import annotations

import os
import resource
import statistics
import time
from pathlib import Path

import pytest

from .luci.router import HERE, Router
from .support.agent import Interpreter

MEMORY = 4 << 10  # KiB of peak memory that a call may take
CALLS = 20
LAUNCH = (
    "import sys\n"
    "from shroud import paths, rpc\n"
    "paths.set_root(sys.argv[1])\n"
    "code = rpc.main(['call', sys.argv[2]])\n"
    "for row in open('/proc/self/status').read().split('\\n'):\n"
    "    if row.startswith('VmHWM'):\n"
    "        sys.stderr.write(row.split()[1])\n"
    "sys.exit(code)\n"
)
"""The plugin's own start, and at its end the peak of its memory in KiB."""


def processor_time() -> float:
    """Milliseconds that our ended children and theirs have used."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (usage.ru_utime + usage.ru_stime)


@pytest.mark.parametrize("method", ["status", "lines", "history", "diagnose"])
def test_cost(micropython: Interpreter, tmp_path: Path, method: str) -> None:
    router = Router(tmp_path / "router", micropython)
    router.shrouded_line()
    script = tmp_path / "call.py"
    script.write_text(LAUNCH)
    env = {"ROUTER": str(router.root), "PATH": f"{HERE / 'programs'}:{os.environ['PATH']}"}
    data = b'{"line":"wan"}' if method == "diagnose" else b"{}"
    memory, times = [], []
    used = processor_time()
    for _ in range(CALLS):
        start = time.perf_counter()
        done = micropython.run(str(script), str(router.root), method, stdin=data, env=env)
        times.append(1000 * (time.perf_counter() - start))
        memory.append(int(done.stderr))
    used = processor_time() - used
    router.close()
    print(
        f"{method}: {max(memory)} KiB at most; {min(times):.1f} ms at best, median "
        f"{statistics.median(times):.1f} of {CALLS}; {used / CALLS:.1f} ms of processor time"
    )
    assert max(memory) < MEMORY
