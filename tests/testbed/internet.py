# SPDX-License-Identifier: GPL-2.0-or-later
"""A host of the Internet beyond the LNS: all of them are on one device of the server's."""

from __future__ import annotations

from dataclasses import dataclass

NETWORK, NETWORK6 = "203.0.113", "2001:db8:2:"


@dataclass(frozen=True)
class Host:
    """A host with an IPv4 and an IPv6 address that end in the same number, from 3 to 254."""

    name: str
    number: int

    @property
    def address(self) -> str:
        """Its IPv4 address (RFC 5737)."""
        return f"{NETWORK}.{self.number}"

    @property
    def address6(self) -> str:
        """Its IPv6 address (RFC 3849), with the same decimal digits at the end."""
        return f"{NETWORK6}:{self.number}"
