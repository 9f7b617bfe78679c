# SPDX-License-Identifier: GPL-2.0-or-later
"""Covers and uncovers the packets of captures, as the two ends of a line would."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from pppshroud.capture.encap import Line
from pppshroud.capture.link import find_ip
from pppshroud.capture.packet import LINKTYPE_ETHERNET, Packet
from pppshroud.capture.ppp import PppFrame, find_ppp
from pppshroud.decoy.frame import cover_decoy_frame, is_noise, uncover_decoy_frame
from pppshroud.decoy.framing import pull_lcp, push_lcp
from pppshroud.decoy.keys import SideKeys
from pppshroud.decoy.unfit import DecoyError
from pppshroud.errors import CaptureError, DecodeError
from pppshroud.frame import cover_frame, uncover_frame
from pppshroud.handshake.keys import DirectionKeys, SessionKeys
from pppshroud.inner import CLEAR, NCPS, FrameError
from pppshroud.rule import WholeRule
from pppshroud.wire import PPP_COVER_WHOLE, PPP_IPV4, PPP_IPV6, Framing

ETHERTYPE_DISCOVERY = bytes.fromhex("8863")
CPE_SENDS = (0x09, 0x19)  # PADI, PADR
CPE_RECEIVES = (0x07, 0x65)  # PADO, PADS


class Sides:
    """Tells the customer's side of the line from the ISP's by addresses.

    Known addresses of the customer's side come from the user or from PPPoE discovery; failing
    that, whoever sends the first packet is taken to be there.
    """

    def __init__(self, customer: bytes = b"") -> None:
        self.customers = {customer} if customer else set[bytes]()

    def learn(self, packet: Packet) -> None:
        """Take the CPE's MAC address out of a PPPoE discovery frame."""
        if packet.link_type != LINKTYPE_ETHERNET:
            return
        head, found, tail = packet.data[12:24].partition(ETHERTYPE_DISCOVERY)
        if found and len(head) % 4 == 0 and len(tail) >= 2:
            if tail[1] in CPE_SENDS:
                self.customers.add(packet.data[6:12])
            elif tail[1] in CPE_RECEIVES:
                self.customers.add(packet.data[:6])

    def is_up(self, source: bytes, destination: bytes) -> bool:
        """Return whether a packet goes from the customer to the ISP."""
        if source in self.customers:
            return True
        if destination in self.customers:
            return False
        self.customers.add(source)
        return True


def _find_coverable(packet: Packet, sides: Sides, counts: Counter[str]) -> PppFrame | None:
    """The packet's PPP frame if it is of a kind that is covered; counts those that are not."""
    sides.learn(packet)
    frame = find_ppp(packet.link_type, packet.data)
    if frame is not None:  # which may be IP over LCP
        frame = replace(frame, protocol=pull_lcp(frame.protocol, frame.information))
    if frame is None or frame.protocol in CLEAR:
        counts["passed as they were: not of a kind that is covered"] += 1
        return None
    return frame


class Coverer:
    """Covers packets; `counts` tells what became of them."""

    def __init__(
        self, keys: SessionKeys, sides: Sides, encap: str = "", framing: Framing = Framing.PPP
    ) -> None:
        self.keys = keys
        self.sides = sides
        self.encap = encap  # "", "pppoe" or "l2tp"
        self.framing = framing  # lcp: decoys only
        self.rules = {True: WholeRule(), False: WholeRule()}
        self.counts: Counter[str] = Counter()
        self.done = 0

    def take(self, packet: Packet) -> Packet | None:
        """Return the packet as it would be on the wire; None if it would not be sent."""
        try:
            return self._encapsulate(packet) if self.encap else self._cover(packet)
        except (DecodeError, FrameError) as error:
            self.counts[f"discarded: {error}"] += 1
            return None

    def _cover(self, packet: Packet) -> Packet | None:
        frame = _find_coverable(packet, self.sides, self.counts)
        if frame is None:
            return packet
        up = self.sides.is_up(frame.source, frame.destination)
        protocol, covered = self._cover_ppp(up, frame.protocol, frame.information)
        return _rebuild(packet, frame, protocol, covered)

    def _encapsulate(self, packet: Packet) -> Packet | None:
        ip = find_ip(packet.link_type, packet.data)
        if ip is None:
            self.counts["left out: not IP"] += 1
            return None
        version = ip[0] >> 4
        addresses = (ip[12:16], ip[16:20]) if version == 4 else (ip[8:24], ip[24:40])
        up = self.sides.is_up(*addresses)
        protocol, covered = self._cover_ppp(up, PPP_IPV4 if version == 4 else PPP_IPV6, ip)
        push = LINES[up].push_l2tp if self.encap == "l2tp" else LINES[up].push_pppoe
        data = push(protocol, covered)
        return replace(packet, link_type=LINKTYPE_ETHERNET, data=data, original_length=len(data))

    def _cover_ppp(self, up: bool, protocol: int, information: bytes) -> tuple[int, bytes]:
        keys: DirectionKeys = self.keys.up if up else self.keys.down
        is_ip = protocol in (PPP_IPV4, PPP_IPV6) and len(information) >= 20
        whole = is_ip and self.rules[up].wants_whole(information)
        wire, covered, kind = _cover(keys, protocol, information, whole=whole)
        if self.framing is Framing.LCP:
            wire = push_lcp(wire, covered)
        self.counts[f"covered, {kind}"] += 1
        self.done += 1
        return wire, covered


def _cover(
    keys: DirectionKeys, protocol: int, information: bytes, *, whole: bool
) -> tuple[int, bytes, str]:
    """Return protocol number, information field and what it is, as the mode of the keys has it."""
    if isinstance(keys, SideKeys):
        wire, covered = cover_decoy_frame(keys, protocol, information, whole=whole)
        return wire, covered, "noise" if is_noise(wire) else "decoy"
    wire, covered = cover_frame(keys, protocol, information, whole=whole)
    return wire, covered, "whole" if wire == PPP_COVER_WHOLE else "first block"


def _uncover(keys: DirectionKeys, protocol: int, covered: bytes) -> tuple[int, bytes]:
    if isinstance(keys, SideKeys):
        return uncover_decoy_frame((keys,), protocol, covered)[:2]
    return uncover_frame((keys,), protocol, covered)[:2]


class Uncoverer:
    """Uncovers packets; `counts` tells what became of them."""

    def __init__(self, keys: SessionKeys, sides: Sides) -> None:
        self.keys = keys
        self.sides = sides
        self.counts: Counter[str] = Counter()
        self.done = 0

    def take(self, packet: Packet) -> Packet | None:
        """Return the packet as it was sent; None if a receiver would discard it."""
        try:
            return self._uncover(packet)
        except (DecodeError, FrameError, DecoyError) as error:
            text = str(error) if isinstance(error, DecodeError) else "it does not fit the keys"
            self.counts[f"discarded: {text}"] += 1
            return None

    def _uncover(self, packet: Packet) -> Packet | None:
        frame = _find_coverable(packet, self.sides, self.counts)
        if frame is None:
            return packet
        up = self.sides.is_up(frame.source, frame.destination)
        keys: DirectionKeys = self.keys.up if up else self.keys.down
        protocol, information = _uncover(keys, frame.protocol, frame.information)
        self.counts["uncovered, NCP" if protocol in NCPS else "uncovered, IP"] += 1
        self.done += 1
        return _rebuild(packet, frame, protocol, information)


UP = Line()
LINES = {
    True: UP,
    False: replace(
        UP,
        source_mac=UP.destination_mac,
        destination_mac=UP.source_mac,
        source_ip=UP.destination_ip,
        destination_ip=UP.source_ip,
    ),
}


def _rebuild(packet: Packet, frame: PppFrame, protocol: int, information: bytes) -> Packet:
    data = frame.rebuild(protocol, information)
    return replace(packet, data=data, original_length=len(data))


def check_whole(packet: Packet, number: int, name: str) -> None:
    """Raise CaptureError for a packet that was not captured to its end."""
    if packet.original_length > len(packet.data):
        raise CaptureError(
            f"{name}: packet {number} was cut to {len(packet.data)} of {packet.original_length} "
            "bytes. All of it is needed: capture with tcpdump -s 0"
        )
