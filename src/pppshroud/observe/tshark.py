# SPDX-License-Identifier: GPL-2.0-or-later
"""The engine tshark: it decodes VLAN, PPPoE and L2TP itself, one line of fields a packet."""

from __future__ import annotations

from pathlib import Path

from pppshroud.observe.engine import FlowTable, Result
from pppshroud.observe.program import find_program, program_version, run_program
from pppshroud.observe.record import PROTOCOLS, Endpoint, plausible, protocol_name
from pppshroud.progress import Progress

BASE_FIELDS = ("frame.number", "frame.time_epoch", "frame.len", "frame.protocols")
IPV4_FIELDS = ("ip.src", "ip.dst", "ip.proto")
IPV6_FIELDS = ("ipv6.src", "ipv6.dst", "ipv6.nxt")
ROOT = "<Root>"  # the DNS root, which every EDNS packet has as the name of its option
NEXT_FIELD = {"ip": "ip.proto", "ipv6": "ipv6.nxt"}
PORT_FIELDS = ("tcp.srcport", "tcp.dstport", "udp.srcport", "udp.dstport")
NAME_FIELDS = (
    "dns.qry.name",
    "dns.resp.name",
    "dns.cname",
    "dns.ptr.domain_name",
    "dns.srv.target",
    "tls.handshake.extensions_server_name",
    "x509ce.dNSName",
    "http.host",
    "http.request.full_uri",
    "sip.r-uri",
    "sip.from.addr",
    "sip.to.addr",
    "sip.Call-ID",
    "bittorrent.info_hash",
    "dhcp.option.hostname",
)
# Set where a header contradicts itself or the packet's length, and what that means.
BOGUS_FIELDS = {
    "ip.bogus_ip_version": "IP version is not 4",
    "ip.bogus_header_length": "IPv4 header length is impossible",
    "ip.bogus_ip_length": "IPv4 total length is impossible",
    "ipv6.bogus_ipv6_version": "IP version is not 6",
    "ipv6.plen_exceeds_framing": "IPv6 payload length is impossible",
}
FIELDS = BASE_FIELDS + IPV4_FIELDS + IPV6_FIELDS + PORT_FIELDS + NAME_FIELDS + tuple(BOGUS_FIELDS)

SEPARATOR = "\t"
AGGREGATOR = "\x1f"  # between the values of one field; no name holds it
# Last layers of a PPP packet in which tshark recognised nothing.
UNKNOWN_PPP = {"ppp", "data", "_ws.malformed"}
NO_APPLICATION = {"data", "_ws.short", "_ws.malformed"}


def run(capture: Path, packets: int, timeout: float) -> Result:
    """Return what tshark makes of a capture of so many packets."""
    program = find_program("tshark", "tshark")
    result = Result("tshark", program_version([program, "--version"]))
    table = FlowTable(result.engine)
    command = [program, "-n", "-r", str(capture), "-T", "fields", "-E", "occurrence=a"]
    command += ["-E", f"aggregator={AGGREGATOR}", "-E", f"separator={SEPARATOR}"]
    for name in FIELDS:
        command += ["-e", name]
    progress = Progress("tshark", packets)
    with run_program(command, timeout) as output:
        for number, line in enumerate(output, 1):
            progress.update(number)
            _take_line(line.rstrip("\n"), table, result)
    progress.finish()
    result.records = table.records()
    return result


def _take_line(line: str, table: FlowTable, result: Result) -> None:
    """Count one packet in its flow, or say why it is in none."""
    values = dict(zip(FIELDS, line.split(SEPARATOR), strict=False))
    layers = values.get("frame.protocols", "").split(":")
    start = _inner_start(layers)
    if not {"ip", "ipv6"} & set(layers[start:]):
        if "ppp" in layers and layers[-1] in UNKNOWN_PPP:
            result.discarded["no IP header"] += 1
        return
    bogus = [reason for name, reason in BOGUS_FIELDS.items() if values.get(name)]
    if bogus:
        result.discarded[bogus[0]] += 1
        return
    _take_packet(values, layers, start, table, result)


def _inner_start(layers: list[str]) -> int:
    """Return the index of the first layer inside the PPP session, 0 without one.

    What carries the session (an L2TP tunnel's addresses) belongs to the carrier itself.
    """
    for name in ("ppp", "l2tp"):
        if name in layers:
            return layers.index(name) + 1
    return 0


def _take_packet(
    values: dict[str, str], layers: list[str], start: int, table: FlowTable, result: Result
) -> None:
    index = min(layers.index(name, start) for name in ("ip", "ipv6") if name in layers[start:])
    try:
        source, destination, proto = _pull_endpoints(values, layers, index)
        time, length = float(values["frame.time_epoch"]), int(values["frame.len"])
    except (IndexError, ValueError):
        result.discarded["header cut short"] += 1
        return
    if not plausible(source.address, destination.address):
        result.discarded["impossible address"] += 1
        return
    record = table.take(proto, source, destination, time, length)
    record.app = record.app or _application(layers, index)
    for name in NAME_FIELDS:
        if values.get(name):
            record.add_names(text for text in _split(values[name]) if text != ROOT)


def _pull_endpoints(
    values: dict[str, str], layers: list[str], index: int
) -> tuple[Endpoint, Endpoint, str]:
    """Return the endpoints of the IP header at `index`; a field has one value for each layer."""
    family = layers[index]
    nth = layers[:index].count(family)
    addresses = [_split(values[f"{family}.{end}"])[nth] for end in ("src", "dst")]
    transport = _transport(layers, index)
    if transport in {"tcp", "udp"}:
        nth = layers[:index].count(transport)
        ports = [_split(values[f"{transport}.{end}"])[nth] for end in ("srcport", "dstport")]
        source, destination = map(Endpoint, addresses, map(int, ports))
        return source, destination, transport
    proto = transport
    if proto not in PROTOCOLS.values():
        proto = protocol_name(int(_split(values[NEXT_FIELD[family]])[nth]))
    return Endpoint(addresses[0]), Endpoint(addresses[1]), proto


def _transport(layers: list[str], index: int) -> str:
    """Return the layer above the IP header at `index`, past IPv6 extension headers."""
    return next((x for x in layers[index + 1 :] if not x.startswith("ipv6.")), "")


def _application(layers: list[str], index: int) -> str:
    """Return the layer above TCP or UDP, in capitals as collectors write it."""
    transport = _transport(layers, index)
    if transport not in {"tcp", "udp"}:
        return ""
    above = layers[layers.index(transport, index) + 1 :]
    return next((layer.upper() for layer in above if layer not in NO_APPLICATION), "")


def _split(value: str) -> list[str]:
    return value.split(AGGREGATOR)
