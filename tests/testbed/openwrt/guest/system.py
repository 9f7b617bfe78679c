# SPDX-License-Identifier: GPL-2.0-or-later
"""What netifd does to the kernel and to the resolver's file for an interface that is up."""

from __future__ import annotations

import os
import subprocess
from typing import Any

from .libuci import Section

RESOLV = "/tmp/resolv.conf.d/resolv.conf.auto"  # noqa: S108 - as OpenWrt has it


def exists(device: str) -> bool:
    return os.path.isdir(f"/sys/class/net/{device}")


def switch_on(device: str) -> None:
    """Bring a device up, as netifd does with what it claims."""
    subprocess.run(["ip", "link", "set", device, "up"], timeout=10, check=False)


def static(section: Section) -> dict[str, Any]:
    """Set up an interface of this protocol; its address as ppp-up would have told it."""
    address, device = section.get("ipaddr"), section.get("device")
    if not address or not exists(device):
        return {}
    mask = section.get("netmask", "255.255.255.255")
    length = sum(int(part).bit_count() for part in mask.split("."))
    switch_on(device)
    words = ["ip", "address", "replace", f"{address}/{length}", "dev", device]
    subprocess.run(words, timeout=10, check=False)
    return {"ipaddr": [{"ipaddr": address, "mask": length}]}


def route(update: dict[str, Any], section: Section) -> None:
    """The default route, and the DNS servers' lines."""
    for one in update.get("routes", []) if section.get("defaultroute", "1") != "0" else []:
        words = ["ip", "route", "replace", f"{one['target']}/{one['netmask']}"]
        words += ["via", one["gateway"], "dev", update["ifname"], "proto", "static"]
        words += ["metric", section.get("metric", "0")]
        subprocess.run(words, timeout=10, check=False)
    if not update.get("dns"):
        return
    os.makedirs(os.path.dirname(RESOLV), exist_ok=True)
    with open(RESOLV, "a") as file:
        file.write(f"# Interface {section.name}\n")
        file.writelines(f"nameserver {server}\n" for server in update["dns"])


def forget_dns(name: str) -> None:
    """Take the lines of an interface out of the resolver's file."""
    if not os.path.exists(RESOLV):
        return
    with open(RESOLV) as file:
        blocks = file.read().split("# Interface ")
    kept = [b for b in blocks[1:] if b.split("\n")[0] != name]
    with open(RESOLV, "w") as file:
        file.writelines(f"# Interface {block}" for block in kept)


def describe(update: dict[str, Any], section: Section) -> dict[str, Any]:
    """The members of status that tell of addresses and routes."""
    addresses = [
        {"address": a["ipaddr"], "mask": int(a["mask"])}
        | ({"ptpaddress": a["ptp"]} if "ptp" in a else {})
        for a in update.get("ipaddr", [])
    ]
    addresses6 = [
        {"address": a["ipaddr"], "mask": int(a["mask"])} for a in update.get("ip6addr", [])
    ]
    routes = [
        {
            "target": r["target"],
            "mask": int(r["netmask"]),
            "nexthop": r["gateway"],
            "source": "0.0.0.0/0",
        }
        for r in update.get("routes", [])
    ]
    empty = ("ipv4-address", "ipv6-address", "route", "dns-server", "dns-search", "neighbors")
    return {
        "metric": int(section.get("metric", "0")),
        "dns_metric": 0,
        "delegation": True,
        "ipv4-address": addresses,
        "ipv6-address": addresses6,
        "ipv6-prefix": [],
        "ipv6-prefix-assignment": [],
        "route": routes,
        "dns-server": update.get("dns", []),
        "dns-search": [],
        "neighbors": [],
        "inactive": {name: [] for name in empty},
    }
