# SPDX-License-Identifier: GPL-2.0-or-later
"""Capture files: both formats, all variants read, written files read back, damage named."""

from __future__ import annotations

import io
import struct
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pppshroud.capture.file import create_capture, open_capture, read_stream
from pppshroud.capture.packet import LINKTYPE_ETHERNET, LINKTYPE_RAW, Packet
from pppshroud.errors import CaptureError

TIME_NS = 1_700_000_000_123_456_789
FRAME = bytes(range(61))
PACKET = Packet(TIME_NS, LINKTYPE_ETHERNET, FRAME, 1500)
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452")


def read(data: bytes) -> list[Packet]:
    return list(read_stream(io.BytesIO(data), "test.pcap"))


def pcap_bytes(order: str, magic: int, fraction: int) -> bytes:
    head = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, 1)
    return head + struct.pack(order + "IIII", 1_700_000_000, fraction, 61, 1500) + FRAME


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("magic", "fraction", "time_ns"),
    [
        (0xA1B2C3D4, 123_456, 1_700_000_000_123_456_000),
        (0xA1B23C4D, 123_456_789, TIME_NS),
    ],
)
def test_pcap_read(order: str, magic: int, fraction: int, time_ns: int) -> None:
    expected = Packet(time_ns, LINKTYPE_ETHERNET, FRAME, 1500)
    assert read(pcap_bytes(order, magic, fraction)) == [expected]


def block(order: str, kind: int, body: bytes) -> bytes:
    padded = body + bytes(-len(body) % 4)
    length = struct.pack(order + "I", 12 + len(padded))
    return struct.pack(order + "I", kind) + length + padded + length


def section(order: str) -> bytes:
    return block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))


def interface(order: str, link_type: int, snap_length: int = 0, options: bytes = b"") -> bytes:
    return block(order, 1, struct.pack(order + "HHI", link_type, 0, snap_length) + options)


def enhanced(order: str, number: int, ticks: int, data: bytes, original: int) -> bytes:
    head = struct.pack(
        order + "IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, len(data), original
    )
    return block(order, 6, head + data)


@pytest.mark.parametrize("order", ["<", ">"])
def test_pcapng_read(order: str) -> None:
    nanoseconds = struct.pack(order + "HHB3xHH", 9, 1, 9, 0, 0)
    binary_offset = struct.pack(order + "HHB3xHHqHH", 9, 1, 0x80 | 10, 14, 8, 1000, 0, 0)
    data = (
        section(order)
        + interface(order, 1)
        + interface(order, 101, options=nanoseconds)
        + interface(order, 113, options=binary_offset)
        + block(order, 0xBAD, b"a block of somebody else")
        + enhanced(order, 0, TIME_NS // 1000, FRAME, 1500)
        + enhanced(order, 1, TIME_NS, b"E", 1)
        + enhanced(order, 2, 1536, b"SLL", 3)
        + section(order)
        + interface(order, 1, snap_length=4)
        + block(order, 3, struct.pack(order + "I", 1500) + b"snap")
    )
    assert read(data) == [
        Packet(TIME_NS // 1000 * 1000, 1, FRAME, 1500),
        Packet(TIME_NS, 101, b"E", 1),
        Packet(1_001_500_000_000, 113, b"SLL", 3),
        Packet(0, 1, b"snap", 1500),
    ]


packets = st.builds(
    Packet,
    time_ns=st.integers(0, (1 << 32) * 10**9 - 1),
    link_type=st.just(LINKTYPE_ETHERNET),
    data=st.binary(max_size=80),
    original_length=st.integers(80, 1 << 31),
)


@given(packets=st.lists(packets, max_size=5))
def test_both_formats_round_trip(
    packets: list[Packet], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("round")
    for name in ("a.pcap", "a.pcapng"):
        with create_capture(folder / name, LINKTYPE_ETHERNET) as writer:
            for packet in packets:
                writer.write(packet)
        with open_capture(folder / name) as reader:
            assert list(reader) == packets
            assert reader.format == name[2:]
            assert reader.source.offset == (folder / name).stat().st_size


def test_pcapng_write_two_link_types(tmp_path: Path) -> None:
    raw = Packet(5, LINKTYPE_RAW, b"E", 1)
    with create_capture(tmp_path / "a.pcapng", LINKTYPE_ETHERNET) as writer:
        for packet in (PACKET, raw, PACKET):
            writer.write(packet)
    with open_capture(tmp_path / "a.pcapng") as reader:
        assert list(reader) == [PACKET, raw, PACKET]


def test_pcap_write_two_link_types_refused(tmp_path: Path) -> None:
    with (
        create_capture(tmp_path / "a.pcap", LINKTYPE_ETHERNET) as writer,
        pytest.raises(CaptureError, match=r"this one is Ethernet, the packet raw IP\. Write a "),
    ):
        writer.write(Packet(5, LINKTYPE_RAW, b"E", 1))


@pytest.mark.parametrize("suffix", ["pcap", "pcapng"])
@pytest.mark.parametrize("time_ns", [-1, 1 << 64])
def test_write_impossible_time_refused(tmp_path: Path, suffix: str, time_ns: int) -> None:
    with (
        create_capture(tmp_path / f"a.{suffix}", LINKTYPE_ETHERNET) as writer,
        pytest.raises(CaptureError, match="cannot hold the time"),
    ):
        writer.write(Packet(time_ns, LINKTYPE_ETHERNET, b"", 0))


SOUND_PCAP = pcap_bytes("<", 0xA1B2C3D4, 0)
SOUND_PCAPNG = section("<") + interface("<", 1) + enhanced("<", 0, 0, FRAME, 61)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", r"test\.pcap: the file is empty, a pcap or pcapng capture was expected"),
        (PNG, r"test\.pcap: not a pcap or pcapng capture: bytes 0 to 3 are 89504e47, expected "),
        (b"\xd4\xc3", r"cut short: magic number at offset 0 needs 4 bytes, the file has 2 more"),
        (SOUND_PCAP[:10], r"file header at offset 4 needs 20 bytes, the file has 6 more"),
        (SOUND_PCAP[:30], r"header of packet 1 at offset 24 needs 16 bytes, the file has 6 more"),
        (SOUND_PCAP[:-1], r"packet 1 at offset 40 needs 61 bytes, the file has 60 more\. The "),
        (SOUND_PCAP[:4] + b"\x09" + SOUND_PCAP[5:], r"damaged at offset 4: pcap version 9\.4 is"),
        (
            SOUND_PCAP[:32] + b"\xff" * 4 + SOUND_PCAP[36:],
            r"damaged at offset 32: packet 1 says it has 4294967295 bytes, at most 262144",
        ),
        (SOUND_PCAPNG[:-1], r"cut short: block length at offset 140 needs 4 bytes, the file has 3"),
        (SOUND_PCAPNG[:8] + PNG * 2, r"damaged at offset 8: byte-order magic is 89504e47, not"),
        (SOUND_PCAPNG[:-1] + b"\1", r"damaged at offset 140: block ends with length 16777312, "),
        (section("<") + block("<", 2, bytes(20)), r"damaged at offset 28: obsolete Packet Block"),
        (section("<") + enhanced("<", 3, 0, FRAME, 61), r"packet on interface 3, the section "),
        (section("<") + b"\6\0\0\0\x0e\0\0\0", r"damaged at offset 32: block length 14 is not a"),
    ],
)
def test_read_refused(data: bytes, message: str) -> None:
    with pytest.raises(CaptureError, match=message):
        read(data)


@given(st.binary(max_size=200))
@example(PNG)
def test_read_arbitrary_bytes(data: bytes) -> None:
    for start in (b"", SOUND_PCAP[:4], SOUND_PCAP[:24], SOUND_PCAPNG[:12], SOUND_PCAPNG[:48]):
        with suppress(CaptureError):
            read(start + data)


@given(st.sampled_from([SOUND_PCAP, SOUND_PCAPNG]), st.integers(0, 147), st.integers(1, 255))
def test_read_one_byte_changed(sound: bytes, position: int, change: int) -> None:
    data = bytearray(sound)
    data[position % len(data)] ^= change
    with suppress(CaptureError):
        assert len(read(bytes(data))) <= 1
