# SPDX-License-Identifier: GPL-2.0-or-later
"""Framing `lcp`: IP packets under the protocol number of LCP. docs/decoy.md section 12."""

from __future__ import annotations

from pppshroud.wire import PPP_IPV4, PPP_IPV6, PPP_LCP

FIRST_OCTETS = {PPP_IPV4: range(0x45, 0x50), PPP_IPV6: range(0x60, 0x70)}


def push_lcp(protocol: int, information: bytes) -> int:
    """Return the protocol number on the wire of a frame that would have this one."""
    first = information[0] if information else 0
    return PPP_LCP if first in FIRST_OCTETS.get(protocol, ()) else protocol


def pull_lcp(protocol: int, information: bytes) -> int:
    """Return the protocol number that a frame on the wire stands for."""
    if protocol == PPP_LCP and information:
        for meant, octets in FIRST_OCTETS.items():
            if information[0] in octets:
                return meant
    return protocol
