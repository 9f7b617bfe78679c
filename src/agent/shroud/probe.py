# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether a line carries traffic: something is asked, and something must come in.

What counts is that the ppp device has received a packet since the line came up: nothing gets
that far that our keys do not decipher. Asked are the ISP's name servers (for the root, which tells
nobody anything), its gateway, and its first router (by a packet that may not go further): one of
them answers on any line.
"""

import os
import socket
import time

from shroud import device, program

BIND_TO_DEVICE = 25  # SO_BINDTODEVICE
QUESTION = b"\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x01"  # root, NS, recursion
NOBODY = "192.0.2.1"  # RFC 5737: a packet there with one hop to live ends at the first router
ALL_ROUTERS = "ff02::2"
PING = ["ping", "-q", "-c", "1", "-W", "1", "-I"]
PAUSE = 0.2  # seconds that an answer is waited for before the next question
SERVERS = 3  # name servers asked


class Probe:
    """One line that has just come up."""

    def __init__(self, name: str) -> None:
        """Take the ppp device."""
        self.device = name
        self._start = received(name)

    def carries(self, status: "dict") -> bool:  # type: ignore[type-arg]
        """Ask, and say whether anything has come in since this object was made; takes 4 s.

        status: netifd.status(), whose routes and servers come after the line itself.
        """
        servers = status["dns"][:SERVERS]
        for server in servers:
            _ask_name_server(server, self.device)
        if servers:
            time.sleep(PAUSE)
        return self._got() or any(self._ping(words) for words in targets(status["gateway"]))

    def _ping(self, words: "list[str]") -> bool:
        # A first answer may be lost to ARP, filters, or a router's limit: only the count tells.
        program.run(PING + [self.device] + words, timeout=3)
        return self._got()

    def _got(self) -> bool:
        now = received(self.device)
        self._start = min(self._start, now)  # the line was dialled again, with another device
        return now > self._start


def targets(gateway: "str | None") -> "list[list[str]]":
    """Whom to ping, in ping's words."""
    return ([[gateway]] if gateway else []) + [["-t", "1", NOBODY], [ALL_ROUTERS]]


def received(name: str) -> int:
    """Packets that a device has received; 0 if there is no such device."""
    return device.number(name, "statistics/rx_packets") or 0


def _ask_name_server(server: str, name: str) -> None:
    """Send a question through the device; what cannot be sent is not: there are other ways."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(server, 53, 0, socket.SOCK_DGRAM)[0]
        asking = socket.socket(family, kind)
    except OSError:
        return
    try:
        asking.setsockopt(socket.SOL_SOCKET, BIND_TO_DEVICE, name.encode() + b"\0")
        asking.sendto(os.urandom(2) + QUESTION, address)
    except OSError:
        return
    finally:
        asking.close()
