# SPDX-License-Identifier: GPL-2.0-or-later
"""What goes wrong outside the parts under test."""

from __future__ import annotations


class DpiError(Exception):
    """A client, a server or an engine did not do what the measurement needs."""
