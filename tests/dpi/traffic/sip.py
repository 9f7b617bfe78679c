# SPDX-License-Identifier: GPL-2.0-or-later
"""SIP messages of a given content type."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pppshroud.capture.file import open_capture
from pppshroud.observe.strings import find_names
from tests.testbed.internet import Host
from tests.testbed.machine import Machine
from tests.testbed.topology import LAN_HOST, LAN_HOST6

from .case import SERVERS, UseCase, run

VOICE = Host("voice.example", 23)
USER, CONTENT_TYPE = "whistleblower", "application/vnd.secret-ballot+xml"
FOLDER = "/tmp/dpi/sip"  # noqa: S108 - of the guest
PORT, CLIENT_PORT = 5060, 5070

MESSAGE = f"""\
<?xml version="1.0"?>
<scenario name="sends a message">
  <send retrans="500"><![CDATA[
    MESSAGE sip:{USER}@{VOICE.name} SIP/2.0
    Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
    From: <sip:source@{VOICE.name}>;tag=[call_number]
    To: <sip:{USER}@{VOICE.name}>
    Call-ID: [call_id]
    CSeq: 1 MESSAGE
    Max-Forwards: 70
    Content-Type: {CONTENT_TYPE}
    Content-Length: [len]

    <ballot>no</ballot>
  ]]></send>
  <recv response="200"/>
</scenario>
"""
ANSWER = """\
<?xml version="1.0"?>
<scenario name="answers messages">
  <recv request="MESSAGE"/>
  <send><![CDATA[
    SIP/2.0 200 OK
    [last_Via:]
    [last_From:]
    [last_To:];tag=[call_number]
    [last_Call-ID:]
    [last_CSeq:]
    Content-Length: 0
  ]]></send>
</scenario>
"""


def start_sip(machine: Machine, hosts: Sequence[Host]) -> None:
    """Start sipp as the server, one for each family."""
    del hosts
    machine.write(f"{FOLDER}/answer.xml", ANSWER)
    for number, address in enumerate((VOICE.address, VOICE.address6)):
        server = machine.spawn(
            ["sipp", "-sf", f"{FOLDER}/answer.xml", "-i", address, "-p", str(PORT + number),
             "-nostdin"], SERVERS,
        )  # fmt: skip
        server.await_socket("udp", PORT + number)


def _send(machine: Machine) -> None:
    machine.write(f"{FOLDER}/message.xml", MESSAGE)
    ends = ((LAN_HOST, VOICE.address), (LAN_HOST6, f"[{VOICE.address6}]"))
    for number, (own, other) in enumerate(ends):
        run(machine, "sipp", f"{other}:{PORT + number}", "-sf", f"{FOLDER}/message.xml", "-i", own,
            "-p", str(CLIENT_PORT), "-m", "1", "-nostdin", "-timeout", "20s", "-timeout_error",
            expect="Successful call")  # fmt: skip


def _call_ids(machine: Machine, servers: Path) -> list[str]:
    del machine
    with open_capture(servers) as reader:
        names = {name for packet in reader for name in find_names(packet.data)}
    return sorted(name.token for name in names if name.kind == "call-id")


USE_CASE = UseCase(
    "sip-content-type", "SIP messages of a given content type", (VOICE,), (start_sip,), _send,
    tokens=(CONTENT_TYPE, f"{USER}@{VOICE.name}", f"source@{VOICE.name}"),
    apps=frozenset({"sip"}), learn=_call_ids,
)  # fmt: skip
