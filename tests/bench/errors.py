# SPDX-License-Identifier: GPL-2.0-or-later
"""What can go wrong in the benchmark."""

from __future__ import annotations


class BenchError(Exception):
    """The benchmark could not be run, or its figures cannot be trusted."""
