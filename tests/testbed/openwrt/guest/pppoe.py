# SPDX-License-Identifier: GPL-2.0-or-later
"""The protocol handler pppoe, after OpenWrt's ppp.sh: pppd's arguments, and what an end means."""

from __future__ import annotations

import subprocess

from .libuci import Section

SETUP = "/lib/netifd/proto/pppoe.sh"
PARAMETERS = (
    "username", "password", "keepalive", "keepalive_adaptive", "demand", "pppd_options",
    "connect", "disconnect", "ipv6", "authfail", "mtu", "pppname", "unnumbered", "reqprefix",
    "persist", "maxfail", "holdoff", "sourcefilter", "delegate", "norelease", "ac", "service",
    "ac_mac", "host_uniq", "padi_attempts", "padi_timeout",
)  # fmt: skip
"""Options whose change makes netifd restart the interface; all but these never reach ppp.sh."""
ERRORS = (
    "OK", "FATAL_ERROR", "OPTION_ERROR", "NOT_ROOT", "NO_KERNEL_SUPPORT", "USER_REQUEST",
    "LOCK_FAILED", "OPEN_FAILED", "CONNECT_FAILED", "PTYCMD_FAILED", "NEGOTIATION_FAILED",
    "PEER_AUTH_FAILED", "IDLE_TIMEOUT", "CONNECT_TIME", "CALLBACK", "PEER_DEAD", "HANGUP",
    "LOOPBACK", "INIT_FAILED", "AUTH_TOPEER_FAILED", "TRAFFIC_LIMIT", "CNID_AUTH_FAILED",
)  # fmt: skip
OPTION_ERROR = 2
AUTH_FAILED = (11, 19)


def arguments(section: Section, device: str) -> list[str]:
    """pppd's command line. A shell splits pppd_options, unquoted, as ppp.sh has it done."""
    wanted = {name: section.get(name) for name in PARAMETERS if name in section.options}
    environment = {f"opt_{name}": value for name, value in wanted.items()}
    done = subprocess.run(
        ["/bin/sh", SETUP, section.name, device],
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **environment},
        cwd="/lib/netifd/proto",
        capture_output=True,
        timeout=10,
        check=True,
    )
    return [word.decode() for word in done.stdout.split(b"\0")[:-1]]


def error(code: int | None) -> str | None:
    """The error that the teardown reports; code None: it was asked to end."""
    if code is None:
        return "USER_REQUEST"
    if not code:
        return None
    return ERRORS[code] if code < len(ERRORS) else "UNKNOWN_ERROR"


def blocks(code: int | None, section: Section) -> bool:
    """Whether netifd may not dial again by itself after this exit code."""
    return code == OPTION_ERROR or (code in AUTH_FAILED and section.get("authfail") == "1")
