# SPDX-License-Identifier: GPL-2.0-or-later
"""A carrier that meddles: passes frames between two devices and alters offers of shrouding.

    meddler.py DEVICE DEVICE RULE...

A RULE is TYPE:OLD:NEW, a parameter of INIT (docs/protocol.md section 3.2) with its value before
and after in hexadecimal; "-" for none. All rules that fit alter an INIT, in PPPoE frames without
VLAN tags. Prints "ready", then a line for each time that a rule was applied: the rule.
"""

import select
import socket
import struct
import sys

ETH_P_ALL = 3
PACKET_OUTGOING = 4
ETHERTYPE, SESSION = 12, 14  # octets before the field
PPP, LCP = 20, 22
PPPOE_SESSION = b"\x88\x64\x11\x00"
LCP_PROTOCOL = b"\xc0\x21"
INIT = b"\x02\x53\x48\x01"  # OUI and Kind
OUI, BODY = LCP + 8, LCP + 20
PARAMETERS = BODY + 32
SHORTEST = 60


def open_device(name):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    sock.bind((name, ETH_P_ALL))
    return sock


def is_init(frame):
    return (
        frame[ETHERTYPE : ETHERTYPE + 4] == PPPOE_SESSION
        and frame[PPP:LCP] == LCP_PROTOCOL
        and frame[LCP : LCP + 1] == b"\0"
        and frame[OUI : OUI + 4] == INIT
    )


def parameters_of(frame):
    end = LCP + int.from_bytes(frame[LCP + 2 : LCP + 4], "big")
    found, at = {}, PARAMETERS
    while at < end:
        kind, length = struct.unpack_from("!BH", frame, at)
        found[kind] = frame[at + 3 : at + 3 + length]
        at += 3 + length
    return found


def with_parameters(frame, parameters):
    kept = {kind: octets for kind, octets in parameters.items() if octets is not None}
    body = b"".join(struct.pack("!BH", k, len(v)) + v for k, v in kept.items())
    altered = bytearray(frame[:PARAMETERS] + body)
    altered[LCP + 2 : LCP + 4] = (len(altered) - LCP).to_bytes(2, "big")
    altered[SESSION + 4 : SESSION + 6] = (len(altered) - PPP).to_bytes(2, "big")
    return bytes(altered.ljust(SHORTEST, b"\0"))


def value(text):
    return None if text == "-" else bytes.fromhex(text)


def alter(frame, rules):
    if not is_init(frame):
        return frame
    sent = parameters_of(frame)
    altered = dict(sent)
    for rule in rules:
        kind, old, new = rule.split(":")
        if sent.get(int(kind)) == value(old):
            altered[int(kind)] = value(new)
            print(rule, flush=True)
    return with_parameters(frame, altered) if altered != sent else frame


def main(one, other, *rules):
    left, right = open_device(one), open_device(other)
    print("ready", flush=True)
    while True:
        for sock in select.select([left, right], [], [])[0]:
            frame, sender = sock.recvfrom(65536)
            if sender[2] != PACKET_OUTGOING:
                (right if sock is left else left).send(alter(frame, rules))


if __name__ == "__main__":
    main(*sys.argv[1:])
