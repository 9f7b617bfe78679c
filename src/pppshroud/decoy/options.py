# SPDX-License-Identifier: GPL-2.0-or-later
"""The TCP options that a decoy may show: docs/decoy.md section 6. Only the sender cares."""

from __future__ import annotations

from pppshroud.decoy.unfit import DecoyError, Unfit

END, NOP = 0, 1
LENGTHS = {2: (4,), 3: (3,), 4: (2,), 5: (10, 18, 26, 34), 8: (10,)}  # kind: octets


def check_options(options: bytes) -> None:
    """Raise DecoyError if there is another option than the harmless ones."""
    at = 0
    while at < len(options):
        kind = options[at]
        if kind == END:
            if any(options[at:]):
                raise DecoyError(Unfit.TCP_OPTIONS)
            return
        if kind == NOP:
            at += 1
            continue
        length = options[at + 1] if at + 1 < len(options) else 0
        if length not in LENGTHS.get(kind, ()) or at + length > len(options):
            raise DecoyError(Unfit.TCP_OPTIONS)
        at += length
