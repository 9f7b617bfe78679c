# SPDX-License-Identifier: GPL-2.0-or-later
"""Errors that the package raises on purpose. The command line prints their text and exits 1."""


class ShroudError(Exception):
    """Something the user can understand and act on: what was wrong, where, what to do."""


class CaptureError(ShroudError):
    """A capture file that cannot be read or written."""


class DecodeError(ShroudError, ValueError):
    """Bytes that do not hold what their own headers promise."""
