# SPDX-License-Identifier: GPL-2.0-or-later
"""How many tests run at a time, and what each of them has for itself alone."""

from __future__ import annotations

import os

MEMORY = 1 << 30
"""Octets that one worker takes with its machines: User-Mode Linux, two of QEMU, a browser."""


def count() -> int:
    """Workers for this machine: one for each processor, if there is memory for them."""
    installed = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return max(1, min(len(os.sched_getaffinity(0)), installed // MEMORY))


def own(name: str) -> str:
    """The name of a file or folder for this worker alone: `name` itself if there is one only."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    return f"{name}-{worker}" if worker else name
