# SPDX-License-Identifier: GPL-2.0-or-later
"""handshake.json: whole handshakes with fixed private keys, octet for octet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pppshroud.message import Message, push_message
from pppshroud.noise import (
    public_key,
    read_init,
    read_resp,
    rekey_proof,
    seal,
    write_init,
    write_resp,
)
from pppshroud.params import Choice, Offer, push_choice, push_offer, push_params
from pppshroud.vectors.material import octets
from pppshroud.wire import CHAIN_LEN, Kind, Mode, Param

CPE_MAGIC = 0x11223344
LNS_MAGIC = 0x55667788
PADDING = push_params([(Param.PADDING, bytes(5))])


def handshake_vectors() -> dict[str, Any]:
    """Return handshake.json."""
    long_choice = push_choice(Choice(Mode.HEAD, 1, 600, "Grüße, your ISP".encode()))
    chain = octets("chain", CHAIN_LEN)
    return {
        "about": "Handshakes, protocol sections 3 and 4. Messages are whole LCP packets from Code "
        "on, with CPE magic number 11223344 and LNS magic number 55667788. ck and h are taken "
        "after message 2, before Split(). chain is that of the handshake before, all zero in the "
        "first. okm ends with the chain for the next.",
        "vectors": [
            _case("plain offer", 0x01020304, Offer(), push_choice(Choice())),
            _case("long offer, notice", 0xFFFFFFFF, Offer((2, 1, 9), (2, 1)), long_choice),
            _case("padding", 0, Offer(), push_choice(Choice()) + PADDING, tail=PADDING),
            _case("rekey", 0x80000000, Offer(), push_choice(Choice()), chain=chain),
        ],
    }


def _case(
    name: str,
    handshake_id: int,
    offer: Offer,
    choice: bytes,
    chain: bytes = bytes(CHAIN_LEN),
    tail: bytes = b"",
) -> dict[str, Any]:
    ours, theirs, static = (octets(f"{name}: {who}", 32) for who in ("cpe", "lns", "static"))
    blank = Message(Kind.INIT, handshake_id)
    if any(chain):
        offer = replace(offer, proof=rekey_proof(chain, handshake_id, public_key(ours)))
    payload = push_offer(offer) + tail
    cpe, init = write_init(blank.prologue, ours, payload)
    lns, remote, _ = read_init(blank.prologue, init)
    lns, resp = write_resp(lns, remote, theirs, static, choice)
    cpe, seen, _ = read_resp(cpe, ours, resp)
    assert (cpe, seen) == (lns, public_key(static))
    first, second = cpe.split()
    bodies = (init, resp, seal(first, 0, b"", b""), seal(second, 0, b"", b""))
    return {
        "name": name,
        "handshake_id": f"{handshake_id:08x}",
        "cpe_ephemeral_private": ours.hex(),
        "lns_ephemeral_private": theirs.hex(),
        "lns_static_private": static.hex(),
        "lns_static_public": seen.hex(),
        "prologue": blank.prologue.hex(),
        "chain": chain.hex(),
        "offer": payload.hex(),
        "choice": choice.hex(),
        **_packets(handshake_id, bodies),
        "ck": cpe.chaining_key.hex(),
        "h": cpe.hash.hex(),
        "confirm_key": first.hex(),
        "done_key": second.hex(),
        "okm": cpe.data_keys(Mode.HEAD, chain).hex(),
    }


def _packets(handshake_id: int, bodies: tuple[bytes, ...]) -> dict[str, str]:
    """Return INIT, RESP, CONFIRM and DONE as LCP packets with identifiers 1 to 4."""
    packets = {}
    for kind, body in zip(Kind, bodies, strict=False):
        magic = CPE_MAGIC if kind in (Kind.INIT, Kind.CONFIRM) else LNS_MAGIC
        packet = push_message(Message(kind, handshake_id, body), int(kind), magic)
        packets[kind.name.lower()] = packet.hex()
    return packets
