# SPDX-License-Identifier: GPL-2.0-or-later
"""Numbered datagrams both ways, so that the loss of a single one is seen.

    flood.py call ADDRESS PORT RATE SECONDS SIZE,...    starts at once
    flood.py answer ADDRESS PORT RATE SECONDS SIZE,...  starts with the first one received

RATE is in datagrams a second, SIZEs are of payloads in turn, 4 bytes at least (the number).
Prints "begun" when the first has come, and {"sent", "received", "repeated"} as JSON when all
have come and no more follow, or none has come for SILENCE.
"""

import json
import select
import socket
import sys
import time

SILENCE, AFTER_LAST = 20.0, 1.0
PATIENCE = 30.0
SO_RCVBUFFORCE = 33  # of Linux; Python has no name for it
BUFFER = 8 << 20


def open_socket(address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER)
    return sock


def run(sock, rate, seconds, sizes):
    """Send rate * seconds datagrams, and take the peer's, as many, until it is silent."""
    total, sent, repeated = int(rate * seconds), 0, 0
    seen: set[int] = set()
    start = heard = time.monotonic()
    quiet = SILENCE
    while sent < total or time.monotonic() - heard < quiet:
        due = start + sent / rate
        if sent < total and time.monotonic() >= due:
            sock.send(sent.to_bytes(4, "big").ljust(sizes[sent % len(sizes)], b"\xaa"))
            sent += 1
        wait = max(0.0, due - time.monotonic()) if sent < total else quiet
        if select.select([sock], [], [], wait)[0]:
            number = int.from_bytes(sock.recv(2048)[:4], "big")
            if not seen:
                print("begun", flush=True)
            repeated += number in seen
            seen.add(number)
            heard = time.monotonic()
            quiet = SILENCE if len(seen) < total else AFTER_LAST
    return {"sent": sent, "received": len(seen), "repeated": repeated}


def main(role, address, port, rate, seconds, sizes):
    sock = open_socket(address)
    if role == "answer":
        sock.bind((address, int(port)))
        sock.settimeout(PATIENCE)
        _, peer = sock.recvfrom(2048, socket.MSG_PEEK)
        sock.connect(peer)
    else:
        sock.connect((address, int(port)))
    print(json.dumps(run(sock, float(rate), float(seconds), [int(s) for s in sizes.split(",")])))


main(*sys.argv[1:])
