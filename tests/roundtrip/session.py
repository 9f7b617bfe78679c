# SPDX-License-Identifier: GPL-2.0-or-later
"""The session that packets travel through: its encapsulation, keys and framing."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from pppshroud.cover import KeySet
from pppshroud.decoy.keys import DecoyKeys, SideKeys
from pppshroud.wire import DECOY_OKM_LEN, KEYSET_LEN
from tests.datapath.decoys import run_key
from tests.datapath.frames import L2TP_SESSION, PPPOE_SESSION, l2tp, pppoe

PPPOE, L2TP = "pppoe", "l2tp"
COMMANDS = {PPPOE: PPPOE_SESSION, L2TP: L2TP_SESSION}
PPPOE_AT = 20  # where the PPP protocol is
UDP_AT = 34
WITH_LENGTH = 0x4002  # flags of L2TP


@dataclass(frozen=True)
class Packet:
    """A PPP protocol number and information field; `missing` octets are lost from its end."""

    protocol: int
    information: bytes
    missing: int = 0


@dataclass(frozen=True)
class Keys:
    """One key set, as the data path and as the reference take it."""

    octets: bytes
    head: KeySet | None = None
    decoy: SideKeys | None = None


@dataclass(frozen=True)
class Session:
    """A covered session; `receiving` has the key set that is sent with among one or two."""

    encap: str
    decoy: bool
    lcp: bool
    sending: Keys
    receiving: tuple[Keys, ...]

    @property
    def command(self) -> str:
        """What makes a test runner set the session's state."""
        keys = [keys.octets.hex() for keys in (self.sending, *self.receiving)]
        keys += ["-"] * (3 - len(keys))
        return " ".join(["set", "cover", *keys, *(["lcp"] if self.lcp else [])])

    def frame(self, way: str, packet: Packet) -> bytes:
        """Return the frame on the wire with a packet, in or out."""
        if self.encap == PPPOE:
            whole = pppoe(way, packet.protocol, packet.information)
        else:
            whole = l2tp(way, packet.protocol, packet.information, flags=WITH_LENGTH)
        return whole[: len(whole) - packet.missing]

    def packet(self, frame: bytes) -> Packet:
        """Return what is in a frame that the data path has passed on."""
        if self.encap == PPPOE:
            told = int.from_bytes(frame[PPPOE_AT - 2 : PPPOE_AT], "big")
            content = frame[PPPOE_AT : PPPOE_AT + told]
        else:
            told = int.from_bytes(frame[UDP_AT + 4 : UDP_AT + 6], "big")
            content = frame[UDP_AT + 18 : UDP_AT + told]
        return Packet(int.from_bytes(content[:2], "big"), content[2:])


def random_session(rng: Random, *, decoy: bool, order: int | None = None) -> Session:
    """Return a session with new keys.

    order: of those that it receives with. 0: only one, 1: that one first, 2: that one second.
    """
    phase = rng.randrange(2)
    mine, other = (_keys(rng, turn, decoy=decoy) for turn in (phase, 1 - phase))
    orders = (mine,), (mine, other), (other, mine)
    receiving = rng.choice(orders) if order is None else orders[order]
    encap = L2TP if rng.random() < 0.25 else PPPOE
    return Session(encap, decoy, decoy and rng.random() < 0.3, mine, receiving)


def _keys(rng: Random, phase: int, *, decoy: bool) -> Keys:
    if not decoy:
        octets = rng.randbytes(KEYSET_LEN)
        return Keys(octets, head=KeySet(octets))
    okm = rng.randbytes(DECOY_OKM_LEN)
    return Keys(run_key(okm, phase), decoy=DecoyKeys.split(okm, phase).up)
