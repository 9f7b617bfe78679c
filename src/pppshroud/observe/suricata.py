# SPDX-License-Identifier: GPL-2.0-or-later
"""The engine Suricata: its flow log, what its parsers read, and alerts of rules made for a truth.

Its rules know all that the ground truth knows: an operator who has been told what to look for.
"""

from __future__ import annotations

import ipaddress
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pppshroud.observe.engine import Result
from pppshroud.observe.needles import HEX
from pppshroud.observe.program import find_program, program_version, run_program
from pppshroud.observe.record import Endpoint, Record, plausible
from pppshroud.observe.truth import Truth

NOTE = "Suricata does not decode L2TP: it was given every PPP packet in a plain PPPoE frame"
CONFIGURATION = Path(__file__).with_suffix(".yaml")
RULES, INPUT, LOG = "truth.rules", "capture.pcap", "eve.json"
# Keys, anywhere in an event, whose values are names, identifiers or sums.
NAME_KEYS = {
    "command_data", "filename", "from", "hash", "helo", "hostname", "info_hash", "mail_from",
    "md5", "rcpt_to", "rrname", "request_line", "sha256", "sni", "subject", "to",
    "uri", "url",
}  # fmt: skip
PROTOCOLS = {"IPv6-ICMP": "icmpv6"}
NO_APPLICATION = {"failed", "unknown", ""}


def run(capture: Path, timeout: float, truth: Truth | None) -> Result:
    """Return what Suricata makes of a pcap file made by `rewrap`."""
    program = find_program("suricata", "suricata")
    with tempfile.TemporaryDirectory(prefix="pppshroud-") as name:
        folder = Path(name)
        (folder / CONFIGURATION.name).write_bytes(CONFIGURATION.read_bytes())
        (folder / RULES).write_text("\n".join(push_rules(truth)) + "\n")
        (folder / INPUT).write_bytes(capture.read_bytes())
        result = Result("suricata", program_version([program, "-V"]), NOTE)
        # Relative names: the program may see this folder at another place.
        command = [program, "-c", CONFIGURATION.name, "-S", RULES, "-r", INPUT, "-l", "."]
        with run_program([*command, "-k", "none", "--runmode", "single"], timeout, folder):
            pass
        events = (folder / LOG).read_text(errors="replace").splitlines()
        result.records = pull_records(events, known(truth))
    for record in list(result.records):
        if not plausible(record.source.address, record.destination.address):
            result.records.remove(record)
            result.discarded["impossible address"] += 1
    return result


def push_rules(truth: Truth | None) -> Iterator[str]:
    """Return a rule for each token and pattern, whose number is its sid.

    Tokens are sought as text in any case, or in hexadecimal as the octets.
    """
    tokens = truth.tokens if truth else ()
    contents = [
        (bytes.fromhex(token), "") if HEX.fullmatch(token) else (token.encode(), "nocase; ")
        for token in tokens
    ]
    contents += [(pattern, "") for pattern in (truth.patterns if truth else ())]
    for number, (octets, option) in enumerate(contents, 1):
        yield (
            f'alert ip any any -> any any (msg:"known {number}"; '
            f'content:"|{octets.hex(" ")}|"; {option}sid:{number};)'
        )


def known(truth: Truth | None) -> list[str]:
    """Return what each rule is for, in their order: tokens, and patterns in hexadecimal."""
    return [] if truth is None else [*truth.tokens, *(p.hex() for p in truth.patterns)]


def pull_records(lines: Iterable[str], sought: Sequence[str]) -> list[Record]:
    """Return a record for each flow of Suricata's event log, with all names of its events.

    `sought`: what the rules are for, see known().
    """
    names: dict[int, list[str]] = {}
    flows = []
    for line in lines:
        event = json.loads(line)
        if event["event_type"] == "flow":
            flows.append(event)
        elif "flow_id" in event:
            found = names.setdefault(event["flow_id"], [])
            found.extend(_names(event))
            if event["event_type"] == "alert":
                found.append(sought[event["alert"]["signature_id"] - 1])
    records = []
    for event in flows:
        record = _pull_record(event)
        record.add_names(names.get(event["flow_id"], ()))
        records.append(record)
    return sorted(records, key=lambda record: record.start)


def _pull_record(event: dict[str, Any]) -> Record:
    flow, app, proto = event["flow"], event.get("app_proto", ""), event["proto"]
    return Record(
        engine="suricata",
        start=_seconds(flow["start"]),
        end=_seconds(flow["end"]),
        proto=PROTOCOLS.get(proto, proto.lower()),
        source=Endpoint(_address(event["src_ip"]), event.get("src_port", 0)),
        destination=Endpoint(_address(event["dest_ip"]), event.get("dest_port", 0)),
        app="" if app in NO_APPLICATION else app,
        packets=flow["pkts_toserver"] + flow["pkts_toclient"],
        bytes=flow["bytes_toserver"] + flow["bytes_toclient"],
    )


def _names(value: object, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _names(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _names(inner, key)
    elif isinstance(value, str) and key in NAME_KEYS:
        yield value


def _address(text: str) -> str:
    return str(ipaddress.ip_address(text))


def _seconds(text: str) -> float:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z").timestamp()
