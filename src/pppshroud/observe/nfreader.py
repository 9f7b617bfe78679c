# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints nfstream's version, and its flows of a capture as JSON, one a line."""

from __future__ import annotations

import importlib.metadata
import json
import sys

KEYS = (
    "src_ip", "src_port", "dst_ip", "dst_port", "protocol", "bidirectional_first_seen_ms",
    "bidirectional_last_seen_ms", "bidirectional_packets", "bidirectional_bytes",
    "application_name", "requested_server_name", "client_fingerprint",
)  # fmt: skip
SECONDS = 1 << 30
"""Of idleness and activity after which nfstream would cut a flow in two: never."""


def main(capture: str) -> None:
    """Read one capture."""
    from nfstream import NFStreamer  # noqa: PLC0415 - it starts processes when it is imported

    print(importlib.metadata.version("nfstream"))
    for flow in NFStreamer(
        source=capture, n_meters=1, idle_timeout=SECONDS, active_timeout=SECONDS
    ):
        print(json.dumps({key: getattr(flow, key) for key in KEYS}))


if __name__ == "__main__":
    main(sys.argv[1])
