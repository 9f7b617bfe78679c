# SPDX-License-Identifier: GPL-2.0-or-later
"""The page over a router on the testbed's line: real pppd, plugin, agent, kernel and LNS."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ..testbed.machine import Machine
from ..testbed.openwrt.home import Home, home
from ..testbed.topology import PPP_LNS
from . import objects, runtime
from .acl import ADMIN, Acl
from .rpcd import Rpcd
from .site import ADMIN_SESSION, Site

PLUGIN = "/usr/libexec/rpcd/shroud"
PING = f"ping -s 1200 -c 60 -i 0.1 -w 8 {PPP_LNS}"
SOME_TRAFFIC = f"while :; do {PING} || sleep 0.3; done >/dev/null 2>&1 &"


@contextmanager
def site(ours: Home, shown_in: runtime.Runtime = runtime.STANDIN) -> Iterator[Site]:
    """The page's server over a router that runs. Calls reach the router one at a time."""
    turn = threading.Lock()

    def call(method: str, arguments: str) -> str:
        with turn:
            done = ours.router.run([PLUGIN, "call", method], stdin=arguments.encode(), check=False)
        return done.stdout

    acl = Acl([runtime.APP / "root/usr/share/rpcd/acl.d/luci-app-shroud.json"])
    with Site(shown_in, Rpcd(acl, {ADMIN_SESSION: ADMIN}, call, objects.of_luci())) as started:
        yield started


@contextmanager
def router(machine: Machine) -> Iterator[Home]:
    """A router with our package, on a plain line whose LNS can shroud, with some traffic."""
    with home(machine) as ours:
        ours.line.serve("prefer")
        ours.router.boot()
        ours.router.wait_up()
        ours.router.script(SOME_TRAFFIC)
        yield ours
