# SPDX-License-Identifier: GPL-2.0-or-later
"""One captured packet, and the link types (tcpdump.org's LINKTYPE_ registry) known here."""

from __future__ import annotations

from dataclasses import dataclass

LINKTYPE_ETHERNET = 1
LINKTYPE_RAW = 101
LINKTYPE_LINUX_SLL = 113
LINKTYPE_IPV4 = 228
LINKTYPE_IPV6 = 229
LINKTYPE_LINUX_SLL2 = 276

LINK_NAMES = {
    LINKTYPE_ETHERNET: "Ethernet",
    LINKTYPE_RAW: "raw IP",
    LINKTYPE_LINUX_SLL: "Linux cooked (SLL)",
    LINKTYPE_IPV4: "raw IPv4",
    LINKTYPE_IPV6: "raw IPv6",
    LINKTYPE_LINUX_SLL2: "Linux cooked (SLL2)",
}

# What libpcap calls MAXIMUM_SNAPLEN: a longer packet means that the file is damaged.
MAX_PACKET_LENGTH = 262_144


def link_name(link_type: int) -> str:
    """Return words for a link type number."""
    return LINK_NAMES.get(link_type, f"link type {link_type}")


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet as it stands in a capture file."""

    time_ns: int  # nanoseconds since 1970-01-01 UTC; 0 where the file has no time
    link_type: int  # LINKTYPE_ number
    data: bytes  # from the link layer's first byte, as far as it was captured
    original_length: int  # bytes on the wire, at least len(data) in a sound file
