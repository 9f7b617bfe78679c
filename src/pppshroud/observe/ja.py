# SPDX-License-Identifier: GPL-2.0-or-later
"""The engine that takes the fingerprints JA3 and JA4 of every TLS client.

It follows TCP streams where it finds any, and looks for a ClientHello anywhere in what is no TCP.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

from pppshroud.capture.file import open_capture
from pppshroud.capture.ppp import PPP_IPV4, PPP_IPV6, find_ppp
from pppshroud.observe.engine import Result
from pppshroud.observe.hello import ja3, ja4, pull_hello
from pppshroud.observe.streams import find_segment

NOTE = "fingerprints only; every PPP packet stood in a plain PPPoE frame"
# A handshake record that starts with a ClientHello of TLS 1.0 to 1.3.
RECORD = re.compile(rb"\x16\x03[\x00-\x04](..)\x01\x00..\x03[\x00-\x03]", re.DOTALL)
RECORD_HEADER, HANDSHAKE_HEADER = 5, 4
MAX_WAITING = 1024
"""ClientHellos in several segments that are waited for; the oldest is forgotten first."""


def run(capture: Path) -> Result:
    """Return the fingerprints in a file made by `rewrap`, as names."""
    result = Result("ja", "JA3, JA4", NOTE)
    finder = Finder()
    with open_capture(capture) as reader:
        for packet in reader:
            frame = find_ppp(packet.link_type, packet.data)
            if frame is not None and frame.protocol in (PPP_IPV4, PPP_IPV6):
                result.names.update(finder.take(frame.information))
    return result


class Finder:
    """Finds ClientHellos packet by packet."""

    def __init__(self) -> None:
        self.waiting: OrderedDict[tuple[bytes, int], bytes] = OrderedDict()

    def take(self, ip: bytes) -> Iterator[str]:
        """Yield the fingerprints of the ClientHellos that a packet completes."""
        found = find_segment(ip)
        if found is None:
            yield from _fingerprints(ip)
            return
        flow, sequence, payload = found
        data = self.waiting.pop((flow, sequence), b"") + payload
        fingerprints = _fingerprints(data)
        yield from fingerprints
        if not fingerprints and RECORD.match(data):
            self.waiting[flow, sequence + len(payload) & 0xFFFFFFFF] = data
            if len(self.waiting) > MAX_WAITING:
                self.waiting.popitem(last=False)


def _fingerprints(data: bytes) -> list[str]:
    """Return the fingerprints of whole ClientHellos, each in one record."""
    found = []
    for match in RECORD.finditer(data):
        start = match.start() + RECORD_HEADER
        record = data[start : start + int.from_bytes(match[1], "big")]
        length = int.from_bytes(record[1:HANDSHAKE_HEADER], "big")
        message = record[HANDSHAKE_HEADER : HANDSHAKE_HEADER + length]
        try:
            hello = pull_hello(message if len(message) == length else b"")
        except IndexError:
            continue
        found += [ja3(hello), ja4(hello)]
    return found
