# SPDX-License-Identifier: GPL-2.0-or-later
"""The use cases: a module for each."""

from __future__ import annotations

from . import http_host
from .case import UseCase

USE_CASES: tuple[UseCase, ...] = (http_host.USE_CASE,)
"""In the order in which their clients act and the report shows them."""
