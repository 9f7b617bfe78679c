# SPDX-License-Identifier: GPL-2.0-or-later
"""The plain string search: names found by their shape in the bytes, whatever the headers say.

An engine that trusts headers gives up when they are noise; this search does not.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from pppshroud.capture.packet import Packet

HTTP_HOST = re.compile(rb"\r\nHost: *([!-~]{1,255})\r\n", re.IGNORECASE)
SIP_URI = re.compile(rb"\bsips?:([\w.!~*'+-]{1,64}@[\w.\[\]:-]{1,253})")
SIP_CALL_ID = re.compile(rb"\r\nCall-ID: *([!-~]{1,255})\r\n", re.IGNORECASE)
BITTORRENT = re.compile(rb"\x13BitTorrent protocol.{8}(.{20})", re.DOTALL)
# RFC 6066 section 3: three lengths, each two more or three more than the next.
SERVER_NAME = re.compile(rb"\x00\x00(..)(..)\x00(..)([\w.-]{4,253})", re.DOTALL)
# RFC 1035 section 4.1.2: labels, then root, QTYPE under 256 and QCLASS IN.
LABELS = re.compile(rb"((?:[\x01-\x3f][\w-]{1,63}){2,20})\Z")
QUESTION_END = re.compile(rb"\x00\x00[\x01-\xff]\x00\x01")
MAX_NAME = 254  # bytes without root


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A name and what kind of bytes it stood in."""

    kind: str
    token: str


class StringSearch:
    """Counts the packets in which each name stands."""

    def __init__(self) -> None:
        self.found: Counter[Finding] = Counter()

    def take(self, packet: Packet) -> None:
        """Search one captured frame."""
        for finding in set(find_names(packet.data)):
            self.found[finding] += 1

    def to_json(self) -> list[dict[str, object]]:
        """Return the findings as docs/observe.md describes them."""
        return [
            {"kind": finding.kind, "token": finding.token, "packets": count}
            for finding, count in sorted(self.found.items())
        ]


def find_names(data: bytes) -> list[Finding]:
    """Return the names in one frame."""
    found = []
    for kind, pattern in (("http-host", HTTP_HOST), ("sip", SIP_URI), ("call-id", SIP_CALL_ID)):
        found += [Finding(kind, match[1].decode("ascii")) for match in pattern.finditer(data)]
    found += [Finding("info-hash", match[1].hex()) for match in BITTORRENT.finditer(data)]
    return found + _find_server_names(data) + _find_questions(data)


def _find_server_names(data: bytes) -> list[Finding]:
    found = []
    for match in SERVER_NAME.finditer(data):
        extension, names, length = (int.from_bytes(match[i], "big") for i in (1, 2, 3))
        if extension == names + 2 == length + 5 and len(match[4]) >= length:
            found.append(Finding("tls-sni", match[4][:length].decode("latin-1")))
    return found


def _find_questions(data: bytes) -> list[Finding]:
    found = []
    for end in QUESTION_END.finditer(data):
        labels = LABELS.search(data, max(0, end.start() - MAX_NAME), end.start())
        name = _join_labels(labels[1]) if labels else ""
        if name:
            found.append(Finding("dns-name", name))
    return found


def _join_labels(labels: bytes) -> str:
    """Return length-prefixed labels as a dotted name, "" unless the lengths come out even."""
    parts = []
    while labels:
        length = labels[0]
        if len(labels) < 1 + length:
            return ""
        parts.append(labels[1 : 1 + length].decode("latin-1"))
        labels = labels[1 + length :]
    return ".".join(parts)
