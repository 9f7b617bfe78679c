# SPDX-License-Identifier: GPL-2.0-or-later
"""What is compared: ways to send a subscriber's packets over the line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mode:
    """One way; guest/bench.sh sets it up by its name."""

    name: str
    meaning: str


REFERENCE = "pppoe"
MODES = (
    Mode("ip", "no PPP: routing, firewall and address translation only"),
    Mode("pppoe", "plain PPPoE"),
    Mode("pppoe+flowtable", "plain PPPoE, software flow table"),
    Mode("head", "PPPoE with the first 64 bytes of every packet covered"),
    Mode("head+flowtable", "the same, software flow table"),
    Mode("wireguard", "WireGuard over PPPoE"),
    Mode("esp-gcm", "IPsec ESP with AES-128-GCM over PPPoE"),
)
NAMES = tuple(mode.name for mode in MODES)
DIRECTIONS = ("up", "down")
