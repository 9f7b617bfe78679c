# SPDX-License-Identifier: GPL-2.0-or-later
"""What can go wrong with the virtual board itself."""

from __future__ import annotations


class VirtualError(Exception):
    """QEMU could not be started or does not answer. The message is for the user."""
