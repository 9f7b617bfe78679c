# SPDX-License-Identifier: GPL-2.0-or-later
"""What the reference says becomes of a packet: docs/protocol.md 6 and docs/decoy.md."""

from __future__ import annotations

from dataclasses import dataclass

from pppshroud.decoy.frame import cover_decoy_frame, is_noise, uncover_decoy_frame
from pppshroud.decoy.framing import pull_lcp, push_lcp
from pppshroud.decoy.unfit import DecoyError
from pppshroud.frame import cover_frame, uncover_frame
from pppshroud.inner import CLEAR, NCPS, FrameError, Reject
from pppshroud.wire import (
    PPP_COVER_WHOLE,
    PPP_IPV4,
    PPP_IPV6,
    PPP_LCP,
    PPP_NOISE_BLOCK,
    PPP_NOISE_WHOLE,
)

from .session import Packet, Session

IP = (PPP_IPV4, PPP_IPV6)
PROTOCOL_REJECT, REJECT_CUT = 8, 6
LENGTHS = (Reject.SHORT, Reject.LONG)
WHOLE_FLAG = {PPP_IPV4: 0x04, PPP_IPV6: 0x40}  # of a decoy's second octet


@dataclass(frozen=True)
class Outcome:
    """The counter that a frame ends in, and what goes on of it, None if it is dropped."""

    counter: str
    packet: Packet | None = None


def is_whole(outcome: Outcome) -> bool:
    """Return whether a sender has covered the packet whole, a decoy's payload included."""
    packet = outcome.packet
    if outcome.counter != "tx_decoy" or packet is None:
        return outcome.counter == "tx_whole"
    meant = pull_lcp(packet.protocol, packet.information)
    return bool(packet.information[1] & WHOLE_FLAG[meant])


def sent(session: Session, packet: Packet, *, whole: bool) -> Outcome:
    """Return what becomes of a packet that is to be sent; `whole`: what the rule decided."""
    protocol, information = packet.protocol, packet.information
    if protocol in CLEAR:
        return _sent_clear(packet)
    if protocol not in (*IP, *NCPS):
        return Outcome("tx_protocol")
    if packet.missing:
        return Outcome("tx_malformed")
    try:
        if session.decoy:
            assert session.sending.decoy
            wire, covered = cover_decoy_frame(
                session.sending.decoy, protocol, information, whole=whole
            )
        else:
            assert session.sending.head
            wire, covered = cover_frame(session.sending.head, protocol, information, whole=whole)
    except FrameError as error:
        return Outcome("tx_long" if error.reason is Reject.LONG else "tx_malformed")
    return Outcome(_sent_counter(session, wire), _framed(session, wire, covered))


def _sent_counter(session: Session, wire: int) -> str:
    if session.decoy and not is_noise(wire):
        return "tx_decoy"
    return "tx_whole" if wire in (PPP_COVER_WHOLE, PPP_NOISE_WHOLE) else "tx_block"


def _framed(session: Session, wire: int, covered: bytes) -> Packet:
    return Packet(push_lcp(wire, covered) if session.lcp else wire, covered)


def _sent_clear(packet: Packet) -> Outcome:
    """LCP and authentication stay; a Protocol-Reject loses what it repeats."""
    information = packet.information
    if packet.protocol != PPP_LCP:
        return Outcome("tx_link", packet)
    if packet.missing or not information:
        return Outcome("tx_malformed")
    if information[0] != PROTOCOL_REJECT or len(information) <= REJECT_CUT:
        return Outcome("tx_link", packet)
    cut = information[:2] + REJECT_CUT.to_bytes(2, "big") + information[4:REJECT_CUT]
    return Outcome("tx_link", Packet(PPP_LCP, cut))


def received(session: Session, packet: Packet) -> Outcome:
    """Return what becomes of a frame that comes in."""
    protocol = packet.protocol
    if session.lcp:
        protocol = pull_lcp(protocol, packet.information)
    if protocol in CLEAR:
        return Outcome("rx_link", packet)
    if not session.decoy:
        return _received_covered(session, protocol, packet) if protocol in IP else REFUSED
    if protocol in (PPP_NOISE_BLOCK, PPP_NOISE_WHOLE):
        return _received_covered(session, protocol, packet)
    return _received_decoy(session, protocol, packet) if protocol in IP else REFUSED


REFUSED = Outcome("rx_refused")


def _received_decoy(session: Session, protocol: int, packet: Packet) -> Outcome:
    if packet.missing:
        return Outcome("rx_false")
    receivers = [keys.decoy for keys in session.receiving if keys.decoy]
    try:
        meant, information, _ = uncover_decoy_frame(receivers, protocol, packet.information)
    except DecoyError:
        return Outcome("rx_false")
    return Outcome("rx_decoy", Packet(meant, information))


def _received_covered(session: Session, protocol: int, packet: Packet) -> Outcome:
    if packet.missing:
        return Outcome("rx_length")
    try:
        if session.decoy:
            receivers = [keys.decoy for keys in session.receiving if keys.decoy]
            uncovered = uncover_decoy_frame(receivers, protocol, packet.information)
        else:
            heads = [keys.head for keys in session.receiving if keys.head]
            uncovered = uncover_frame(heads, protocol, packet.information)
    except FrameError as error:
        return Outcome("rx_length" if error.reason in LENGTHS else "rx_unknown")
    meant, information, place = uncovered
    if place:
        return Outcome("rx_second", Packet(meant, information))
    whole = protocol in (PPP_COVER_WHOLE, PPP_NOISE_WHOLE)
    return Outcome("rx_whole" if whole else "rx_block", Packet(meant, information))
