# SPDX-License-Identifier: GPL-2.0-or-later
"""WireGuard between board and server, for comparison: what a VPN costs the same board.

The lab's end is the kernel's if it has one, else Debian's wireguard-go: User-Mode Linux has none.
The board's end is always its kernel's.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.testbed import debs, recipes
from tests.testbed.cache import build_once, digest
from tests.testbed.machine import Machine
from tests.testbed.process import Process
from tests.testbed.topology import SERVER

PORT = 51820
SERVER_INSIDE, BOARD_INSIDE = "10.99.0.1", "10.99.0.2"
LAN = "192.168.1.0/24"
"""In clear inside the tunnel, if the board does not translate it."""
DEVICE = "wg0"
MTU = 1432
"""Octets of the largest packet inside: 1492 less IPv4, UDP and WireGuard's own 32."""
KEY_FILE = "/tmp/wireguard.key"  # noqa: S108 - of the lab's machine


def program() -> Path:
    """wireguard-go out of Debian's package, fetched once."""
    key = digest(recipes.SUITE, "wireguard-go")

    def fetch(target: Path) -> None:
        target.mkdir()
        debs.unpack(recipes.SUITE, "amd64", ["wireguard-go"], target)

    return build_once("wireguard-go", key, fetch) / "usr/bin/wireguard-go"


@dataclass
class Peer:
    """The server's end. `public` is its key; the board's is told to answer()."""

    machine: Machine
    public: str
    process: Process | None = None

    def answer(self, board_key: str) -> None:
        """Let the board's key in."""
        peer = ["peer", board_key, "allowed-ips", f"{BOARD_INSIDE}/32,{LAN}"]
        self.machine.run(["wg", "set", DEVICE, *peer], "server")

    def stop(self) -> None:
        self.machine.run(["ip", "link", "delete", DEVICE], "server", check=False)
        if self.process:
            self.process.stop()


def start(machine: Machine) -> Peer:
    """Make the server's end; TestbedError when neither kind comes up."""
    add = ["ip", "link", "add", DEVICE, "type", "wireguard"]
    process = None
    if machine.run(add, "server", check=False).code:
        words = [machine.put(program()), "-f", DEVICE]
        process = machine.spawn(words, "server")
        shown = ["ip", "link", "show", DEVICE]
        machine.wait_until(
            lambda: not machine.run(shown, "server", check=False).code,
            10, "wireguard-go to make its device", process.tail,
        )  # fmt: skip
    private = machine.run(["wg", "genkey"]).stdout
    machine.write(KEY_FILE, private, 0o600)
    machine.script(
        f"wg set {DEVICE} listen-port {PORT} private-key {KEY_FILE}; rm {KEY_FILE}\n"
        f"ip address add {SERVER_INSIDE}/24 dev {DEVICE}; ip link set {DEVICE} mtu {MTU} up\n"
        f"ip route add {LAN} dev {DEVICE}",
        "server",
    )
    return Peer(
        machine, machine.run(["wg", "pubkey"], stdin=private.encode()).stdout.strip(), process
    )


def board_script(peer: Peer) -> str:
    """Commands for the board that bring its end up, and print its public key."""
    return (
        f"umask 077; wg genkey >/tmp/wg.key && ip link add {DEVICE} type wireguard && "
        f"wg set {DEVICE} private-key /tmp/wg.key peer {peer.public} "
        f"endpoint {SERVER}:{PORT} allowed-ips {SERVER_INSIDE}/32 && rm /tmp/wg.key && "
        f"ip address add {BOARD_INSIDE}/24 dev {DEVICE} && "
        f"ip link set {DEVICE} mtu {MTU} up && wg show {DEVICE} public-key"
    )


BOARD_UNDO = f"ip link delete {DEVICE}"
"""Command for the board that takes its end down."""
