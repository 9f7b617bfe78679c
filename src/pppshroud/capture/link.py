# SPDX-License-Identifier: GPL-2.0-or-later
"""Link layers: Ethernet with up to two VLAN tags, Linux cooked captures, raw IP."""

from __future__ import annotations

from dataclasses import dataclass

from pppshroud.capture import packet as linktype
from pppshroud.capture.reader import Reader

ETHERTYPE_IPV4 = 0x0800
ETHERTYPE_IPV6 = 0x86DD
ETHERTYPE_PPPOE_SESSION = 0x8864  # RFC 2516
VLAN_ETHERTYPES = (0x8100, 0x88A8, 0x9100)  # 802.1Q, 802.1ad, and what came before it
MAX_VLANS = 2


@dataclass(frozen=True, slots=True)
class Link:
    """A link-layer header."""

    ethertype: int
    source: bytes = b""  # MAC address, empty where the link type has none
    destination: bytes = b""
    vlans: tuple[int, ...] = ()  # VLAN ids, the outer one first


def pull_link(link_type: int, reader: Reader) -> Link | None:
    """Read the link layer; None for a link type that is not known here."""
    if link_type == linktype.LINKTYPE_ETHERNET:
        destination, source = reader.pull(6, "Ethernet header"), reader.pull(6, "Ethernet header")
        return _pull_vlans(reader, source, destination)
    if link_type == linktype.LINKTYPE_LINUX_SLL:
        reader.pull(4, "SLL header")
        source = _pull_sll_address(reader, reader.pull_uint16("SLL header"))
        return _pull_vlans(reader, source, b"")
    if link_type == linktype.LINKTYPE_LINUX_SLL2:
        return _pull_sll2(reader)
    return _pull_raw(link_type, reader)


def _pull_vlans(reader: Reader, source: bytes, destination: bytes) -> Link:
    """Read EtherType and the VLAN tags that stand before it."""
    vlans: tuple[int, ...] = ()
    ethertype = reader.pull_uint16("EtherType")
    while ethertype in VLAN_ETHERTYPES and len(vlans) < MAX_VLANS:
        vlans += (reader.pull_uint16("VLAN tag") & 0x0FFF,)
        ethertype = reader.pull_uint16("EtherType")
    return Link(ethertype, source, destination, vlans)


def _pull_sll_address(reader: Reader, length: int) -> bytes:
    return reader.pull(8, "SLL address")[:length]


def _pull_sll2(reader: Reader) -> Link:
    ethertype = reader.pull_uint16("SLL2 header")
    reader.pull(9, "SLL2 header")
    source = _pull_sll_address(reader, reader.pull_uint8("SLL2 header"))
    if ethertype not in VLAN_ETHERTYPES:
        return Link(ethertype, source)
    vlan = reader.pull_uint16("VLAN tag") & 0x0FFF
    inner = _pull_vlans(reader, source, b"")
    return Link(inner.ethertype, source, b"", (vlan, *inner.vlans))


def _pull_raw(link_type: int, reader: Reader) -> Link | None:
    if link_type == linktype.LINKTYPE_IPV4:
        return Link(ETHERTYPE_IPV4)
    if link_type == linktype.LINKTYPE_IPV6:
        return Link(ETHERTYPE_IPV6)
    if link_type != linktype.LINKTYPE_RAW or not reader.left:
        return None
    version = reader.data[reader.position] >> 4
    ethertype = {4: ETHERTYPE_IPV4, 6: ETHERTYPE_IPV6}.get(version)
    return None if ethertype is None else Link(ethertype)


def find_ip(link_type: int, data: bytes) -> bytes | None:
    """Return the IP packet that is the frame's own payload, without Ethernet padding.

    None where the payload is not IP (a PPPoE frame, say). Raises DecodeError where the packet
    is shorter than its own length field says.
    """
    reader = Reader(data)
    link = pull_link(link_type, reader)
    if link is None or link.ethertype not in (ETHERTYPE_IPV4, ETHERTYPE_IPV6):
        return None
    header = reader.data[reader.position :]
    if link.ethertype == ETHERTYPE_IPV4:
        reader.limit(int.from_bytes(header[2:4], "big"), "IPv4 total length")
    else:
        reader.limit(40 + int.from_bytes(header[4:6], "big"), "IPv6 payload length")
    packet = reader.pull(reader.left, "IP packet")
    Reader(packet).pull(20 if link.ethertype == ETHERTYPE_IPV4 else 40, "IP header")
    return packet
