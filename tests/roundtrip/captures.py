# SPDX-License-Identifier: GPL-2.0-or-later
"""IP packets of captures, and of the vectors, to be changed into others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pppshroud.capture.file import open_capture
from pppshroud.capture.link import find_ip
from pppshroud.capture.ppp import find_ppp
from pppshroud.vectors.decoypackets import fit_packets, unfit_packets
from pppshroud.wire import PPP_IPV4, PPP_IPV6

from .mutate import LONGEST

TRAFFIC = Path(__file__).with_name("traffic.pcap")
"""A few packets of each use case of tests/dpi, as a subscriber's line carried them in plain."""


def pool(captures: Iterable[Path] = (TRAFFIC,)) -> list[bytes]:
    """Return different IP packets of captures and of docs/vectors, in an order that stays."""
    made = (packet for _, packet in (*fit_packets(), *unfit_packets()))
    found = (packet for path in captures for packet in ip_packets(path))
    return [packet for packet in dict.fromkeys((*made, *found)) if len(packet) <= LONGEST]


def ip_packets(path: Path) -> Iterator[bytes]:
    """Yield the IP packets in a capture of a PPP line, or of anything else that has some."""
    with open_capture(path) as reader:
        for packet in reader:
            frame = find_ppp(packet.link_type, packet.data)
            if frame and frame.protocol in (PPP_IPV4, PPP_IPV6):
                yield frame.information
            elif not frame and (found := find_ip(packet.link_type, packet.data)):
                yield found
