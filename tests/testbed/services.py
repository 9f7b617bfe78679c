# SPDX-License-Identifier: GPL-2.0-or-later
"""What the subscriber talks to, in namespace "server": DNS, HTTP and TLS, iperf3."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .machine import Machine
from .process import Process

_numbers = itertools.count(1)


@dataclass
class Service:
    """A daemon that is ready."""

    process: Process

    def output(self) -> str:
        return self.process.output()

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()

    def stop(self) -> int:
        return self.process.stop()


def dns(machine: Machine, records: Mapping[str, Sequence[str]], ns: str = "server") -> Service:
    """dnsmasq that knows just `records`: a name's IPv4 and IPv6 addresses."""
    process = machine.spawn(
        [
            "dnsmasq",
            "--keep-in-foreground",
            "--no-resolv",
            "--no-hosts",
            "--user=root",
            "--conf-file=/dev/null",
            "--pid-file=",
            "--log-queries",
            "--log-facility=-",
            *(f"--host-record={','.join([name, *found])}" for name, found in records.items()),
        ],
        ns,
    )
    process.await_socket("udp", 53)
    return Service(process)


def web(
    machine: Machine,
    names: Sequence[str],
    body: str = "hello\n",
    ns: str = "server",
) -> Service:
    """nginx: `body` for any path, over HTTP (port 80) and over TLS (443) with a certificate
    for `names` that it signed itself, see CERTIFICATE."""
    root = f"/run/web/{next(_numbers)}"
    machine.write(f"{root}/html/index.html", body)
    machine.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "30",
            "-subj",
            f"/CN={names[0]}",
            "-addext",
            "subjectAltName=" + ",".join(f"DNS:{name}" for name in names),
            "-keyout",
            f"{root}/key.pem",
            "-out",
            f"{root}/cert.pem",
        ]
    )
    machine.run(["cp", f"{root}/cert.pem", CERTIFICATE])
    machine.write(f"{root}/nginx.conf", _NGINX.replace("ROOT", root))
    process = machine.spawn(["nginx", "-c", f"{root}/nginx.conf", "-e", "stderr"], ns)
    process.await_socket("tcp", 443)
    return Service(process)


CERTIFICATE = "/run/web-certificate.pem"
"""The guest's file with the last web()'s certificate, for `curl --cacert`."""

_NGINX = """\
daemon off;
user root;
pid ROOT/pid;
events {}
http {
	types { text/html html; }
	default_type application/octet-stream;
	access_log /dev/stdout;
	client_body_temp_path ROOT/body;
	proxy_temp_path ROOT/proxy;
	fastcgi_temp_path ROOT/fastcgi;
	uwsgi_temp_path ROOT/uwsgi;
	scgi_temp_path ROOT/scgi;
	server {
		listen 80;
		listen [::]:80;
		listen 443 ssl;
		listen [::]:443 ssl;
		ssl_certificate ROOT/cert.pem;
		ssl_certificate_key ROOT/key.pem;
		root ROOT/html;
		try_files $uri /index.html;
	}
}
"""


def iperf(machine: Machine, ns: str = "server", port: int = 5201) -> Service:
    """iperf3's server."""
    process = machine.spawn(["iperf3", "-s", "-p", str(port), "--forceflush"], ns)
    process.await_socket("tcp", port)
    return Service(process)
