# SPDX-License-Identifier: GPL-2.0-or-later
"""The use cases: a module for each, or for a few that share their servers."""

from __future__ import annotations

from . import (
    bittorrent,
    bulk,
    dns,
    files,
    game,
    http_host,
    mp3,
    quic,
    rtcp,
    sip,
    smtp,
    tls,
    voip,
    xmpp,
)
from .case import UseCase

USE_CASES: tuple[UseCase, ...] = (
    bittorrent.STRING,
    bittorrent.UPLOADER,
    files.HTTP,
    files.FTP,
    mp3.USE_CASE,
    sip.USE_CASE,
    rtcp.SDES,
    xmpp.USE_CASE,
    game.USE_CASE,
    voip.USE_CASE,
    dns.USE_CASE,
    tls.TLS12,
    tls.TLS13,
    tls.LARGE_HELLO,
    tls.FINGERPRINT,
    quic.USE_CASE,
    http_host.USE_CASE,
    smtp.ENVELOPE,
    smtp.STARTTLS,
    bulk.USE_CASE,
)
"""In the order in which their clients act and the report shows them."""
