# SPDX-License-Identifier: GPL-2.0-or-later
"""handshake.json: whole handshakes with fixed private keys, octet for octet."""

from __future__ import annotations

from typing import Any

from pppshroud.message import Message, push_message
from pppshroud.noise import public_key, read_init, read_resp, seal, write_init, write_resp
from pppshroud.params import Choice, Offer, push_choice, push_offer, push_params
from pppshroud.vectors.material import octets
from pppshroud.wire import Kind, Mode, Param

CPE_MAGIC = 0x11223344
LNS_MAGIC = 0x55667788
PADDING = push_params([(Param.PADDING, bytes(5))])


def handshake_vectors() -> dict[str, Any]:
    """Return handshake.json."""
    long_offer = push_offer(Offer((2, 1, 9), (2, 1)))
    long_choice = push_choice(Choice(Mode.HEAD, 1, 600, "Grüße, your ISP".encode()))
    return {
        "about": "Handshakes, protocol sections 3 and 4. Messages are whole LCP packets from Code "
        "on, with CPE magic number 11223344 and LNS magic number 55667788. ck and h are taken "
        "after message 2, before Split().",
        "vectors": [
            _case("plain offer", 0x01020304, push_offer(Offer()), push_choice(Choice())),
            _case("long offer, notice", 0xFFFFFFFF, long_offer, long_choice),
            _case("padding", 0, push_offer(Offer()) + PADDING, push_choice(Choice()) + PADDING),
        ],
    }


def _case(name: str, handshake_id: int, offer: bytes, choice: bytes) -> dict[str, Any]:
    ours, theirs, static = (octets(f"{name}: {who}", 32) for who in ("cpe", "lns", "static"))
    blank = Message(Kind.INIT, handshake_id)
    cpe, init = write_init(blank.prologue, ours, offer)
    lns, remote, _ = read_init(blank.prologue, init)
    lns, resp = write_resp(lns, remote, theirs, static, choice)
    cpe, seen, _ = read_resp(cpe, ours, resp)
    assert (cpe, seen) == (lns, public_key(static))
    first, second = cpe.split()
    okm = cpe.data_keys(Mode.HEAD)
    bodies = (init, resp, seal(first, 0, b"", b""), seal(second, 0, b"", b""))
    packets = {
        kind.name.lower(): push_message(
            Message(kind, handshake_id, body),
            identifier,
            CPE_MAGIC if kind in (Kind.INIT, Kind.CONFIRM) else LNS_MAGIC,
        ).hex()
        for identifier, (kind, body) in enumerate(zip(Kind, bodies, strict=False), start=1)
    }
    return {
        "name": name,
        "handshake_id": f"{handshake_id:08x}",
        "cpe_ephemeral_private": ours.hex(),
        "lns_ephemeral_private": theirs.hex(),
        "lns_static_private": static.hex(),
        "lns_static_public": seen.hex(),
        "prologue": blank.prologue.hex(),
        "offer": offer.hex(),
        "choice": choice.hex(),
        **packets,
        "ck": cpe.chaining_key.hex(),
        "h": cpe.hash.hex(),
        "confirm_key": first.hex(),
        "done_key": second.hex(),
        "okm": okm.hex(),
    }
