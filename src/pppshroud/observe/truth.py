# SPDX-License-Identifier: GPL-2.0-or-later
"""What the clients really did, to hold a collector's records and a capture's bytes against."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

from pppshroud.errors import ShroudError
from pppshroud.observe.record import Record

MIN_TOKEN = 4  # characters: a shorter one turns up in noise by chance
MIN_OCTETS = 8  # of a pattern, for the same reason
FLOW_KEYS = {"proto", "src", "sport", "dst", "dport"}


class TruthError(ShroudError):
    """A ground-truth file that does not say what docs/observe.md asks for."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What a capture's real traffic was, and what gives it away."""

    pairs: frozenset[frozenset[str]]
    tokens: tuple[str, ...]
    apps: frozenset[str] = frozenset()  # engines' words for what ran, in lower case
    patterns: tuple[bytes, ...] = ()  # octets of content that tell what it is

    def confirms(self, record: Record) -> bool:
        """Whether the record has the two addresses of a real flow, or a real name."""
        pair = frozenset((record.source.address, record.destination.address))
        return pair in self.pairs or bool(self.tokens_in(record.names))

    def tokens_in(self, names: Iterable[str]) -> set[str]:
        """Return the tokens that occur in any of these names."""
        lower = [name.lower() for name in names]
        return {token for token in self.tokens if any(token.lower() in name for name in lower)}

    def metadata(self) -> set[str]:
        """Return all that a wire can show: tokens, and in hexadecimal patterns and addresses.

        Addresses in pairs, as headers have them: one IPv4 address is too short to be told
        from noise.
        """
        octets = {pattern.hex() for pattern in self.patterns}
        for pair in self.pairs:
            ends = [ipaddress.ip_address(address).packed for address in pair]
            octets |= {(one + other).hex() for one, other in permutations(ends, 2)}
        return octets | set(self.tokens)


def load_truth(path: Path) -> Truth:
    """Read a ground-truth file; raise TruthError that names what is wrong in it."""
    try:
        document = json.loads(path.read_bytes())
    except ValueError as error:
        raise TruthError(f"{path}: not JSON: {error}") from error
    if not isinstance(document, dict) or not {"flows", "tokens"} & set(document):
        raise TruthError(f'{path}: expected an object with "flows" and "tokens", as {_EXAMPLE}')
    flows, tokens = document.get("flows", []), document.get("tokens", [])
    if not isinstance(flows, list) or not isinstance(tokens, list):
        raise TruthError(f'{path}: "flows" and "tokens" must be lists, as {_EXAMPLE}')
    pairs = frozenset(_pull_pair(path, number, flow) for number, flow in enumerate(flows))
    return Truth(
        pairs,
        tuple(dict.fromkeys(_pull_token(path, token) for token in tokens)),
        frozenset(text.lower() for text in _pull_strings(path, document, "apps")),
        tuple(_pull_pattern(path, text) for text in _pull_strings(path, document, "bytes")),
    )


_EXAMPLE = (
    '{"flows": [{"proto": "udp", "src": "192.0.2.1", "sport": 5353, "dst": "192.0.2.53", '
    '"dport": 53}], "tokens": ["www.example.org"]}'
)


def _pull_pair(path: Path, number: int, flow: object) -> frozenset[str]:
    if not isinstance(flow, dict) or not {"src", "dst"} <= set(flow) <= FLOW_KEYS:
        raise TruthError(
            f'{path}: flow {number} must have "src" and "dst", and may have "proto", "sport" '
            f'and "dport": {json.dumps(flow)[:120]}'
        )
    try:
        return frozenset(str(ipaddress.ip_address(flow[key])) for key in ("src", "dst"))
    except ValueError as error:
        raise TruthError(f"{path}: flow {number}: {error}") from error


def _pull_token(path: Path, token: object) -> str:
    if not isinstance(token, str) or len(token) < MIN_TOKEN:
        raise TruthError(
            f"{path}: token {json.dumps(token)} must be a string of at least {MIN_TOKEN} "
            "characters: a shorter one turns up in noise by chance"
        )
    return token


def _pull_strings(path: Path, document: dict[str, object], key: str) -> list[str]:
    found = document.get(key, [])
    if not isinstance(found, list) or not all(isinstance(text, str) and text for text in found):
        raise TruthError(f'{path}: "{key}" must be a list of strings')
    return found


def _pull_pattern(path: Path, text: str) -> bytes:
    try:
        pattern = bytes.fromhex(text)
    except ValueError:
        pattern = b""
    if len(pattern) < MIN_OCTETS:
        raise TruthError(
            f"{path}: bytes {text[:80]!r} must be at least {MIN_OCTETS} octets in hexadecimal: "
            "fewer turn up in noise by chance"
        )
    return pattern
