# SPDX-License-Identifier: GPL-2.0-or-later
"""A board's serial console, whatever labgrid driver it has: a thread reads it all the time, so
that no byte is lost while nobody waits for one, and no wait is longer than its deadline."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from labgrid.driver.consoleexpectmixin import ConsoleExpectMixin
from pexpect import EOF, TIMEOUT

from hwtest.board.faults import Fault, RigFault
from hwtest.board.log import ConsoleLog, readable

POLL = 0.2  # seconds that the thread waits for a byte, at most, before it sees that it shall end
TAIL = 65536  # bytes of what was heard that are kept to be searched
LAST_WORDS = 6  # lines of the board that a fault quotes


@dataclass(frozen=True, slots=True)
class Tripwire:
    """What the board must not say while the rig waits for something else.

    pattern: regular expression over the bytes heard since the wait began.
    """

    pattern: str
    kind: str
    what: str
    fault: type[Fault] = RigFault


class _DeadlineError(Exception):
    """The whole wait has lasted too long; labgrid's drivers, unlike TIMEOUT, let it pass."""


class Console:
    """Stands between a labgrid console driver and the drivers above it."""

    def __init__(self, driver: ConsoleExpectMixin, log: ConsoleLog) -> None:
        self._driver = driver
        self._log = log
        self._port_read = driver._read
        driver._read = self._read  # what ConsoleExpectMixin.read() calls
        self._news = threading.Condition()
        self._unread = bytearray()
        self._heard = bytearray()
        self._failure: Exception | None = None
        self._thread: threading.Thread | None = None
        self._ending = threading.Event()
        self._deadline = float("inf")
        self._tripwires: Sequence[Tripwire] = ()

    def start(self) -> None:
        """Listen. The driver is active, and what it had to say before is gone."""
        if self._thread is not None:
            return
        self._ending.clear()
        self._failure = None
        self._unread.clear()
        self._thread = threading.Thread(target=self._listen, name="console", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; idempotent. The driver may be deactivated then."""
        if self._thread is not None:
            self._ending.set()
            self._thread.join(timeout=10)
            self._thread = None

    def tail(self) -> str:
        """The last lines that the board said, for people."""
        with self._news:
            lines = [line.strip() for line in bytes(self._heard).splitlines()]
        last = list(filter(None, lines))[-LAST_WORDS:]
        return "\n".join(f"    {readable(line)}" for line in last)

    def heard(self, pattern: str) -> bool:
        """Whether the board has said this since the wait began."""
        with self._news:
            return re.search(pattern.encode(), self._heard) is not None

    @property
    def failed(self) -> bool:
        """Whether the port has closed by itself."""
        return self._failure is not None

    @property
    def silent(self) -> bool:
        """Whether no byte has come since the wait began."""
        with self._news:
            return not self._heard

    @contextmanager
    def patience(
        self, seconds: float, where: str, kind: str, tripwires: Sequence[Tripwire] = ()
    ) -> Iterator[None]:
        """Let what is done within take `seconds` at most; turn what goes wrong into a RigFault.

        kind is that of the fault if the board answers, but not as it should.
        """
        with self._news:
            self._heard.clear()
        begun = time.monotonic()
        self._deadline = begun + seconds
        self._tripwires = tripwires
        try:
            yield
        except Fault as fault:
            fault.where = fault.where or where
            raise
        except (TIMEOUT, EOF, _DeadlineError) as error:
            raise self._waited_in_vain(time.monotonic() - begun, where, kind) from error
        except OSError as error:  # pyserial's SerialException is one
            raise self._closed(error, where) from error
        except Exception as error:  # labgrid raises what it likes, down to bare Exceptions
            raise RigFault(kind, _first_line(error), where) from error
        finally:
            self._deadline = float("inf")
            self._tripwires = ()

    def _waited_in_vain(self, seconds: float, where: str, kind: str) -> RigFault:
        if self.silent:
            what = f"the board said nothing at all for {seconds:.0f} s"
            return RigFault("board-silent", what, where)
        what = f"waited {seconds:.0f} s in vain; the board's last words:\n{self.tail()}\n"
        return RigFault(kind, what, where)

    def _closed(self, error: Exception, where: str = "") -> RigFault:
        return RigFault("console-closed", f"the serial console is gone: {error}", where)

    def _listen(self) -> None:
        while not self._ending.is_set():
            try:
                data = self._port_read(size=1, timeout=POLL)
            except TIMEOUT:
                continue
            except Exception as error:  # whatever it is, the one who waits must know
                with self._news:
                    self._failure = error
                    self._news.notify_all()
                self._log.note(f"console closed: {error}")
                return
            self._log.write(data)
            with self._news:
                self._unread += data
                self._heard += data
                del self._heard[:-TAIL]
                self._news.notify_all()

    def _read(self, size: int = 1, timeout: float = 0.0, max_size: int | None = None) -> bytes:
        """Return what was heard and not read yet, at least a byte; what the drivers above see."""
        until = time.monotonic() + timeout
        with self._news:
            while not self._unread:
                self._check()
                now = time.monotonic()
                if now >= until:
                    raise TIMEOUT(f"nothing came for {timeout:.1f} s")
                self._news.wait(min(until, self._deadline) - now)
            data = bytes(self._unread[: max_size or None])
            del self._unread[: len(data)]
            return data

    def _check(self) -> None:
        """Raise what ends the wait: a closed port, a tripwire, the deadline."""
        if self._failure is not None:
            raise self._closed(self._failure)
        if time.monotonic() >= self._deadline:
            raise _DeadlineError
        for wire in self._tripwires:
            if re.search(wire.pattern.encode(), self._heard):
                raise wire.fault(wire.kind, f"{wire.what}; its last words:\n{self.tail()}\n")


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
