# SPDX-License-Identifier: GPL-2.0-or-later
"""procd's object `system`, of which `board`: what machine this is and what runs on it.

After procd's system.c: from uname, /tmp/sysinfo/ and /etc/openwrt_release.
"""

from __future__ import annotations

import os
from typing import Any

from .bus import OK, Bus, Reply

MODEL, BOARD = "/tmp/sysinfo/model", "/tmp/sysinfo/board_name"  # noqa: S108 - as OpenWrt has them
RELEASE = "/etc/openwrt_release"
MEMBERS = {
    "DISTRIB_ID": "distribution", "DISTRIB_RELEASE": "version", "DISTRIB_REVISION": "revision",
    "DISTRIB_TARGET": "target", "DISTRIB_DESCRIPTION": "description",
}  # fmt: skip


def register(bus: Bus) -> None:
    bus.objects["system"] = {"board": _board}


def _board(_: dict[str, Any], reply: Reply) -> None:
    uname = os.uname()
    shown = {"kernel": uname.release, "hostname": uname.nodename}
    shown |= {name: _text(path).strip() for name, path in (("model", MODEL), ("board_name", BOARD))}
    rows = [line.partition("=") for line in _text(RELEASE).splitlines()]
    release = {MEMBERS[n]: value.strip("'\"") for n, _, value in rows if n in MEMBERS}
    reply(OK, {**shown, "release": release})


def _text(path: str) -> str:
    if not os.path.exists(path):
        return ""
    with open(path) as file:
        return file.read()
