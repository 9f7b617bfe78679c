# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab's network namespaces and the two cables that lead to the board.

``lan``: the LAN port, 192.168.1.2; the board is 192.168.1.1 and translates addresses.
``carrier``: bridge br0 with the WAN port and car1; taps listen at the WAN port.
``lns``: lns0, the other end of car1, and core0, 203.0.113.1.
``server``: server0, the other end of core0, 203.0.113.2.
"""

from __future__ import annotations

import json

from tests.testbed.machine import Machine
from tests.testbed.topology import CORE, LAN_HOST, LAN_ROUTER, SERVER

NAMESPACES = ("lan", "carrier", "lns", "server")
MTU = 1492
"""Octets of the largest IP packet in a PPPoE session."""


class Network:
    """Lays the namespaces in `machine`, and moves its devices `wan` and `lan` into them."""

    def __init__(self, machine: Machine, wan: str, lan: str) -> None:
        self.machine, self.wan, self.lan = machine, wan, lan

    def lay(self) -> None:
        self.machine.script("modprobe -aq veth bridge pppoe tun 2>/dev/null || true")
        self._batch(
            [
                *(f"netns add {name}" for name in NAMESPACES),
                "link add car1 netns carrier type veth peer name lns0 netns lns",
                "link add core0 netns lns type veth peer name server0 netns server",
                f"link set {self.wan} netns carrier",
                f"link set {self.lan} netns lan",
            ]
        )
        self._batch(
            [
                "link add br0 type bridge forward_delay 0 mcast_snooping 0",
                *(f"link set {device} master br0 up" for device in (self.wan, "car1")),
                "link set br0 up",
            ],
            "carrier",
        )
        self._batch([f"address add {LAN_HOST}/24 dev {self.lan}", f"link set {self.lan} up"], "lan")
        self._batch(["link set lns0 up", *_up("core0", CORE)], "lns")
        self._batch([*_up("server0", SERVER), f"route add default via {CORE}"], "server")
        for name in NAMESPACES:
            self._batch(["link set lo up"], name)
        self.machine.run(["sysctl", "-qw", "net.ipv4.ip_forward=1"], "lns")
        self.limit(MTU)

    def limit(self, mtu: int) -> None:
        """Have the LAN host send and ask for packets of at most `mtu` octets.

        So whether the board clamps TCP's segments makes no difference to any figure.
        """
        self._batch([f"route replace default via {LAN_ROUTER} mtu {mtu}"], "lan")

    def frames(self, device: str, ns: str) -> tuple[int, int]:
        """Frames that a device of the lab has received and sent so far."""
        shown = self.machine.run(["ip", "-json", "-s", "link", "show", "dev", device], ns)
        counts = json.loads(shown.stdout)[0]["stats64"]
        return counts["rx"]["packets"], counts["tx"]["packets"]

    def _batch(self, commands: list[str], ns: str | None = None) -> None:
        self.machine.run(["ip", "-batch", "-"], ns, stdin="\n".join(commands).encode())


def _up(device: str, address: str) -> list[str]:
    return [f"address add {address}/24 dev {device}", f"link set {device} up"]
