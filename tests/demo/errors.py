# SPDX-License-Identifier: GPL-2.0-or-later
"""What can end the demo early, beside the testbed's and pppshroud's own errors."""

from __future__ import annotations


class DemoError(Exception):
    """Something did not go as the demo needs it; the message says what to do."""
