# SPDX-License-Identifier: GPL-2.0-or-later
"""The virtual board as a router: what its packages, its wires, its power and its disk do."""

from __future__ import annotations

import gzip
import shutil
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from hwtest.board.board import Board
from hwtest.virtual import disk, image, packages
from hwtest.virtual.machine import DISK_MIB
from tests.hwtest.bench import TCP, bench

pytestmark = pytest.mark.testbed

LAN_HOST, LAN_ROUTER = "192.168.1.2", "192.168.1.1"
OUR_MAC = bytes.fromhex("020000000099")
ARP = 0x0806
BEHIND_MIB = 192
"""Where the disk has room behind its partitions: a faster way into the board than TFTP."""
COUNTER = "targets/main/drivers/VirtualBoardDriver/counter"
FLASH = "options/pppshroud/recipes/flash"
UPGRADE = {
    "state": "shell",
    "steps": [
        {"stage": "load", "run": f"dd if=/dev/vda bs=1M skip={BEHIND_MIB} of=/tmp/rest"},
        {"stage": "load", "run": "head -c $((0x@size@)) /tmp/rest >/tmp/image && rm /tmp/rest"},
        {
            "stage": "write",
            "run": "sysupgrade /tmp/image",
            "under_way": "Performing system upgrade",
            "timeout": 300,
            "reboots": True,
        },
    ],
}
"""As the recipes of real boards have it."""


@pytest.fixture(scope="module")
def images() -> Path:
    return image.build().folder


@pytest.fixture(scope="module")
def board(images: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    """A board that has booted v1, and keeps v2 behind its partitions."""
    folder = tmp_path_factory.mktemp("board")
    for path in images.iterdir():
        (folder / path.name).symlink_to(path)
    with bench(folder, TCP, {COUNTER: True, FLASH: UPGRADE}) as found:
        with gzip.open(images / "board-v1.img.gz") as packed, found.virtual.disk.open("wb") as out:
            shutil.copyfileobj(packed, out)
            out.seek(BEHIND_MIB << 20)
            out.write((images / "board-v2.img.gz").read_bytes())
            out.truncate(DISK_MIB << 20)
        found.boot("v1")
        yield found


def question(target: str) -> bytes:
    """An Ethernet frame that asks by ARP who has the IPv4 address `target` (RFC 826)."""
    head = b"\xff" * 6 + OUR_MAC + struct.pack("!HHHBBH", ARP, 1, 0x0800, 6, 4, 1)
    return head + OUR_MAC + socket.inet_aton(LAN_HOST) + bytes(6) + socket.inet_aton(target)


def answer(wire: socket.socket) -> bytes:
    """The MAC address in the first ARP answer that comes over a wire."""
    wire.settimeout(30)
    while True:
        frame = wire.recv(2048)
        if frame[12:14] == struct.pack("!H", ARP) and frame[20:22] == b"\0\2":
            return frame[22:28]


@pytest.mark.slow
def test_router_keeps_what_was_written_when_the_power_is_cut(board: Board) -> None:
    names = " ".join(path.name for path in packages.build(board.virtual.tftp))
    board.run(f"cd /tmp && for f in {names}; do tftp -b 1468 -g -r $f 10.0.2.2; done", 60)
    assert "Configuring shroud." in board.run(f"cd /tmp && opkg install {names}", 60).output
    board.virtual.lan.send(question(LAN_ROUTER))
    assert answer(board.virtual.lan)[-1:] == b"\2"
    assert "masquerade" in board.run("nft list ruleset").output
    board.run("uci set shroud.wan=line; uci set shroud.wan.policy=require; uci commit; sync")
    before = board.virtual.counts()
    board.run("count-start; sleep 1; count-stop")
    assert len(board.virtual.counts()) == len(before) + 1
    assert min(board.virtual.counts()[-1]) > 1000

    board.run("dd if=/dev/zero of=/root/half bs=1M count=20 >/dev/null 2>&1 &")
    board.boot("v1")  # takes the power away first
    assert "recovery complete" in board.run("dmesg").output, "the journal had nothing to do"
    assert board.run("uci get shroud.wan.policy").output.strip() == "require"
    assert '"wan"' in board.run("ubus call shroud status", 60).output


@pytest.mark.slow
def test_settings_survive_an_upgrade(board: Board) -> None:
    board.run("uci set network.wan.username=another@example; uci commit")
    board.run("echo nothing | gzip >/tmp/bad.gz")
    refused = board.run("sysupgrade -T /tmp/bad.gz", check=False)
    assert refused.code == 1
    assert "does not begin with a gzip'ed partition table" in refused.output
    board.flash("v2")
    board.run("until test -e /var/run/booted; do sleep 0.2; done", 120)
    assert "v2" in board.run("ubus call system board").output
    assert board.run("uci get network.wan.username").output.strip() == "another@example"


def test_disk_begins_with_an_active_partition_and_a_root(images: Path) -> None:
    with gzip.open(images / "board-v2.img.gz") as packed:
        sector = packed.read(512)
    rows = [struct.unpack_from("<B3xB3xII", sector, 446 + 16 * n) for n in range(2)]
    assert sector[510:] == b"\x55\xaa"
    boot_size, root_size = disk.BOOT_MIB * 2048, disk.ROOT_MIB * 2048
    assert rows[0] == (disk.ACTIVE, disk.LINUX, disk.BOOT_START, boot_size)
    assert rows[1] == (0, disk.LINUX, disk.BOOT_START + boot_size, root_size)


def test_versions_are_two(images: Path) -> None:
    with pytest.raises(ValueError, match=r"one of v1, v2, not 'v3'"):
        image.Images(images).disk("v3")
