# SPDX-License-Identifier: GPL-2.0-or-later
"""The use cases: a module for each, or for a few that share their servers."""

from __future__ import annotations

from . import bittorrent, bulk, dns, files, http_host, quic, rtcp, sip, smtp, tls
from .case import UseCase

USE_CASES: tuple[UseCase, ...] = (
    bittorrent.STRING,
    files.HTTP,
    files.FTP,
    sip.USE_CASE,
    rtcp.SDES,
    dns.USE_CASE,
    tls.TLS12,
    tls.TLS13,
    tls.LARGE_HELLO,
    tls.FINGERPRINT,
    quic.USE_CASE,
    http_host.USE_CASE,
    smtp.USE_CASE,
    bulk.USE_CASE,
)
"""In the order in which their clients act and the report shows them."""
