# SPDX-License-Identifier: GPL-2.0-or-later
"""The ground truth of one use case, out of what its servers saw beyond the line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from pppshroud.capture.file import open_capture
from pppshroud.capture.link import find_ip
from tests.demo.truth import GROUPS, Flow, pull_flow

from .errors import DpiError
from .traffic.case import UseCase

ICMP, ICMPV6, IPV6_HEADER = 1, 58, 40
ERRORS4, ERRORS6 = (3, 4, 5, 11, 12), range(128)
"""ICMP's types that tell errors."""


def write_truth(
    path: Path, case: UseCase, learnt: Sequence[str], servers: Path, ends: Iterable[str]
) -> None:
    """Write it as docs/observe.md wants it. `ends`: the link-local addresses of the session.

    Raises DpiError when the servers saw no flow of the subscriber's.
    """
    flows = real_flows(servers)
    if not flows:
        raise DpiError(f"{case.name}: its servers saw no packet of the subscriber's")
    own = {Flow("icmpv6", end, 0, group, 0) for end in ends for group in GROUPS}
    document = {
        "flows": [asdict(flow) for flow in sorted(flows | own)],
        "tokens": [*case.tokens, *learnt],
        "apps": sorted(case.apps),
        "bytes": [pattern.hex() for pattern in case.patterns],
    }
    path.write_text(json.dumps(document, indent=1) + "\n")


def real_flows(servers: Path) -> set[Flow]:
    """Return the subscriber's flows in a capture at the servers.

    An ICMP error is no flow, but belongs to the one that it quotes.
    """
    with open_capture(servers) as reader:
        packets = (find_ip(packet.link_type, packet.data) for packet in reader)
        found = {pull_flow(ip) for ip in packets if ip is not None and not _is_error(ip)}
    return {flow for flow in found if flow is not None}


def _is_error(ip: bytes) -> bool:
    v6 = ip[0] >> 4 == 6
    protocol, header = (ip[6], IPV6_HEADER) if v6 else (ip[9], (ip[0] & 0x0F) * 4)
    if protocol != (ICMPV6 if v6 else ICMP) or len(ip) == header:
        return False
    return ip[header] in (ERRORS6 if v6 else ERRORS4)
