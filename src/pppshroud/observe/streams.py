# SPDX-License-Identifier: GPL-2.0-or-later
"""Joins neighbouring TCP segments, so that a name split between two packets is found too."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

MAX_EDGES = 4096  # segment borders remembered; the oldest is forgotten first
TCP = 6

Edge = tuple[bytes, int]  # addresses and ports of one direction, sequence number of the border


class StreamJoiner:
    """Remembers `reach` bytes on both sides of each border between TCP segments.

    Borders meet in whatever order the segments come. A token that crosses one border is found
    whole in a join, as long as it is at most `reach` + 1 bytes long.
    """

    def __init__(self, reach: int) -> None:
        self.reach = reach
        self.ends: OrderedDict[Edge, bytes] = OrderedDict()
        self.starts: OrderedDict[Edge, bytes] = OrderedDict()

    def take(self, ip: bytes) -> Iterator[bytes]:
        """Yield the joins that an IP packet completes."""
        found = find_segment(ip)
        if found is None or not self.reach:
            return
        flow, sequence, payload = found
        before = self.ends.get((flow, sequence), b"")
        end = (flow, sequence + len(payload) & 0xFFFFFFFF)
        after = self.starts.get(end, b"")
        if before:
            yield before + payload[: self.reach] + (after if len(payload) < self.reach else b"")
        if after:
            yield payload[-self.reach :] + after
        # A short segment hands on what came before it: a token may span three and more.
        _remember(self.ends, end, (before + payload)[-self.reach :])
        _remember(self.starts, (flow, sequence), (payload + after)[: self.reach])


def _remember(table: OrderedDict[Edge, bytes], edge: Edge, data: bytes) -> None:
    table[edge] = data
    if len(table) > MAX_EDGES:
        table.popitem(last=False)


def find_segment(ip: bytes) -> tuple[bytes, int, bytes] | None:
    """Return flow, sequence number and payload of a TCP segment; None if there is none."""
    header = _find_tcp(ip)
    if header is None or len(ip) < header + 20:
        return None
    addresses = ip[12:20] if ip[0] >> 4 == 4 else ip[8:40]
    offset = (ip[header + 12] >> 4) * 4
    payload = ip[header + offset :]
    if offset < 20 or not payload:
        return None
    sequence = int.from_bytes(ip[header + 4 : header + 8], "big")
    return addresses + ip[header : header + 4], sequence, payload


def _find_tcp(ip: bytes) -> int | None:
    """Return where the TCP header starts in an unfragmented packet without IPv6 extensions."""
    if len(ip) >= 20 and ip[0] >> 4 == 4:
        fragment = int.from_bytes(ip[6:8], "big") & 0x3FFF
        return (ip[0] & 0x0F) * 4 if ip[9] == TCP and not fragment else None
    if len(ip) >= 40 and ip[0] >> 4 == 6:
        return 40 if ip[6] == TCP else None
    return None
