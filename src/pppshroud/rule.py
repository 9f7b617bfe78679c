# SPDX-License-Identifier: GPL-2.0-or-later
"""Which packets the sender covers whole: protocol section 6.7. Local, not part of the protocol."""

from __future__ import annotations

from collections import OrderedDict

from pppshroud.wire import FLOW_WHOLE_PACKETS

TCP = 6
UDP = 17
HTTPS = (443).to_bytes(2, "big")
TEXT = range(0x09, 0x7F)
TEXT_LENGTH = 12  # octets of payload: one ciphertext in 11 000 begins with so much text
TLS_HANDSHAKE = b"\x16\x03"
IPV6_HEADER = 40
TCP_HEADER = 20
UDP_HEADER = 8
MAX_FLOWS = 65536


class WholeRule:
    """One sender's rule with its table of flows, the least recently used one forgotten first."""

    def __init__(self, flows: int = MAX_FLOWS, early: int = FLOW_WHOLE_PACKETS) -> None:
        """flows: size of the table; early: how many packets of each flow are covered whole."""
        self._size, self._early = flows, early
        self._counts: OrderedDict[bytes, int] = OrderedDict()

    def wants_whole(self, packet: bytes) -> bool:
        """Return whether to cover an IPv4 or IPv6 packet whole, and count it in its flow."""
        addresses, protocol, segment = _split(packet)
        if protocol not in (TCP, UDP) or len(segment) < UDP_HEADER:
            return True
        early = self._count(addresses + bytes([protocol]) + segment[:4]) < self._early
        return early or not _is_bulk(protocol, segment)

    def _count(self, flow: bytes) -> int:
        """Return how many packets of the flow were counted before."""
        count = self._counts.get(flow, 0)
        self._counts[flow] = count + 1
        self._counts.move_to_end(flow)
        if len(self._counts) > self._size:
            self._counts.popitem(last=False)
        return count


def _split(packet: bytes) -> tuple[bytes, int, bytes]:
    """Return addresses, protocol (0 if it has no ports in sight) and transport segment."""
    if packet[0] >> 4 == 6:
        return packet[8:IPV6_HEADER], packet[6], packet[IPV6_HEADER:]
    later_fragment = int.from_bytes(packet[6:8], "big") & 0x1FFF
    protocol = 0 if later_fragment else packet[9]
    return packet[12:20], protocol, packet[(packet[0] & 0x0F) * 4 :]


def _is_bulk(protocol: int, segment: bytes) -> bool:
    if protocol == UDP:
        short_header = segment[UDP_HEADER : UDP_HEADER + 1] and segment[UDP_HEADER] >> 6 == 0b01
        return bool(short_header) and HTTPS in (segment[:2], segment[2:4])
    if len(segment) < TCP_HEADER:
        return False
    payload = segment[(segment[12] >> 4) * 4 :]
    text = all(octet in TEXT for octet in payload[:TEXT_LENGTH])
    return not payload or not (text or payload.startswith(TLS_HANDSHAKE))
