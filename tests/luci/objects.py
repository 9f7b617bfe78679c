# SPDX-License-Identifier: GPL-2.0-or-later
"""What LuCI's own runtime asks of a router beside our object, in as few words as it takes."""

from __future__ import annotations

from typing import Any

from .rpcd import Method


def of_luci() -> dict[str, dict[str, Method]]:
    """ubus objects by name, methods by name."""
    return {
        "session": {"access": lambda _: {"access": True}},
        "luci": {"getFeatures": lambda _: {}},
        "file": {"list": _folder},
        "uci": {"changes": lambda _: {"changes": {}}, "get": lambda _: {"values": {}}},
        "luci-rpc": {
            "getBoardJSON": lambda _: {},
            "getHostHints": lambda _: {},
            "getNetworkDevices": lambda _: {},
            "getWirelessDevices": lambda _: {},
        },
        "network": {"get_proto_handlers": lambda _: {}},
        "network.interface": {"dump": lambda _: {"interface": []}},
    }


def _folder(arguments: dict[str, Any]) -> dict[str, Any]:
    """The overview page's folder of cards holds ours; no other folder holds anything."""
    cards = [{"name": "35_shroud.js", "type": "file"}]
    return {"entries": cards if arguments["path"].endswith("view/status/include") else []}
