# SPDX-License-Identifier: GPL-2.0-or-later
"""What the clients really did, to hold a collector's records and a capture's bytes against."""

from __future__ import annotations

import ipaddress
import json
from dataclasses import dataclass
from pathlib import Path

from pppshroud.errors import ShroudError
from pppshroud.observe.record import Record

MIN_TOKEN = 4  # characters: a shorter one turns up in noise by chance
FLOW_KEYS = {"proto", "src", "sport", "dst", "dport"}


class TruthError(ShroudError):
    """A ground-truth file that does not say what docs/observe.md asks for."""


@dataclass(frozen=True, slots=True)
class Truth:
    """Address pairs and names of a capture's real traffic."""

    pairs: frozenset[frozenset[str]]
    tokens: tuple[str, ...]

    def confirms(self, record: Record) -> bool:
        """Whether the record has the two addresses of a real flow, or a real name."""
        pair = frozenset((record.source.address, record.destination.address))
        if pair in self.pairs:
            return True
        names = [name.lower() for name in record.names]
        return any(token.lower() in name for token in self.tokens for name in names)


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
    return Truth(pairs, tuple(dict.fromkeys(_pull_token(path, token) for token in tokens)))


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
