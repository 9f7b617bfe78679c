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
    """Return the subscriber's flows in a capture at the servers."""
    with open_capture(servers) as reader:
        packets = (find_ip(packet.link_type, packet.data) for packet in reader)
        found = {pull_flow(ip) for ip in packets if ip is not None}
    return {flow for flow in found if flow is not None}
