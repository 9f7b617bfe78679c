# SPDX-License-Identifier: GPL-2.0-or-later
"""Finds the PPP packet in a captured frame, and puts another in its place.

PPPoE (RFC 2516) behind up to two VLAN tags, and L2TPv2 (RFC 2661) over UDP and IPv4.
"""

from __future__ import annotations

from dataclasses import dataclass

from pppshroud.capture import packet
from pppshroud.capture.checksum import checksum, udp_checksum
from pppshroud.capture.link import (
    ETHERTYPE_IPV4,
    ETHERTYPE_PPPOE_SESSION,
    Link,
    pull_link,
)
from pppshroud.capture.reader import Reader
from pppshroud.errors import DecodeError

PPP_IPV4 = 0x0021
PPP_IPV6 = 0x0057

PPPOE = "pppoe"
L2TP = "l2tp"

L2TP_PORT = 1701
L2TP_CONTROL, L2TP_LENGTH, L2TP_SEQUENCE, L2TP_OFFSET = 0x8000, 0x4000, 0x0800, 0x0200
L2TP_VERSION = 0x000F
PPP_ADDRESS_CONTROL = b"\xff\x03"  # RFC 1662
ETHERNET_MINIMUM = 60  # bytes without FCS
IP_FRAGMENT = 0x3FFF  # more-fragments bit and fragment offset


@dataclass(frozen=True, slots=True)
class LengthField:
    """A 16-bit big-endian length at byte `position`, counting from byte `start` to the end."""

    position: int
    start: int


@dataclass(frozen=True, slots=True)
class PppFrame:
    """A frame of a PPP session and where the PPP packet stands in it."""

    data: bytes  # the whole captured frame
    line: str  # PPPOE or L2TP
    source: bytes  # MAC address for PPPoE (may be empty), IPv4 address for L2TP
    destination: bytes
    vlans: tuple[int, ...]
    tunnel: int  # L2TP tunnel id, 0 for PPPoE
    session: int
    protocol: int  # PPP protocol number
    information: bytes
    protocol_position: int  # bytes from the frame's start
    protocol_compressed: bool  # one byte instead of two (RFC 1661 section 6.5)
    padded: bool  # bytes follow the PPP packet
    lengths: tuple[LengthField, ...]
    ip_position: int | None = None  # outer IPv4 header of L2TP
    udp_position: int | None = None

    def rebuild(self, protocol: int, information: bytes) -> bytes:
        """Return the frame with another PPP packet; lengths and outer checksums follow it."""
        head = self.data[: self.protocol_position]
        frame = bytearray(head + self._push_protocol(protocol) + information)
        for field in self.lengths:
            length = len(frame) - field.start
            if length > 0xFFFF:
                raise DecodeError(f"a PPP packet of {len(information)} bytes: at most 65535 fit")
            frame[field.position : field.position + 2] = length.to_bytes(2, "big")
        if self.ip_position is not None and self.udp_position is not None:
            _fix_checksums(frame, self.ip_position, self.udp_position)
        if self.padded:
            frame += bytes(max(0, ETHERNET_MINIMUM - len(frame)))
        return bytes(frame)

    def _push_protocol(self, protocol: int) -> bytes:
        if self.protocol_compressed and protocol < 0x100:
            return protocol.to_bytes(1, "big")
        return protocol.to_bytes(2, "big")


def find_ppp(link_type: int, data: bytes) -> PppFrame | None:
    """Return the PPP packet in a captured frame.

    None where the frame carries none (PPPoE discovery and L2TP control included). Raises
    DecodeError where it promises one but is too short or contradicts itself.
    """
    reader = Reader(data)
    link = pull_link(link_type, reader)
    if link is None:
        return None
    if link.ethertype == ETHERTYPE_PPPOE_SESSION:
        return _pull_pppoe(reader, link)
    if link.ethertype == ETHERTYPE_IPV4:
        return _pull_l2tp_ip(reader, link, padding=link_type == packet.LINKTYPE_ETHERNET)
    return None


def _pull_pppoe(reader: Reader, link: Link) -> PppFrame | None:
    version_type = reader.pull_uint8("PPPoE version")
    if version_type != 0x11:
        raise DecodeError(f"PPPoE version and type are 0x{version_type:02x}, not 0x11")
    if reader.pull_uint8("PPPoE code") != 0:
        return None
    session = reader.pull_uint16("PPPoE session id")
    length = LengthField(reader.position, reader.position + 2)
    reader.limit(reader.pull_uint16("PPPoE length"), "PPPoE length")
    position = reader.position
    protocol, compressed = _pull_protocol(reader)
    return PppFrame(
        data=reader.data,
        line=PPPOE,
        source=link.source,
        destination=link.destination,
        vlans=link.vlans,
        tunnel=0,
        session=session,
        protocol=protocol,
        information=reader.pull(reader.left, "PPP information"),
        protocol_position=position,
        protocol_compressed=compressed,
        padded=reader.position < len(reader.data),
        lengths=(length,),
    )


def _pull_protocol(reader: Reader) -> tuple[int, bool]:
    """Read a PPP protocol number; an odd first byte is all of it (RFC 1661 section 2)."""
    first = reader.pull_uint8("PPP protocol")
    if first & 1:
        return first, True
    return first << 8 | reader.pull_uint8("PPP protocol"), False


def _pull_l2tp_ip(reader: Reader, link: Link, *, padding: bool) -> PppFrame | None:
    """Read the outer IPv4 header; UDP on L2TP's port is taken for L2TP."""
    ip = reader.position
    header_length = (reader.pull_uint8("IPv4 header") & 0x0F) * 4
    if header_length < 20:
        raise DecodeError(f"IPv4 header length is {header_length} bytes, at least 20 are needed")
    reader.pull(1, "IPv4 header")
    total_length = reader.pull_uint16("IPv4 total length")
    reader.pull(2, "IPv4 header")
    fragment = reader.pull_uint16("IPv4 header") & IP_FRAGMENT
    reader.pull(1, "IPv4 header")
    if reader.pull_uint8("IPv4 header") != 17 or fragment & 0x1FFF:
        return None
    reader.position = ip
    reader.pull(header_length, "IPv4 header")
    ports = (reader.pull_uint16("UDP header"), reader.pull_uint16("UDP header"))
    if L2TP_PORT not in ports:
        return None
    if fragment:
        raise DecodeError("the L2TP packet is split into IPv4 fragments: raise the carrier's MTU")
    reader.position = ip
    reader.limit(total_length, "IPv4 total length")
    reader.pull(header_length, "IPv4 header")
    return _pull_l2tp(reader, link, ip, padding=padding)


def _pull_l2tp(reader: Reader, link: Link, ip: int, *, padding: bool) -> PppFrame | None:
    udp = reader.position
    reader.pull(4, "UDP header")
    reader.limit(reader.pull_uint16("UDP length") - 6, "UDP length")
    reader.pull(2, "UDP header")
    start = reader.position
    flags = reader.pull_uint16("L2TP header")
    if flags & L2TP_VERSION != 2 or flags & L2TP_CONTROL:
        return None
    lengths = [LengthField(ip + 2, ip), LengthField(udp + 4, udp)]
    if flags & L2TP_LENGTH:
        lengths.append(LengthField(reader.position, start))
        reader.limit(reader.pull_uint16("L2TP length") - 4, "L2TP length")
    tunnel, session = reader.pull_uint16("L2TP tunnel id"), reader.pull_uint16("L2TP session id")
    if flags & L2TP_SEQUENCE:
        reader.pull(4, "L2TP sequence numbers")
    if flags & L2TP_OFFSET:
        reader.pull(reader.pull_uint16("L2TP offset size"), "L2TP offset")
    if reader.data[reader.position : reader.position + 2] == PPP_ADDRESS_CONTROL:
        reader.pull(2, "PPP address and control")
    position = reader.position
    protocol, compressed = _pull_protocol(reader)
    return PppFrame(
        data=reader.data,
        line=L2TP,
        source=reader.data[ip + 12 : ip + 16],
        destination=reader.data[ip + 16 : ip + 20],
        vlans=link.vlans,
        tunnel=tunnel,
        session=session,
        protocol=protocol,
        information=reader.pull(reader.left, "PPP information"),
        protocol_position=position,
        protocol_compressed=compressed,
        padded=padding and reader.position < len(reader.data),
        lengths=tuple(lengths),
        ip_position=ip,
        udp_position=udp,
    )


def _fix_checksums(frame: bytearray, ip: int, udp: int) -> None:
    """Set the outer IPv4 checksum, and the UDP one unless the sender uses none."""
    frame[ip + 10 : ip + 12] = bytes(2)
    frame[ip + 10 : ip + 12] = checksum(bytes(frame[ip:udp])).to_bytes(2, "big")
    if frame[udp + 6 : udp + 8] == bytes(2):
        return
    frame[udp + 6 : udp + 8] = bytes(2)
    addresses = bytes(frame[ip + 12 : ip + 16]), bytes(frame[ip + 16 : ip + 20])
    value = udp_checksum(*addresses, bytes(frame[udp:]))
    frame[udp + 6 : udp + 8] = value.to_bytes(2, "big")
