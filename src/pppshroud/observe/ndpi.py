# SPDX-License-Identifier: GPL-2.0-or-later
"""The engine ndpiReader (Debian package libndpi-bin): it writes one CSV row a flow.

nDPI 4.2 separates columns by commas, later versions by bars; columns are found by name.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from pppshroud.observe.engine import Result
from pppshroud.observe.program import EngineError, find_program, program_version, run_program
from pppshroud.observe.record import Endpoint, Record, plausible, protocol_name

NOTE = "ndpiReader does not decode L2TP: it was given every PPP packet in a plain PPPoE frame"
COLUMNS = (
    "protocol", "first_seen", "last_seen", "src_ip", "src_port", "dst_ip", "dst_port",
    "ndpi_proto", "server_name_sni", "c_to_s_pkts", "c_to_s_bytes", "s_to_c_pkts",
    "s_to_c_bytes",
)  # fmt: skip
NO_APPLICATION = {"Unknown", ""}
EVERY_FLOW = ("-v", "2")  # else those of unknown applications are not in the CSV
CONTENT_ONLY = ("-d",)


def run(capture: Path, timeout: float, *, ports: bool = True) -> Result:
    """Return what ndpiReader makes of a pcap file made by `rewrap`.

    Without `ports` it judges by content alone, not by the port numbers where that fails.
    """
    program = find_program("ndpiReader", "libndpi-bin")
    result = Result("ndpi", program_version([program, "-h"]), NOTE)
    with tempfile.TemporaryDirectory(prefix="pppshroud-") as folder:
        csv = Path(folder) / "flows.csv"
        command = [program, "-q", "-i", str(capture), "-C", str(csv)]
        with run_program([*command, *(EVERY_FLOW if ports else CONTENT_ONLY)], timeout):
            pass
        parse(csv.read_text(errors="replace"), result)
    return result


def parse(text: str, result: Result) -> None:
    """Add the rows of ndpiReader's CSV to the result; raise EngineError if it is none."""
    lines = text.splitlines()
    header = lines[0].lstrip("#") if lines else ""
    separator = "|" if "|" in header else ","
    names = header.split(separator)
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise EngineError(
            f"ndpiReader {result.version} wrote no column {missing[0]!r}: this version of its "
            "CSV is not known here. Leave it out with: --engine tshark"
        )
    for line in lines[1:]:
        _take_row(dict(zip(names, line.split(separator), strict=False)), result)
    result.records.sort(key=lambda record: record.start)


def _take_row(row: dict[str, str], result: Result) -> None:
    try:
        record = _pull_record(row, result.engine)
    except (KeyError, ValueError):  # a separator in a name that was noise
        result.discarded["unreadable row"] += 1
        return
    if plausible(record.source.address, record.destination.address):
        result.records.append(record)
    else:
        result.discarded["impossible address"] += 1


def _pull_record(row: dict[str, str], engine: str) -> Record:
    app, name = row["ndpi_proto"], row["server_name_sni"]
    return Record(
        engine=engine,
        start=float(row["first_seen"]),
        end=float(row["last_seen"]),
        proto=protocol_name(int(row["protocol"])),
        source=Endpoint(row["src_ip"], int(row["src_port"])),
        destination=Endpoint(row["dst_ip"], int(row["dst_port"])),
        app="" if app in NO_APPLICATION else app,
        names=[name] if name else [],
        packets=int(row["c_to_s_pkts"]) + int(row["s_to_c_pkts"]),
        bytes=int(row["c_to_s_bytes"]) + int(row["s_to_c_bytes"]),
    )
