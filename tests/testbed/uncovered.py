# SPDX-License-Identifier: GPL-2.0-or-later
"""Tells whether one frame of a PPP session shows what it should not, without any key."""

from __future__ import annotations

import ipaddress
import math
from dataclasses import dataclass

from pppshroud.capture.ppp import PppFrame
from pppshroud.decoy.framing import pull_lcp, push_lcp
from pppshroud.inner import NCPS, FrameError, push_packet
from pppshroud.wire import (
    BLOCK_LEN,
    PPP_CHAP,
    PPP_COVER_BLOCK,
    PPP_COVER_WHOLE,
    PPP_EAP,
    PPP_IPV4,
    PPP_IPV6,
    PPP_LCP,
    PPP_LQR,
    PPP_NOISE_BLOCK,
    PPP_NOISE_WHOLE,
    PPP_PAP,
    Framing,
    Mode,
)

from . import disguise

CLEAR = (PPP_LCP, PPP_PAP, PPP_LQR, PPP_CHAP, PPP_EAP)
"""Protocols that are never covered: docs/protocol.md section 6.1."""
VERSIONS = {PPP_IPV4: 4, PPP_IPV6: 6}
LCP_CODES = range(16)
"""RFC 1661, 1570, 1962 and 2153. An IPv4 packet would be code 0x45."""
PROTOCOL_REJECT, PROTOCOL_REJECT_LENGTH = 8, 6

NOISE_AS_IPV6 = 2.0**-20
"""Probability that noise passes for IPv6 (section 11): version 4 bits, payload length 16 bits."""
IPV6_NEXT_HEADERS = frozenset((0, 4, 6, 17, 41, 43, 44, 47, 50, 51, 58, 59, 60, 132, 135))
IPV6_SENDERS = tuple(map(ipaddress.IPv6Network, ("2000::/3", "fc00::/7", "fe80::/10", "::/128")))
IPV6_RECEIVERS = (*IPV6_SENDERS[:3], ipaddress.IPv6Network("ff00::/8"))


@dataclass(frozen=True)
class Agreed:
    """What both ends have agreed on."""

    mode: Mode = Mode.HEAD
    framing: Framing = Framing.PPP

    @property
    def noise(self) -> tuple[int, int]:
        """The protocol numbers of frames that are noise: block cover, whole cover."""
        decoy = self.mode == Mode.DECOY
        return (PPP_NOISE_BLOCK, PPP_NOISE_WHOLE) if decoy else (PPP_COVER_BLOCK, PPP_COVER_WHOLE)


HEAD = Agreed()
DECOY = Agreed(Mode.DECOY)
DECOY_LCP = Agreed(Mode.DECOY, Framing.LCP)


def complaint(frame: PppFrame, agreed: Agreed = HEAD) -> str:
    """What is uncovered in `frame`, as words; "" when it may be on the wire after keys.

    Noise gets a complaint with probability 2^-36 (section 11) or, if it looks like IPv6,
    2^-30: that also needs a next header and addresses that are in use.
    """
    protocol, information = frame.protocol, frame.information
    if frame.protocol_compressed:
        return f"protocol field 0x{protocol:02x} of one octet"
    if version := decoy_version(frame, agreed):
        return disguise.complaint(version, information)
    if protocol == PPP_LCP:
        return _lcp_complaint(information)
    if protocol in CLEAR:
        return ""
    if protocol not in agreed.noise:
        return f"protocol 0x{protocol:04x} in clear"
    return _noise_complaint(protocol, information, agreed)


def decoy_version(frame: PppFrame, agreed: Agreed) -> int:
    """The IP version of the decoy that a frame has to be, by its protocol number and its first
    octet; 0 when it has to be none."""
    if frame.protocol_compressed or agreed.mode != Mode.DECOY:
        return 0
    meant = written = frame.protocol
    if agreed.framing == Framing.LCP:
        meant = pull_lcp(frame.protocol, frame.information)
        written = push_lcp(meant, frame.information)
    return VERSIONS.get(meant, 0) if written == frame.protocol else 0


def readable(information: bytes) -> int:
    """The protocol of the packet that 64 octets or more are as they stand, or 0 if they are none.

    By the checks of docs/protocol.md section 6.6; zero octets behind the packet are padding.
    """
    by_version = {4: PPP_IPV4, 6: PPP_IPV6}
    protocol = by_version.get(information[0] >> 4, int.from_bytes(information[:2], "big"))
    packet = information[2:] if protocol in NCPS else information
    try:
        plain = push_packet(protocol, packet)
    except FrameError:
        return 0
    return protocol if plain.ljust(len(information), b"\0") == information else 0


def is_noise(frame: PppFrame, agreed: Agreed = HEAD) -> bool:
    """Whether a frame has to be noise, by its protocol number."""
    return not frame.protocol_compressed and frame.protocol in agreed.noise


def looks_like_ipv6(frame: PppFrame) -> bool:
    """Whether a frame passes the checks of section 6.6 for IPv6, be it noise or not."""
    long = len(frame.information) >= BLOCK_LEN
    return long and readable(frame.information) == PPP_IPV6


def chance(frames: int, hits: int) -> float:
    """Probability that so many frames of noise look like IPv6 at least `hits` times (Poisson)."""
    mean = frames * NOISE_AS_IPV6
    fewer = sum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(hits))
    return max(0.0, 1.0 - fewer)


def _noise_complaint(protocol: int, information: bytes, agreed: Agreed) -> str:
    if len(information) < BLOCK_LEN + (protocol == agreed.noise[1]):
        return f"protocol 0x{protocol:04x} with {len(information)} octets, too short to be covered"
    inside = readable(information)
    if not inside or (inside == PPP_IPV6 and not _in_use(information)):
        return ""
    return f"a packet of protocol 0x{inside:04x} in clear"


def _lcp_complaint(packet: bytes) -> str:
    if not packet or packet[0] not in LCP_CODES:
        return f"LCP with code 0x{packet[:1].hex() or 'none'}, which is none"
    length = int.from_bytes(packet[2:4], "big")
    if packet[0] == PROTOCOL_REJECT and length > PROTOCOL_REJECT_LENGTH:
        return f"an LCP Protocol-Reject that repeats {length - PROTOCOL_REJECT_LENGTH} octets"
    return ""


def _in_use(ipv6: bytes) -> bool:
    source, destination = (ipaddress.IPv6Address(ipv6[i : i + 16]) for i in (8, 24))
    return (
        ipv6[6] in IPV6_NEXT_HEADERS
        and any(source in network for network in IPV6_SENDERS)
        and any(destination in network for network in IPV6_RECEIVERS)
    )
