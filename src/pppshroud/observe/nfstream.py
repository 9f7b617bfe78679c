# SPDX-License-Identifier: GPL-2.0-or-later
"""The engine nfstream (PyPI package nfstream): flows by a newer nDPI than Debian's ndpiReader.

It runs in a process of its own (see nfreader.py), which may die or be ended without us.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

from pppshroud.observe.engine import Result
from pppshroud.observe.program import EngineError, run_program
from pppshroud.observe.record import Endpoint, Record, plausible, protocol_name

NOTE = "nfstream was given every PPP packet in a plain PPPoE frame, as ndpiReader is"
NO_APPLICATION = {"Unknown", ""}
NAMES = ("requested_server_name", "client_fingerprint")


def run(capture: Path, timeout: float) -> Result:
    """Return what nfstream makes of a pcap file made by `rewrap`."""
    if importlib.util.find_spec("nfstream") is None:
        raise EngineError(
            "nfstream is not installed. Install it with: pip install 'pppshroud[nfstream]', or "
            "choose other engines with --engine"
        )
    result = Result("nfstream", "", NOTE)
    command = [sys.executable, "-m", "pppshroud.observe.nfreader", str(capture)]
    with run_program(command, timeout) as output:
        result.version = output.readline().strip()
        for line in output:
            _take(json.loads(line), result)
    result.records.sort(key=lambda record: record.start)
    return result


def _take(flow: dict[str, Any], result: Result) -> None:
    if not plausible(flow["src_ip"], flow["dst_ip"]):
        result.discarded["impossible address"] += 1
        return
    app = flow["application_name"]
    record = Record(
        engine=result.engine,
        start=flow["bidirectional_first_seen_ms"] / 1e3,
        end=flow["bidirectional_last_seen_ms"] / 1e3,
        proto=protocol_name(flow["protocol"]),
        source=Endpoint(flow["src_ip"], flow["src_port"]),
        destination=Endpoint(flow["dst_ip"], flow["dst_port"]),
        app="" if app in NO_APPLICATION else app,
        packets=flow["bidirectional_packets"],
        bytes=flow["bidirectional_bytes"],
    )
    record.add_names(flow[name] for name in NAMES if flow[name])
    result.records.append(record)
