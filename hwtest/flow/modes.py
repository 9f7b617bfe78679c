# SPDX-License-Identifier: GPL-2.0-or-later
"""The modes that a line is measured in, and how the board gets into each and out of it.

A further mode of pppshroud is one more row in MODES.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from hwtest.board.faults import ProductFault
from hwtest.lab import network, wireguard
from hwtest.lab.lab import Lab, set_up
from tests.testbed.topology import SERVER

from .line import Line

FIREWALL = "/etc/init.d/firewall reload >/dev/null 2>&1"
KEPT = "/tmp/firewall.kept"  # noqa: S108 - of the board
ADD_TO_ZONE = (
    f"cp /etc/config/firewall {KEPT}; "
    "z=$(uci show firewall | sed -n \"s/^firewall\\.\\(.*\\)\\.name='wan'$/\\1/p\"); "
    f"uci add_list firewall.$z.device={wireguard.DEVICE}; uci commit firewall; {FIREWALL}; true"
)
"""The tunnel belongs to the zone of the line: OpenWrt forwards nothing to any other device."""
LEAVE_ZONE = f"mv {KEPT} /etc/config/firewall; {FIREWALL}; true"
RELOAD = 60.0
"""Seconds that a slow board takes to load its firewall anew."""


@dataclass(frozen=True)
class Mode:
    """name: as in reports; shroud: the agent's mode, None for plain PPPoE; server: the address
    that the LAN host talks to; mtu: of the packets that reach it whole."""

    name: str
    shroud: str | None = None
    server: str = SERVER
    mtu: int = network.MTU


MODES = {
    mode.name: mode
    for mode in (
        Mode("off"),
        Mode("head", shroud="head"),
        Mode("wireguard", server=wireguard.SERVER_INSIDE, mtu=wireguard.MTU),
    )
}


@contextmanager
def entered(mode: Mode, line: Line, lab: Lab) -> Iterator[None]:
    """The line is up in `mode`, and packets of full size pass."""
    if mode.shroud:
        line.apply(enabled=True, mode=mode.shroud)
        line.await_state("shrouded")
    elif line.status()["enabled"]:
        line.apply(enabled=False)
    line.await_up()
    lab.network.limit(mode.mtu)
    try:
        if mode.name == "wireguard":
            with tunnelled(line, lab):
                pass_through(mode, lab)
                yield
        else:
            pass_through(mode, lab)
            yield
    finally:
        lab.network.limit(network.MTU)


def pass_through(mode: Mode, lab: Lab) -> None:
    """One packet of full size each way, some attempts allowed: the first may be too early."""
    size = mode.mtu - 28  # less the headers of IPv4 and ICMP
    if not lab.await_reach(mode.server, size):
        what = f"no packet of {mode.mtu} bytes comes back from {mode.server} in mode {mode.name}"
        raise ProductFault("line", what, "sending pings from the LAN host")


@contextmanager
def tunnelled(line: Line, lab: Lab) -> Iterator[None]:
    """WireGuard's two ends are up."""
    with set_up("start WireGuard"):
        peer = wireguard.start(lab.machine)
    try:
        public = line.board.run(wireguard.board_script(peer)).output.split()[-1]
        with set_up("let the board's key in"):
            peer.answer(public)
        line.board.run(ADD_TO_ZONE, RELOAD)
        yield
    finally:
        line.board.run(f"{wireguard.BOARD_UNDO}; {LEAVE_ZONE}", RELOAD, check=False)
        peer.stop()
