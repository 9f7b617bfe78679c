# SPDX-License-Identifier: GPL-2.0-or-later
"""nginx: HTTP, TLS 1.2 and 1.3, and HTTP/3, for the hosts of all use cases."""

from __future__ import annotations

from collections.abc import Sequence

from tests.testbed.internet import Host
from tests.testbed.machine import Machine

from .case import SERVERS

FOLDER = "/tmp/dpi/web"  # noqa: S108 - of the guest
CERTIFICATE, KEY = f"{FOLDER}/site.crt", f"{FOLDER}/site.key"
FILES = f"{FOLDER}/files"
"""What is put here is served below /files/."""
NEIGHBOURS = tuple(f"site-{number:03}.cdn.example" for number in range(150))
"""Whose names the certificate also has, as with a shared one of a large host: it takes packets."""
ANNOUNCE = f"{FOLDER}/announce"
"""The guest's file that /announce answers with: BitTorrent trackers (BEP 3)."""
NGINX = f"""\
daemon off;
worker_processes 1;
pid {FOLDER}/nginx.pid;
error_log stderr;
events {{ }}
http {{
	access_log off;
	default_type application/octet-stream;
	client_body_temp_path {FOLDER}/work; proxy_temp_path {FOLDER}/work;
	fastcgi_temp_path {FOLDER}/work; uwsgi_temp_path {FOLDER}/work; scgi_temp_path {FOLDER}/work;
	server {{
		listen 80; listen [::]:80;
		listen 443 ssl; listen [::]:443 ssl;
		listen 443 quic; listen [::]:443 quic;
		ssl_certificate {CERTIFICATE}; ssl_certificate_key {KEY};
		ssl_protocols TLSv1.2 TLSv1.3;
		location / {{ return 200 "A page of $host for you.\\n"; }}
		location /files/ {{ alias {FILES}/; }}
		location = /announce {{ alias {ANNOUNCE}; }}
	}}
}}
"""


def start_web(machine: Machine, hosts: Sequence[Host]) -> None:
    """Make a certificate for all hosts, behind their neighbours, and start it."""
    machine.script(f"mkdir -p {FOLDER}/work {FILES}")
    machine.write(f"{FOLDER}/nginx.conf", NGINX)
    names = ",".join(f"DNS:{name}" for name in (*NEIGHBOURS, *(host.name for host in hosts)))
    machine.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "30", "-subj", "/CN=test", "-addext", f"subjectAltName={names}",
         "-keyout", KEY, "-out", CERTIFICATE],
    )  # fmt: skip
    server = machine.spawn(["nginx", "-c", f"{FOLDER}/nginx.conf", "-e", "stderr"], SERVERS)
    server.await_socket("tcp", 443)
