# SPDX-License-Identifier: GPL-2.0-or-later
"""The console's cable: what QEMU's serial port says and hears, at a pty or a TCP port.

It outlives the board's power, as an adapter does, and can be pulled.
"""

from __future__ import annotations

import os
import selectors
import socket
import threading
import tty
from contextlib import suppress
from typing import Self

CHUNK = 65536
POLL_SECONDS = 0.05
"""How often a pty that nobody has open is looked at again."""


class Wire:
    """Carries bytes between the board's end, `board`, and one reader at a time.

    Whatever the board says while nobody reads is lost, as on a real one.
    """

    def __init__(self) -> None:
        self.board, self._inner = socket.socketpair()
        self._inner.settimeout(0)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._carry, daemon=True, name="console")

    def plug(self) -> Self:
        """Connect the cable; what ends its life is pull()."""
        self._thread.start()
        return self

    def pull(self) -> None:
        """Cut the cable for good: who reads sees the end of it at once."""
        if self._stop.is_set():
            return
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(5)
        self._close()
        self.board.close()
        self._inner.close()

    @property
    def address(self) -> str:
        """What a program opens to get at the console."""
        raise NotImplementedError

    def _exchange(self) -> None:
        """Wait a short while, and carry what there is to carry."""
        raise NotImplementedError

    def _close(self) -> None:
        raise NotImplementedError

    def _carry(self) -> None:
        while not self._stop.is_set():
            self._exchange()

    def _from_board(self) -> bytes:
        with suppress(BlockingIOError):
            return self._inner.recv(CHUNK)
        return b""

    def _to_board(self, said: bytes) -> None:
        with suppress(BlockingIOError):  # a board that is off or hung: its port is full
            self._inner.send(said)


class PtyWire(Wire):
    """At a pseudo terminal; `address` is its path."""

    def __init__(self) -> None:
        super().__init__()
        self._master, slave = os.openpty()
        tty.setraw(slave)
        self._path = os.ttyname(slave)
        os.close(slave)
        os.set_blocking(self._master, False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._inner, selectors.EVENT_READ)

    @property
    def address(self) -> str:
        return self._path

    def _exchange(self) -> None:
        try:
            heard = os.read(self._master, CHUNK)
        except BlockingIOError:
            heard = b""
        except OSError:  # EIO: nobody has it open
            while self._from_board():
                pass
            self._stop.wait(POLL_SECONDS)
            return
        self._to_board(heard)
        self._wait()
        said = self._from_board()
        with suppress(OSError):
            os.write(self._master, said)

    def _wait(self) -> None:
        """Until either side has something; a pty that is closed meanwhile is seen by _exchange."""
        self._selector.register(self._master, selectors.EVENT_READ)
        self._selector.select(POLL_SECONDS)
        self._selector.unregister(self._master)

    def _close(self) -> None:
        self._selector.close()
        os.close(self._master)


class TcpWire(Wire):
    """At a TCP port of the loopback, raw, as ser2net offers one; `address` is HOST:PORT."""

    def __init__(self) -> None:
        super().__init__()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0)
        self._reader: socket.socket | None = None
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._inner, selectors.EVENT_READ)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        port: int = self._listener.getsockname()[1]
        return port

    def _exchange(self) -> None:
        for key, _ in self._selector.select(POLL_SECONDS):
            if key.fileobj is self._listener:
                self._accept()
            elif key.fileobj is self._inner:
                self._say(self._from_board())
            elif key.fileobj is self._reader:
                self._hear()

    def _accept(self) -> None:
        """One reader at a time; the next one takes its place."""
        self._hang_up()
        self._reader, _ = self._listener.accept()
        self._reader.settimeout(0)
        self._selector.register(self._reader, selectors.EVENT_READ)

    def _hear(self) -> None:
        assert self._reader
        try:
            heard = self._reader.recv(CHUNK)
        except OSError:
            heard = b""
        if heard:
            self._to_board(heard)
        else:
            self._hang_up()

    def _say(self, said: bytes) -> None:
        if self._reader:
            try:
                self._reader.send(said)
            except BlockingIOError:
                return  # who reads too slowly loses it
            except OSError:
                self._hang_up()

    def _hang_up(self) -> None:
        if self._reader:
            self._selector.unregister(self._reader)
            self._reader.close()
            self._reader = None

    def _close(self) -> None:
        self._hang_up()
        self._selector.close()
        self._listener.close()
