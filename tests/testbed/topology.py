# SPDX-License-Identifier: GPL-2.0-or-later
"""The network between a LAN host and a server: namespaces of one machine joined by veth pairs.

    lan          cpe                  carrier                lns             server
    lan0 ------ home0  cpe0 ------ car0 [br0] car1 ------ lns0  core0 ------ server0
    192.168.1.2     .1     PPPoE                                   203.0.113.1    .2

With `tags`, the CPE's session runs on cpe0's VLAN device: wan_device tells its name, and the
LNS's is access_device. With lac=True the carrier is a LAC: cpe0 -- lac0 (PPPoE) and
lac1 -- lns0 (L2TP over UDP, 192.0.2.2 to 192.0.2.1), no bridge.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

from .machine import Machine

NAMESPACES = ("lan", "cpe", "carrier", "lns", "server")
LAN_HOST, LAN_ROUTER = "192.168.1.2", "192.168.1.1"
LAN_HOST6, LAN_ROUTER6 = "2001:db8:1::2", "2001:db8:1::1"
SERVER, CORE = "203.0.113.2", "203.0.113.1"
SERVER6, CORE6 = "2001:db8:2::2", "2001:db8:2::1"
CPE_L2TP, LNS_L2TP = "192.0.2.2", "192.0.2.1"
"""Ends of the IP network that L2TP crosses."""
WIDE = 1600
"""Octets: an MTU that spares L2TP fragments."""
PPP_LNS, PPP_CPE = "10.0.0.1", "10.0.0.2"
"""IPv4 addresses inside the session; the CPE's is the first of the LNS's pool."""


@dataclass(frozen=True)
class Link:
    """A veth pair: namespace and device of each end."""

    one: tuple[str, str]
    other: tuple[str, str]


class Topology:
    """Lays out the namespaces in `machine`, which must have none of these names."""

    def __init__(self, machine: Machine, tags: Sequence[int] = (), lac: bool = False) -> None:
        """tags: VLAN ids of the WAN, outermost first; two make QinQ (0x88a8 outside)."""
        self.machine, self.tags, self.lac = machine, tuple(tags), lac
        self.namespaces = tuple("lac" if lac and n == "carrier" else n for n in NAMESPACES)
        self.wan_device = self.access_device = ""
        self._build()

    def ip(self, command: str, ns: str | None = None) -> str:
        """Run `ip COMMAND` in `ns` and return what it prints."""
        return self.machine.run(["ip", *command.split()], ns).stdout

    def _build(self) -> None:
        self.machine.script("modprobe -aq veth bridge 8021q pppoe l2tp_ppp l2tp_netlink || true")
        batch = [f"netns add {n}" for n in self.namespaces]
        for link in self._links():
            (ns, device), (ns2, device2) = link.one, link.other
            batch.append(f"link add {device} netns {ns} type veth peer name {device2} netns {ns2}")
        self._batch(batch)
        for ns in self.namespaces:
            self._batch(self._within(ns), ns)
        self.wan_device = self._tagged("cpe", "cpe0")
        self.access_device = "lac0" if self.lac else self._tagged("lns", "lns0")
        self._route()

    def _links(self) -> list[Link]:
        middle = "lac" if self.lac else "carrier"
        near, far = ("lac0", "lac1") if self.lac else ("car0", "car1")
        return [
            Link(("lan", "lan0"), ("cpe", "home0")),
            Link(("cpe", "cpe0"), (middle, near)),
            Link((middle, far), ("lns", "lns0")),
            Link(("lns", "core0"), ("server", "server0")),
        ]

    def _within(self, ns: str) -> list[str]:
        """Commands of ip(8) for the inside of a namespace."""
        up = [d for link in self._links() for n, d in (link.one, link.other) if n == ns]
        addresses = {
            "lan": [("lan0", f"{LAN_HOST}/24"), ("lan0", f"{LAN_HOST6}/64")],
            "cpe": [("home0", f"{LAN_ROUTER}/24"), ("home0", f"{LAN_ROUTER6}/64")],
            "lns": [("core0", f"{CORE}/24"), ("core0", f"{CORE6}/64")],
            "server": [("server0", f"{SERVER}/24"), ("server0", f"{SERVER6}/64")],
        }.get(ns, [])
        if self.lac:
            addresses += {
                "lac": [("lac1", f"{CPE_L2TP}/24")],
                "lns": [("lns0", f"{LNS_L2TP}/24")],
            }.get(ns, [])
        bridge = ["link add br0 type bridge forward_delay 0", "link set br0 up"]
        ports = [f"link set {d} master br0" for d in ("car0", "car1")]
        routes = {
            "lan": [f"route add default via {LAN_ROUTER}", f"route add default via {LAN_ROUTER6}"],
            "server": [f"route add default via {CORE}", f"route add default via {CORE6}"],
        }.get(ns, [])
        return [
            *(bridge + ports if ns == "carrier" else []),
            *(f"link set {d} up" for d in ["lo", *up]),
            *(f"address add {a} dev {d}{' nodad' if ':' in a else ''}" for d, a in addresses),
            *routes,
        ]

    def _batch(self, commands: list[str], ns: str | None = None) -> None:
        self.machine.run(["ip", "-batch", "-"], ns, stdin="\n".join(commands).encode())

    def _tagged(self, ns: str, device: str) -> str:
        """Stack a VLAN device for each of self.tags on `device`; return the last one's name."""
        for index, tag in enumerate(self.tags):
            kind = "802.1ad" if len(self.tags) == 2 and index == 0 else "802.1Q"
            name = f"{device}.{tag}"
            add = f"link add link {device} name {name} type vlan id {tag} protocol {kind}"
            self._batch([add, f"link set {name} up"], ns)
            device = name
        return device

    def _route(self) -> None:
        """Let the CPE and the LNS forward; the CPE hides the LAN behind its IPv4 address."""
        for ns in ("cpe", "lns"):
            self.machine.run(
                ["sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"], ns
            )
        self.machine.script(
            "iptables-legacy -t nat -A POSTROUTING -o ppp+ -j MASQUERADE\n"
            "iptables-legacy -t mangle -A FORWARD -o ppp+ -p tcp --tcp-flags SYN,RST SYN "
            "-j TCPMSS --clamp-mss-to-pmtu",
            "cpe",
        )

    @property
    def carrier_path(self) -> dict[str, tuple[str, ...]]:
        """Devices from the CPE, or the LAC, to the LNS, by namespace."""
        if self.lac:
            return {"lac": ("lac1",), "lns": ("lns0",)}
        return {"cpe": ("cpe0",), "carrier": ("car0", "car1", "br0"), "lns": ("lns0",)}

    def widen(self) -> None:
        """Let the carrier's path pass every L2TP message in one piece."""
        for ns, names in self.carrier_path.items():
            for name in names:
                self.ip(f"link set {name} mtu {WIDE}", ns)

    def silence(self) -> None:
        """Let no device of the carrier's path speak IPv6 by itself: only the session does then."""
        for ns, names in self.carrier_path.items():
            words = [f"net.ipv6.conf.{name}.disable_ipv6=1" for name in names]
            self.machine.run(["sysctl", "-qw", *words], ns)

    def plain_ip(self) -> None:
        """Give cpe0 and lns0 addresses for L2TP straight between them (no LAC)."""
        self.ip(f"address add {CPE_L2TP}/24 dev {self.wan_device}", "cpe")
        self.ip(f"address add {LNS_L2TP}/24 dev {self.access_device}", "lns")

    def impair(self, netem: str, *, discovery: bool = True) -> None:
        """Replace what the carrier does to packets, both ways, by netem's options.

        For example "loss 1%", "delay 10ms reorder 5% 50%", "duplicate 1%"; "" for nothing.
        discovery: to untagged frames of PPPoE discovery, too.
        """
        ns = "lac" if self.lac else "carrier"
        extra = ["netem", "limit", "10000", *netem.split()] if netem else ["pfifo"]
        for device in ("lac0", "lac1") if self.lac else ("car0", "car1"):
            qdisc = ["tc", "qdisc", "replace", "dev", device]
            if discovery:
                self.machine.run([*qdisc, "root", *extra], ns)
                continue
            bands = f"handle 1: prio bands 2 priomap{' 1' * 16}".split()
            self.machine.run([*qdisc, "root", *bands], ns)
            self.machine.run([*qdisc, "parent", "1:2", *extra], ns)
            spared = ["tc", "filter", "replace", "dev", device, "parent", "1:", "prio", "1"]
            spared += ["protocol", "0x8863", "matchall", "classid", "1:1"]
            self.machine.run(spared, ns)

    def route_to_lan6(self, session_device: str = "ppp0") -> None:
        """IPv6 routes once the session is up: the LAN's prefix at the LNS, a default at the CPE."""
        prefix = ipaddress.ip_network(f"{LAN_HOST6}/64", strict=False)
        self.ip(f"-6 route replace {prefix} dev {session_device}", "lns")
        self.ip(f"-6 route replace default dev {session_device}", "cpe")
