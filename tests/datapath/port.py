# SPDX-License-Identifier: GPL-2.0-or-later
"""A packet socket on a device in another namespace: frames out and in, as hex on lines."""

from __future__ import annotations

from types import TracebackType

from .world import World

PROGRAM = """
import socket, struct, sys, time
device, header = sys.argv[1], int(sys.argv[2])
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
if header:
    s.setsockopt(263, 15, 1)  # SOL_PACKET, PACKET_VNET_HDR
s.setsockopt(263, 23, 1)  # PACKET_IGNORE_OUTGOING
s.setsockopt(263, 8, 1)  # PACKET_AUXDATA
s.bind((device, 0))
print("ready", flush=True)

def with_tag(frame, ancillary):
    for level, kind, data in ancillary:
        status, _, _, _, _, tci, tpid = struct.unpack("IIIHHHH", data[:20])
        if status & 16:  # TP_STATUS_VLAN_VALID
            frame = frame[:12] + struct.pack("!HH", tpid or 0x8100, tci) + frame[12:]
    return frame

for line in sys.stdin:
    word, argument = line.split()
    if word == "send":
        try:
            s.send(bytes.fromhex(argument))
        except OSError as error:  # what a drop at egress looks like from here
            if error.errno != 105:
                raise
        print("sent", flush=True)
        continue
    s.settimeout(float(argument))
    try:
        frame, ancillary, _, _ = s.recvmsg(70000, 256)
        print(with_tag(frame[header:], ancillary).hex(), flush=True)
    except TimeoutError:
        print("", flush=True)
"""
VNET_HEADER = 10


class Port:
    """One packet socket. With offloads, frames are sent behind a virtio header."""

    def __init__(self, world: World, device: str, offloads: bool = False) -> None:
        header = str(VNET_HEADER if offloads else 0)
        argv = ["python3", "-c", PROGRAM, device, header]
        self._dialogue = world.guest.machine.converse(argv, ns=world.name)
        assert self._dialogue.ask() == ["ready"]

    def __enter__(self) -> Port:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._dialogue.close()

    def send(self, frame: bytes) -> None:
        """Send a frame, its virtio header first if the port has offloads."""
        assert self._dialogue.ask(f"send {frame.hex()}\n") == ["sent"]

    def receive(self, seconds: float = 5.0) -> bytes:
        """Return the next frame that comes in, tags included; b"" if none does in time."""
        return bytes.fromhex(self._dialogue.ask(f"receive {seconds}\n")[0])
