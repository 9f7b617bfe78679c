# SPDX-License-Identifier: GPL-2.0-or-later
"""UDP payloads that Wireshark calls malformed on any port: docs/decoy.md section 10. Local.

Noise looks like one of these three in one of a thousand datagrams, nine if 4 divides the length.
"""

from __future__ import annotations

PATHPORT = b"\xed\x01"
SESSION_UNITS = range(0xA0, 0xA4)  # behind the CLTP header of IEC 61850-90-5


def looks_broken(payload: bytes | bytearray) -> bool:
    """Return whether a dissector would take noise for its protocol, and complain."""
    if len(payload) < 2:
        return False
    rtcp = payload[0] >> 6 == 2 and payload[1] >> 3 == 25 and len(payload) % 4 == 0
    return rtcp or payload[:2] == PATHPORT or _is_goose(payload)


def _is_goose(payload: bytes | bytearray) -> bool:
    at = payload[0] + 1
    return payload[1] >> 4 == 4 and at < len(payload) and payload[at] in SESSION_UNITS
