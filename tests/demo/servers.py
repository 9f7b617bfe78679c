# SPDX-License-Identifier: GPL-2.0-or-later
"""The servers beyond the LNS: dnsmasq, nginx, sipp, a BitTorrent tracker and seeder, iperf3."""

from __future__ import annotations

import ipaddress
import re

from tests.testbed import services
from tests.testbed.machine import Machine
from tests.testbed.process import Process

from .world import HOSTS, PEER_PORT, RESOLVER, SEEDER, TORRENT, TORRENT_BYTES, TRACKER, VOICE

NS = "server"
FOLDER = "/tmp/demo"  # noqa: S108 of the guest
CERTIFICATE, PRIVATE_KEY = f"{FOLDER}/site.crt", f"{FOLDER}/site.key"
TORRENT_FILE = f"{FOLDER}/{TORRENT}.torrent"
ANNOUNCE = f"http://{TRACKER.name}/announce"

NGINX = f"""\
daemon off;
worker_processes 1;
pid {FOLDER}/nginx.pid;
error_log stderr;
events {{ }}
http {{
	access_log off;
	default_type text/plain;
	client_body_temp_path {FOLDER}/nginx; proxy_temp_path {FOLDER}/nginx;
	fastcgi_temp_path {FOLDER}/nginx; uwsgi_temp_path {FOLDER}/nginx;
	scgi_temp_path {FOLDER}/nginx;
	server {{
		listen 80; listen [::]:80; listen 443 ssl; listen [::]:443 ssl;
		ssl_certificate {CERTIFICATE}; ssl_certificate_key {PRIVATE_KEY};
		ssl_protocols TLSv1.3;
		location / {{ return 200 "A page of $host for you.\\n"; }}
		location = /announce {{ alias {FOLDER}/announce; }}
	}}
}}
"""

SIP_ANSWER = """\
<?xml version="1.0"?>
<scenario name="answers OPTIONS">
  <recv request="OPTIONS"/>
  <send><![CDATA[
    SIP/2.0 200 OK
    [last_Via:]
    [last_From:]
    [last_To:];tag=[call_number]
    [last_Call-ID:]
    [last_CSeq:]
    Allow: INVITE, ACK, BYE, CANCEL, OPTIONS
    Content-Length: 0
  ]]></send>
</scenario>
"""


class Servers:
    """Starts them all in the namespace of the servers; the constructor returns when all listen."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.info_hash = ""
        """Of the torrent, 40 hexadecimal digits."""
        machine.script(f"mkdir -p {FOLDER}/nginx {FOLDER}/seed")
        self._add_addresses()
        services.dns(machine, {host.name: [host.address, host.address6] for host in HOSTS})
        services.iperf(machine)
        self._web().await_socket("tcp", 443)
        self._sip().await_socket("udp", 5060)
        self._seed().await_socket("tcp", PEER_PORT)

    def _add_addresses(self) -> None:
        batch = [f"address add {host.address}/24 dev server0" for host in HOSTS]
        batch += [f"address add {host.address6}/64 dev server0 nodad" for host in HOSTS]
        self.machine.run(["ip", "-batch", "-"], NS, stdin="\n".join(batch).encode())
        # As on a real wire: a capture there has packets, not what the kernel cuts them from.
        self.machine.run(["ethtool", "-K", "server0", "tso", "off", "gso", "off"], NS)
        self.machine.write("/etc/resolv.conf", f"nameserver {RESOLVER.address}\n")

    def _web(self) -> Process:
        self.machine.write(f"{FOLDER}/nginx.conf", NGINX)
        names = ",".join(f"DNS:{host.name}" for host in HOSTS)
        self.machine.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "30", "-subj", "/CN=demo", "-addext", f"subjectAltName={names}",
             "-keyout", PRIVATE_KEY, "-out", CERTIFICATE],
        )  # fmt: skip
        # Bencoded (BEP 3, BEP 23): the one peer that this tracker knows.
        peer = ipaddress.IPv4Address(SEEDER.address).packed + PEER_PORT.to_bytes(2, "big")
        self.machine.write(f"{FOLDER}/announce", b"d8:intervali1800e5:peers6:" + peer + b"e")
        return self.machine.spawn(["nginx", "-c", f"{FOLDER}/nginx.conf"], NS)

    def _sip(self) -> Process:
        self.machine.write(f"{FOLDER}/options.xml", SIP_ANSWER)
        return self.machine.spawn(
            ["sipp", "-sf", f"{FOLDER}/options.xml", "-i", VOICE.address, "-p", "5060", "-nostdin"],
            NS,
        )

    def _seed(self) -> Process:
        content = f"{FOLDER}/seed/{TORRENT}"
        self.machine.script(f"head -c {TORRENT_BYTES} /dev/urandom > {content}")
        self.machine.run(["transmission-create", "-o", TORRENT_FILE, "-t", ANNOUNCE, content])
        shown = self.machine.run(["transmission-show", TORRENT_FILE]).stdout
        (self.info_hash,) = re.findall(r"Hash v1: ([0-9a-f]{40})", shown)
        return self.machine.spawn(
            ["aria2c", f"--dir={FOLDER}/seed", "--check-integrity=true", "--seed-ratio=0",
             f"--listen-port={PEER_PORT}", "--enable-dht=false", "--enable-dht6=false",
             "--bt-exclude-tracker=*", TORRENT_FILE], NS,
        )  # fmt: skip
