# SPDX-License-Identifier: GPL-2.0-or-later
"""False addresses: docs/decoy.md sections 4.1 and 4.2."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from pppshroud.decoy.feistel import turn, walk
from pppshroud.decoy.keys import CommonKeys
from pppshroud.decoy.siphash import siphash
from pppshroud.decoy.unfit import DecoyError, Unfit

STEPS = 8
SWAPPED4 = {  # networks of real addresses, and the first octet that they get
    "10.0.0.0/8": 53,
    "100.64.0.0/10": 19,
    "172.16.0.0/12": 19,
    "192.168.0.0/16": 19,
    "192.0.2.0/24": 19,
    "198.51.100.0/24": 19,
    "203.0.113.0/24": 19,
}
MILITARY = (6, 7, 11, 21, 22, 25, 26, 28, 29, 30, 33, 55, 214, 215)
NEVER_FALSE = {0, 10, 127, *MILITARY, *range(224, 256)}  # first octets
NEVER_FALSE_NETWORKS = (
    "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
    "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
)  # fmt: skip
BASES6 = (0x2400, 0x2410, 0x2600, 0x2630, 0x2800, 0x2A00, 0x2A10, 0x2C00)
SWAPPED6 = {
    0x2001: 0x263F, 0x2003: 0x263E, 0x2610: 0x263D, 0x2620: 0x263C, 0x0064: 0x263B,
    0x2002: 0x263A, 0x3FFF: 0x2639,
}  # fmt: skip
BOTH_WAYS6 = SWAPPED6 | {there: here for here, there in SWAPPED6.items()}


def _span(network: str) -> tuple[int, int]:
    net = ipaddress.IPv4Network(network)
    return int(net.network_address), int(net.broadcast_address)


EXCLUDED4 = tuple(map(_span, NEVER_FALSE_NETWORKS))
SWAPS4 = tuple(
    (low, high, (low >> 24 ^ first) << 24)
    for network, first in SWAPPED4.items()
    for low, high in (_span(network),)
)


def in_s4(address: int) -> bool:
    """Return whether an address may be a false one."""
    if address >> 24 in NEVER_FALSE:
        return False
    return not any(low <= address <= high for low, high in EXCLUDED4)


def swap4(address: int) -> int:
    """Exchange the places of private networks and of those that are given up for them."""
    for low, high, change in SWAPS4:
        if low <= address <= high or low ^ change <= address <= high ^ change:
            return address ^ change
    return address


@lru_cache(maxsize=1 << 16)
def turn_address(keys: CommonKeys, address: bytes, *, inverse: bool = False) -> bytes:
    """Return the false address of a real one of 4 or 16 octets, or the other way round.

    Raise DecoyError if there is none.
    """
    number = int.from_bytes(address, "big")
    result = (_turn4 if len(address) == 4 else _turn6)(keys, number, inverse)
    return result.to_bytes(len(address), "big")


def _turn4(keys: CommonKeys, address: int, inverse: bool) -> int:
    def change(half: int, r: int, other: int) -> int:
        return half ^ siphash(keys.address4, bytes([r]) + other.to_bytes(2, "little")) & 0xFFFF

    def step(value: int) -> int:
        first, second = turn(value >> 16, value & 0xFFFF, change, inverse=inverse)
        return first << 16 | second

    start = address if inverse else swap4(address)
    if not in_s4(start):
        raise DecoyError(Unfit.ADDRESS)
    end = walk(start, step, in_s4, STEPS, Unfit.ADDRESS)
    return swap4(end) if inverse else end


def swap6(address: int) -> int:
    """Exchange the first 16 bits."""
    first = address >> 112
    return address ^ (first ^ BOTH_WAYS6.get(first, first)) << 112


def in_s6(address: int) -> bool:
    """Return whether an address may be a false one."""
    return address >> 112 & 0xFFF0 in BASES6


def _turn6(keys: CommonKeys, address: int, inverse: bool) -> int:
    def change(half: int, r: int, other: int) -> int:
        mask = LOW if r % 2 else HIGH
        return half ^ siphash(keys.address6, bytes([r]) + other.to_bytes(8, "little")) & mask

    start = address if inverse else swap6(address)
    if not in_s6(start):
        raise DecoyError(Unfit.ADDRESS)
    index = BASES6.index(start >> 112 & 0xFFF0) << 4 | start >> 112 & 15
    high, low = turn(index << 48 | start >> 64 & MIDDLE, start & LOW, change, inverse=inverse)
    index = high >> 48
    end = (BASES6[index >> 4] | index & 15) << 112 | (high & MIDDLE) << 64 | low
    return swap6(end) if inverse else end


HIGH, MIDDLE, LOW = (1 << 55) - 1, (1 << 48) - 1, (1 << 64) - 1
