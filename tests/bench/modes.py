# SPDX-License-Identifier: GPL-2.0-or-later
"""What is compared: ways to send a subscriber's packets over the line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mode:
    """One way. All but the name and its meaning is read by guest/bench.sh."""

    name: str
    meaning: str
    line: str = "pppoe"  # a function <line>_up of guest/line.sh
    flowtable: bool = False
    cover: str = "none"  # the plugin's shroud-mode
    tunnel: str = "none"  # a function <tunnel>_up of guest/tunnel.sh
    payload: str = "noise"  # what the load's packets carry: noise or text
    counter: str = "none"  # of the data path: counts each packet, as tx_<counter> and rx_<counter>


REFERENCE = "pppoe"
MODES = (
    Mode("ip", "no PPP: routing, firewall and address translation only", line="ip"),
    Mode("ip+flowtable", "the same, software flow table", line="ip", flowtable=True),
    Mode("pppoe", "plain PPPoE"),
    Mode("pppoe+flowtable", "plain PPPoE, software flow table", flowtable=True),
    Mode("head", "PPPoE with the first 64 bytes of every packet covered",
         cover="head", counter="block"),
    Mode("head+flowtable", "the same, software flow table",
         cover="head", counter="block", flowtable=True),
    Mode("head-whole", "`head` with packets that may carry names: all of each is covered",
         cover="head", counter="whole", payload="text"),
    Mode("decoy", "PPPoE with false addresses, ports and payload in every packet",
         cover="decoy", counter="decoy"),
    Mode("decoy+flowtable", "the same, software flow table",
         cover="decoy", counter="decoy", flowtable=True),
    Mode("decoy-whole", "`decoy` with packets that may carry names: all of each payload is covered",
         cover="decoy", counter="decoy", payload="text"),
    Mode("mppe-128", "PPPoE with Microsoft's encryption: RC4, 128 bits", line="mppe"),
    Mode("wireguard", "WireGuard over PPPoE", tunnel="wireguard"),
    Mode("esp-gcm", "IPsec ESP with AES-128-GCM over PPPoE", tunnel="esp_gcm"),
    Mode("esp-chacha20", "IPsec ESP with ChaCha20-Poly1305 over PPPoE", tunnel="esp_chacha20"),
    Mode("openvpn", "OpenVPN with AES-128-GCM over PPPoE, in user space", tunnel="openvpn"),
)  # fmt: skip
NAMES = tuple(mode.name for mode in MODES)
BY_NAME = {mode.name: mode for mode in MODES}
DIRECTIONS = ("up", "down")
