# SPDX-License-Identifier: GPL-2.0-or-later
"""The one thread of the router's daemons: file descriptors, timers, children."""

from __future__ import annotations

import heapq
import itertools
import os
import select
import signal
import time
from collections.abc import Callable, Mapping, Sequence

Action = Callable[[], None]
Ended = Callable[[int], None]
"""Takes a child's exit code; 128 and the signal's number when a signal ended it."""


class Timer:
    """Something to do later, unless it is cancelled."""

    def __init__(self, action: Action) -> None:
        self.action: Action | None = action

    def cancel(self) -> None:
        self.action = None


class Loop:
    """Waits for all that may happen, and calls who asked for it. Reaps orphans: it is process 1."""

    def __init__(self) -> None:
        self._poll = select.poll()
        self._readers: dict[int, Action] = {}
        self._timers: list[tuple[float, int, Timer]] = []
        self._children: dict[int, Ended] = {}
        self._numbers = itertools.count()
        woken, waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(waker)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.read(woken, lambda: self._reap(woken))

    def read(self, fd: int, action: Action) -> None:
        """Call action whenever fd can be read, until forget()."""
        self._readers[fd] = action
        self._poll.register(fd, select.POLLIN)

    def forget(self, fd: int) -> None:
        del self._readers[fd]
        self._poll.unregister(fd)

    def after(self, seconds: float, action: Action) -> Timer:
        timer = Timer(action)
        entry = (time.monotonic() + seconds, next(self._numbers), timer)
        heapq.heappush(self._timers, entry)
        return timer

    def spawn(
        self,
        argv: Sequence[str],
        ended: Ended,
        env: Mapping[str, str] | None = None,
        files: Mapping[int, int] | None = None,
    ) -> int:
        """Start a program in a session of its own; its 0 to 2 are `files`, else /dev/null."""
        null = os.open("/dev/null", os.O_RDWR | os.O_CLOEXEC)
        wanted = {0: null, 1: null, 2: null, **(files or {})}
        actions = [(os.POSIX_SPAWN_DUP2, fd, number) for number, fd in wanted.items()]
        try:
            pid = os.posix_spawnp(
                argv[0],
                list(argv),
                {**os.environ, **(env or {})},
                file_actions=actions,
                setsid=True,
                setsigdef=[signal.SIGPIPE],
            )
        except OSError:
            self.after(0, lambda: ended(127))  # as netifd's and procd's child that can not exec
            return 0
        finally:
            os.close(null)
        self._children[pid] = ended
        return pid

    def run(self) -> None:
        while True:
            for fd, _ in self._poll.poll(self._wait()):
                if fd in self._readers:
                    self._readers[fd]()
            now = time.monotonic()
            while self._timers and self._timers[0][0] <= now:
                action = heapq.heappop(self._timers)[2].action
                if action:
                    action()

    def _wait(self) -> float | None:
        if not self._timers:
            return None
        return max(0.0, self._timers[0][0] - time.monotonic()) * 1000 + 1

    def _reap(self, woken: int) -> None:
        os.read(woken, 4096)
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            ended = self._children.pop(pid, None)
            if ended:
                code = os.waitstatus_to_exitcode(status)
                ended(code if code >= 0 else 128 - code)


class Output:
    """Collects what a child writes into a pipe."""

    def __init__(self, loop: Loop) -> None:
        self.loop, self.data = loop, b""
        self._reader, self.writer = os.pipe2(os.O_CLOEXEC)
        loop.read(self._reader, self._take)

    def started(self) -> None:
        """To be called when the child has its own copy of `writer`."""
        os.close(self.writer)

    def finish(self) -> bytes:
        """All that the ended child has written."""
        os.set_blocking(self._reader, False)
        while self._read():
            pass
        self.loop.forget(self._reader)
        os.close(self._reader)
        return self.data

    def _take(self) -> None:
        self._read()

    def _read(self) -> bool:
        try:
            more = os.read(self._reader, 65536)
        except BlockingIOError:
            return False
        self.data += more
        return bool(more)
