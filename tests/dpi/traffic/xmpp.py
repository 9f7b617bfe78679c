# SPDX-License-Identifier: GPL-2.0-or-later
"""Jabber in clear: who is logged in, and whom he writes to."""

from __future__ import annotations

from collections.abc import Sequence

from tests.testbed.internet import Host
from tests.testbed.machine import Machine

from .case import SERVERS, UseCase, await_port, run
from .dnsserver import start_dns

JABBER = Host("jabber.example", 29)
USER, CONTACT, PASSWORD = "informant", "editor@jabber.example", "of-no-worth"
FOLDER = "/tmp/dpi/xmpp"  # noqa: S108 - of the guest
PORT = 5222
PROSODY = f"""\
run_as_root = true
daemonize = false
pidfile = "{FOLDER}/pid"
data_path = "{FOLDER}/data"
log = {{ info = "*console" }}
modules_enabled = {{ "saslauth", "roster" }}
modules_disabled = {{ "s2s", "tls" }}
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
VirtualHost "{JABBER.name}"
"""
# XEP-0078 is long gone; SASL PLAIN, then a session, then a message to somebody.
CLIENT = """\
import base64, socket, sys
address, port, host, user, password, contact = sys.argv[1:]
line = socket.create_connection((address, int(port)), 20)
def ask(text, wanted):
    line.sendall(text.encode())
    heard = ""
    while wanted not in heard:
        octets = line.recv(4096)
        assert octets, heard
        heard += octets.decode()
stream = "<?xml version='1.0'?><stream:stream to='%s' version='1.0' xmlns='jabber:client' "
stream = (stream + "xmlns:stream='http://etherx.jabber.org/streams'>") % host
ask(stream, "</stream:features>")
plain = base64.b64encode(("\\0%s\\0%s" % (user, password)).encode()).decode()
ask("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>%s</auth>" % plain,
    "<success")
ask(stream, "</stream:features>")
ask("<iq type='set' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", "</iq>")
ask("<message to='%s' type='chat'><body>Enclosed.</body></message>"
    "<iq type='get' id='r1'><query xmlns='jabber:iq:roster'/></iq>" % contact, "id='r1'")
line.sendall(b"</stream:stream>")
print("message handed over")
"""


def start_prosody(machine: Machine, hosts: Sequence[Host]) -> None:
    """Start prosody with one account."""
    del hosts
    machine.write(f"{FOLDER}/prosody.cfg.lua", PROSODY)
    accounts = f"{FOLDER}/data/{JABBER.name.replace('.', '%2e')}/accounts"
    machine.write(f"{accounts}/{USER}.dat", f'return {{ ["password"] = "{PASSWORD}" }};\n')
    machine.spawn(["prosody", "--config", f"{FOLDER}/prosody.cfg.lua"], SERVERS)
    await_port(machine, JABBER.address, PORT)


def _write(machine: Machine) -> None:
    for address in (JABBER.address, JABBER.address6):
        run(machine, "python3", "-c", CLIENT, address, str(PORT), JABBER.name, USER, PASSWORD,
            CONTACT, expect="message handed over")  # fmt: skip


USE_CASE = UseCase(
    "xmpp", "who writes to whom by Jabber", (JABBER,), (start_dns, start_prosody), _write,
    tokens=(JABBER.name, CONTACT), apps=frozenset({"jabber", "xmpp"}), extra=True,
)  # fmt: skip
