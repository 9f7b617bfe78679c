# SPDX-License-Identifier: GPL-2.0-or-later
"""decoy-parts.json and decoy-ports.json: what decoys are made of, one by one."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from pppshroud.decoy.address import turn_address
from pppshroud.decoy.dns import turn_message
from pppshroud.decoy.keys import DecoyKeys
from pppshroud.decoy.loud import LOUD, SEATS
from pppshroud.decoy.name import turn_name
from pppshroud.decoy.payload import turn_payload
from pppshroud.decoy.port import turn_port
from pppshroud.decoy.siphash import siphash
from pppshroud.noise import Symmetric
from pppshroud.vectors.decoydns import messages
from pppshroud.vectors.material import octets
from pppshroud.wire import DECOY_OKM_LEN, Mode

OKM = octets("decoy okm", DECOY_OKM_LEN)
KEYS = DecoyKeys.split(OKM)
TAG = bytes.fromhex("c0a80102")
ADDRESSES = (
    "1.1.1.1", "1.1.1.2", "8.8.8.8", "10.0.0.1", "100.64.0.1", "172.16.0.1", "192.168.1.1",
    "192.0.2.1", "198.51.100.1", "203.0.113.1", "9.9.9.9", "223.255.255.255",
    "2001:4860:4860::8888", "2001:db8::1", "2003::1", "2400::", "2620:fe::fe", "2a00:1450::1",
    "2c0f:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "64:ff9b::808:808", "2002::1", "3fff::1", "2610::1",
)  # fmt: skip
PORTS = (1, 22, 53, 80, 90, 443, 1024, 5060, 32768, 40001, 60001, 65535)
LENGTHS = (
    0, 1, 2, 3, 4, 7, 16, 31, 32, 33, 62, 63, 64, 65, 80, 81, 128, 129, 500, 1460, 2048, 2049,
)  # fmt: skip
NAMES = ("x", "7", "ab", "t.co", "www.Example-1.org", "a1" * 46, "_-")


def part_vectors() -> dict[str, Any]:
    """Return decoy-parts.json."""
    tweak = octets("tweak", 16)
    return {
        "about": "Computations of docs/decoy.md sections 3, 4, 7 and 8. okm holds the keys, the "
        "direction is up. Port 53 is that of TCP. Payload: T, P, W and C. Name: D, and a run "
        "without its length octets, before and after. Message: the first 10 octets of D, a DNS "
        "message, and the false one.",
        "okm": OKM.hex(),
        "keys": _key_case(),
        "siphash": [_siphash_case(length) for length in (0, 1, 3, 6, 7, 8, 9, 15)],
        "addresses": [_address_case(address) for address in ADDRESSES],
        "ports": [_port_case(port) for port in PORTS],
        "payloads": [
            _payload_case(tweak, octets(f"payload {length}", length), whole)
            for length in LENGTHS
            for whole in (False, True)
            if not whole or 65 <= length <= 2048
        ],
        "names": [_name_case(tweak, name.encode()) for name in NAMES],
        "messages": [_message_case(name, message) for name, message in messages()],
    }


def port_lists() -> dict[str, Any]:
    """Return decoy-ports.json."""
    return {
        "about": "Docs/decoy.md section 13, normative: the i-th loud port is swapped with the i-th "
        "seat.",
        "loud": " ".join(map(str, LOUD)),
        "seats": " ".join(map(str, SEATS)),
    }


def _key_case() -> dict[str, str]:
    state = Symmetric(octets("ck", 32), octets("h", 32))
    chain = octets("chain", 32)
    return {
        "ck": state.chaining_key.hex(),
        "h": state.hash.hex(),
        "chain": chain.hex(),
        "okm_decoy": state.data_keys(Mode.DECOY, chain).hex(),
        "okm_plain": state.data_keys(Mode.PLAIN, chain).hex(),
    }


def _siphash_case(length: int) -> dict[str, str]:
    key, message = bytes(range(16)), bytes(range(length))
    tag = siphash(key, message).to_bytes(8, "little")
    return {"key": key.hex(), "message": message.hex(), "tag": tag.hex()}


def _address_case(address: str) -> dict[str, str]:
    false = turn_address(KEYS.up.common, ip_address(address).packed)
    return {"real": address, "false": str(ip_address(false))}


def _port_case(port: int) -> dict[str, Any]:
    return {"tag": TAG.hex(), "real": port, "false": turn_port(KEYS.up.common, port, TAG)}


def _payload_case(tweak: bytes, payload: bytes, whole: bool) -> dict[str, Any]:
    covered = turn_payload(KEYS.up, tweak, payload, whole=whole)
    return {"t": tweak.hex(), "w": int(whole), "p": payload.hex(), "c": covered.hex()}


def _name_case(tweak: bytes, text: bytes) -> dict[str, str]:
    turned = turn_name(KEYS.up.common.name, tweak, text)
    return {"d": tweak.hex(), "real": text.decode(), "false": turned.decode()}


def _message_case(name: str, message: bytes) -> dict[str, str]:
    ends = octets("ends", 10)
    turned = turn_message(KEYS.up.common, ends, message)
    return {"name": name, "d": ends.hex(), "real": message.hex(), "false": turned.hex()}
