# SPDX-License-Identifier: GPL-2.0-or-later
"""The console's cable: bytes both ways, one reader after another, and its end when it is pulled."""

from __future__ import annotations

import os
import select
import socket
from collections.abc import Iterator

import pytest

from hwtest.virtual.wire import PtyWire, TcpWire, Wire

SECONDS = 20.0


@pytest.fixture
def pty_wire() -> Iterator[PtyWire]:
    wire = PtyWire()
    wire.plug()
    yield wire
    wire.pull()


@pytest.fixture
def tcp_wire() -> Iterator[TcpWire]:
    wire = TcpWire()
    wire.plug()
    yield wire
    wire.pull()


def connect(wire: TcpWire) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", wire.port), SECONDS)
    # The first byte through tells that the wire has taken this reader.
    connection.sendall(b"?")
    wire.board.settimeout(SECONDS)
    assert wire.board.recv(10) == b"?"
    return connection


def read(fd: int) -> bytes:
    assert select.select([fd], [], [], SECONDS)[0], "nothing came"
    return os.read(fd, 100)


def test_pty_carries_bytes_as_they_are(pty_wire: PtyWire) -> None:
    fd = os.open(pty_wire.address, os.O_RDWR | os.O_NOCTTY)
    os.write(fd, b"\x03ls\r\n")
    pty_wire.board.settimeout(SECONDS)
    assert pty_wire.board.recv(100) == b"\x03ls\r\n"
    pty_wire.board.send(b"a\r\n\x04b")
    assert read(fd) == b"a\r\n\x04b"
    os.close(fd)


def test_tcp_next_reader_takes_over(tcp_wire: TcpWire) -> None:
    first = connect(tcp_wire)
    second = connect(tcp_wire)
    tcp_wire.board.send(b"login: ")
    assert second.recv(100) == b"login: "
    assert first.recv(100) == b""
    first.close()
    second.close()


def test_tcp_pulled_ends_the_connection(tcp_wire: TcpWire) -> None:
    reader = connect(tcp_wire)
    tcp_wire.pull()
    assert reader.recv(100) == b""
    reader.close()


def test_pty_pulled_hangs_up(pty_wire: PtyWire) -> None:
    fd = os.open(pty_wire.address, os.O_RDWR | os.O_NOCTTY)
    os.write(fd, b"?")
    pty_wire.board.settimeout(SECONDS)
    assert pty_wire.board.recv(10) == b"?"
    pty_wire.pull()
    with pytest.raises(OSError, match="Input/output error"):
        os.write(fd, b"?")
    os.close(fd)


@pytest.mark.parametrize("kind", [PtyWire, TcpWire])
def test_nobody_reads_what_the_board_says(kind: type[Wire]) -> None:
    """It is lost, and the board does not wait."""
    wire = kind()
    wire.plug()
    wire.board.settimeout(SECONDS)
    for _ in range(100):
        wire.board.sendall(b"x" * 65536)
    wire.pull()
