# SPDX-License-Identifier: GPL-2.0-or-later
"""One flow of UDP packets between LAN host and server, as many as asked for, one way at a time.

They look like QUIC's with a short header (first octet 0x40, port 443): what the data path takes
for bulk, and what no acknowledgement comes back for.

    stream.py serve           the server's end
    stream.py ask ADDRESS     the LAN host's: takes "up COUNT SIZE" or "down COUNT SIZE" a line,
                              and answers each with how many packets it sent or received
"""

import os
import socket
import struct
import sys
import time

PORT = 443
BULK = b"\x40"
GO = struct.Struct("!c2xcII")
"""First octet, a letter, count and size: the request for a stream back."""
BURST, PAUSE = 16, 0.004
"""Packets at a time, and seconds between: some thousand packets a second."""
SILENCE = 3.0
"""Seconds without a packet, after which nothing more comes."""


def serve(end: socket.socket) -> None:
    end.bind(("0.0.0.0", PORT))  # noqa: S104 - of the server's namespace
    while True:
        data, peer = end.recvfrom(2048)
        if len(data) == GO.size:
            _, _, count, size = GO.unpack(data)
            stream(end, peer, count, size)


def stream(end: socket.socket, peer: tuple[str, int], count: int, size: int) -> None:
    payload = BULK + os.urandom(size - 1)
    for number in range(count):
        end.sendto(payload, peer)
        if number % BURST == BURST - 1:
            time.sleep(PAUSE)


def ask(end: socket.socket, address: str) -> None:
    end.settimeout(SILENCE)
    for line in sys.stdin:
        direction, count, size = line.split()
        if direction == "up":
            stream(end, (address, PORT), int(count), int(size))
            print(count, flush=True)
        else:
            end.sendto(GO.pack(BULK, b"g", int(count), int(size)), (address, PORT))
            print(receive(end, int(count)), flush=True)


def receive(end: socket.socket, count: int) -> int:
    got = 0
    try:
        while got < count:
            got += len(end.recv(2048)) > GO.size
    except TimeoutError:
        pass
    return got


udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
if sys.argv[1] == "serve":
    serve(udp)
else:
    ask(udp, sys.argv[2])
