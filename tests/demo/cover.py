# SPDX-License-Identifier: GPL-2.0-or-later
"""Puts pppshroud into the machine, and says how the two pppds are told to use it."""

from __future__ import annotations

from tests.testbed import product
from tests.testbed.machine import Machine

from .line import Ends

KEY_FILE = "/etc/ppp/shroud.key"
STATUS = "/run/demo/shroud.json"


def install(machine: Machine) -> Ends:
    """Install plugin and data path, give the provider a new key, pin it at the router.

    The router's policy is `require`: no packet in clear, whatever happens.
    """
    product.install(machine)
    keys = product.key_pair()
    machine.write(KEY_FILE, keys.private + "\n", 0o600)
    load = ("plugin", product.plugin())
    router = ("shroud", "require", "shroud-peer-key", keys.public, "shroud-status", STATUS)
    provider = ("shroud", "prefer", "shroud-key-file", KEY_FILE)
    return Ends((*load, *router), (*load, *provider), STATUS)
