# SPDX-License-Identifier: GPL-2.0-or-later
"""The file with the data path's programs: packed, damaged, refused, replaced."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from .datapath.frames import IPV4, PPPOE_SESSION, ipv4, pppoe
from .datapath.world import World

pytest_plugins = ("tests.datapath.fixtures",)

KEY = bytes(range(208))
FRAME = pppoe("out", IPV4, ipv4(100, 17))


def _put(world: World, folder: Path, content: bytes) -> str:
    path = folder / "shroud.bpf.o"
    path.write_bytes(content)
    return world.guest.machine.put(path)


def test_object_no_object(wire: World) -> None:
    path = "/nowhere/none.o"
    assert wire.refusal(obj=path) == f"2 BPF object {path}: No such file or directory"


@pytest.mark.parametrize("content", [b"", b"\x7fELF", b"not an object, but long enough"])
def test_object_not_an_object(wire: World, tmp_path: Path, content: bytes) -> None:
    path = _put(wire, tmp_path, content)
    assert wire.refusal(obj=path) == f"22 {path} is not a BPF object"


def _packed(wire: World, folder: Path, change: Callable[[bytes], bytes] = bytes) -> str:
    """Put the object into the guest gzip-compressed, then changed; return its path there."""
    return _put(wire, folder, change(gzip.compress(wire.guest.local_obj.read_bytes())))


@pytest.mark.parametrize("beside", [False, True], ids=["as named", "beside"])
def test_object_packed_object(wire: World, tmp_path: Path, beside: bool) -> None:
    """A packed file under the name that is asked for, or under that name with .gz."""
    path = _packed(wire, tmp_path)
    if beside:
        wire.run("mv", path, f"{path}.gz")
    with wire.testrun(obj=path) as run:
        run.say(PPPOE_SESSION)
        run.set("cover", KEY, KEY)
        assert run.frame("out", FRAME).counter == "tx_whole"


@pytest.mark.parametrize(
    "change",
    [
        lambda packed: packed[:-1],
        lambda packed: packed + b"\0",
        lambda packed: packed[:-8] + bytes(4) + packed[-4:],
        lambda packed: packed[:40] + b"\xff" + packed[41:],
        lambda packed: gzip.compress(gzip.decompress(packed) + bytes(1 << 24)),
    ],
    ids=["short", "long", "sum", "octet", "bomb"],
)
def test_object_damaged_packed_object(
    wire: World, tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    path = _packed(wire, tmp_path, change)
    assert wire.refusal(obj=path) == (f"22 BPF object {path} is damaged, or of more than 512 KiB")


def test_object_huge_object(wire: World, tmp_path: Path) -> None:
    path = _put(wire, tmp_path, wire.guest.local_obj.read_bytes() + bytes(1 << 19))
    assert wire.refusal(obj=path) == f"27 BPF object {path}: File too large"


def test_object_wrong_byte_order(wire: World, tmp_path: Path) -> None:
    content = bytearray(wire.guest.local_obj.read_bytes())
    content[5] = 3 - content[5]
    path = _put(wire, tmp_path, bytes(content))
    assert "-endian machines, this is a " in wire.refusal(obj=path)


def test_object_verifier_log(wire: World, tmp_path: Path) -> None:
    """A program that the kernel refuses: the sentence, and the verifier's log on demand."""
    content = wire.guest.local_obj.read_bytes()
    # The first load of a context field becomes one from beyond the context.
    load = re.search(rb"\x61.\x10\x00\x00\x00\x00\x00", content, re.DOTALL)
    assert load
    at = load.start() + 2
    path = _put(wire, tmp_path, content[:at] + b"\xfc\x0f" + content[at + 2 :])
    done = wire.attempt(*wire.command(obj=path))
    assert done.stdout.startswith("error ")
    assert f"the kernel refuses the programs in {path}" in done.stdout
    assert "invalid bpf_context access" in done.stderr
    with wire.testrun() as good:
        assert good.device == "wan0"


def test_object_upgrade_keeps_sessions(wire: World, tmp_path: Path) -> None:
    """Another object of the same layout takes the old one's place, the sessions stay."""
    newer = _put(wire, tmp_path, wire.guest.local_obj.read_bytes() + b"\0")
    with wire.testrun() as old:
        old.say(PPPOE_SESSION)
        old.set("cover", KEY, KEY)
        with wire.testrun(obj=newer) as new:
            assert new.frame("out", FRAME).frame[20:22] == b"\x00\x57"
        assert old.frame("out", FRAME).counter == "tx_whole"


def test_object_looks_again_at_a_file_that_was_written_to(wire: World) -> None:
    """Programs of the same file are not loaded again, nor is it read, until it changes."""
    path = "/tmp/written.bpf.o"  # noqa: S108 - of the guest
    wire.run("cp", wire.guest.obj, path)
    for _ in range(2):
        with wire.testrun(obj=path) as run:
            run.say(PPPOE_SESSION)
    wire.run("dd", "if=/dev/zero", f"of={path}", "bs=64", "count=1", "conv=notrunc")
    assert wire.refusal(obj=path) == f"22 {path} is not a BPF object"
