# SPDX-License-Identifier: GPL-2.0-or-later
"""Other programs, run without a shell: posix_spawnp() with pipes. MicroPython has no fork.

Every word of argv reaches the program as it is; there is nothing to quote and nothing to inject.
"""

import os
import select
import struct

from shroud import host, libc
from shroud.errors import AgentError

OPAQUE = 512  # bytes; room for C's posix_spawn types, which need 80 and 336
SET_GROUP = 2  # POSIX_SPAWN_SETPGROUP
NO_HANG = 1  # WNOHANG
KILL = 9  # SIGKILL
MAX_OUTPUT = 1 << 18  # bytes of each of the two outputs
TICK = 2  # milliseconds between two looks at a program that has closed its outputs
LONG_TICK = 100  # the same while they are open: a child may have left them to a daemon
NOT_RUN, TIMED_OUT, SIGNALLED = 127, 124, 128  # codes, as a shell has them
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"

_pipe = libc.func("i", "pipe", "P")
_read = libc.func("l", "read", "iPl")
_write = libc.func("l", "write", "iPl")
_memory = libc.func("i", "memfd_create", "Pi")
_open = libc.func("i", "open", "si")
_close = libc.func("i", "close", "i")
_fcntl = libc.func("i", "fcntl", "iii")
_kill = libc.func("i", "kill", "ii")
_wait = libc.func("i", "waitpid", "iPi")
_spawn = libc.func("i", "posix_spawnp", "PPPPPP")
_actions = libc.func("i", "posix_spawn_file_actions_init", "P")
_end_actions = libc.func("i", "posix_spawn_file_actions_destroy", "P")
_duplicate = libc.func("i", "posix_spawn_file_actions_adddup2", "Pii")
_attributes = libc.func("i", "posix_spawnattr_init", "P")
_set_flags = libc.func("i", "posix_spawnattr_setflags", "Pi")
_set_group = libc.func("i", "posix_spawnattr_setpgroup", "Pi")


def run(argv: list[str], data: bytes = b"", timeout: float = 10) -> tuple[int, bytes, bytes]:
    """Run a program with `data` as its input; return its code and what it printed on both outputs.

    Codes: 127 it could not be started, 124 it took longer than `timeout` seconds and was killed
    with its children, 128 + N signal N ended it; then the error output says so. AgentError for
    an argv that no program can have, when this machine is out of files or memory, or for a
    program that prints more than 256 KiB.
    """
    words = _words(argv)
    child = _Child()
    try:
        number = child.start(words, data)
        if number:
            return NOT_RUN, b"", f"{argv[0]}: {libc.reason(number)}\n".encode()
        return child.finish(argv[0], host.uptime() + timeout, timeout)
    finally:
        child.close()


def _words(argv: list[str]) -> list[bytearray]:
    if not argv or not all(isinstance(word, str) and "\0" not in word for word in argv):
        raise AgentError("argument", f"not the words of a command: {argv!r}")
    return [bytearray(word.encode() + b"\0") for word in argv]


def _checked(number: int, doing: str) -> int:
    if number < 0:
        raise AgentError("system", f"{doing} failed: {libc.reason(libc.errno())}")
    return number


class _Child:
    """A program, and this side's ends of its pipes."""

    def __init__(self) -> None:
        self.pid = 0
        self.open: list[int] = []  # descriptors to close at the end
        self.outputs: dict[int, bytearray] = {}  # by descriptor; MicroPython's dict has no order
        self.order: list[int] = []  # the descriptors of out and err

    def start(self, words: list[bytearray], data: bytes) -> int:
        """Start the program; return 0 or the error number."""
        source = self._input(data)
        out, err = self._output(), self._output()
        pointers = [libc.address(word) for word in words] + [0]
        pid = bytearray(4)
        actions, attributes = bytearray(OPAQUE), bytearray(OPAQUE)
        _actions(actions)
        _attributes(attributes)
        _set_flags(attributes, SET_GROUP)
        _set_group(attributes, 0)
        for target, descriptor in enumerate((source, out, err)):
            _duplicate(actions, descriptor, target)
        if not os.getenv("PATH"):
            libc.func("i", "setenv", "ssi")("PATH", PATH, 1)
        table = bytearray(b"".join([struct.pack("P", pointer) for pointer in pointers]))
        number = _spawn(pid, words[0], actions, attributes, table, libc.environment())
        _end_actions(actions)
        for descriptor in (source, out, err):
            self._drop(descriptor)
        if not number:
            self.pid = struct.unpack("i", pid)[0]
        return number

    def finish(self, name: str, end: float, timeout: float) -> tuple[int, bytes, bytes]:
        """Read what it prints until it ends; kill it when its time is over."""
        waiting = dict.fromkeys(self.outputs)
        while True:
            self._listen(waiting, LONG_TICK if waiting else TICK)
            status = self._ended()
            if status is not None:
                break
            if host.uptime() >= end:
                self.close()
                return self._result(TIMED_OUT, f"{name}: did not end within {timeout} seconds\n")
        self._listen(waiting, 0)  # what it left in the pipes; a daemon of its may hold them open
        if status & 0x7F:
            return self._result(
                SIGNALLED + (status & 0x7F), f"{name}: ended by signal {status & 0x7F}\n"
            )
        return self._result(status >> 8 & 0xFF, "")

    def close(self) -> None:
        """Kill what still runs, close what is open."""
        if self.pid:
            _kill(-self.pid, KILL)
            _wait(self.pid, bytearray(4), 0)
            self.pid = 0
        while self.open:
            _close(self.open.pop())

    def _listen(self, waiting: dict[int, None], milliseconds: int) -> None:
        """Take what comes within this time, and more as long as it is there already."""
        poll = select.poll()
        for descriptor in waiting:
            poll.register(descriptor, select.POLLIN)
        ready = poll.poll(milliseconds)
        while ready:
            for descriptor, _ in ready:
                if not self._take(descriptor):
                    poll.unregister(descriptor)
                    waiting.pop(descriptor)
            ready = poll.poll(0) if waiting else []

    def _take(self, descriptor: int) -> int:
        """Read once; return 0 at the end of the output."""
        part = bytearray(4096)
        got = _checked(_read(descriptor, part, len(part)), "reading from a program")
        taken = self.outputs[descriptor]
        if len(taken) + got > MAX_OUTPUT:
            raise AgentError("system", f"a program printed more than {MAX_OUTPUT} bytes")
        taken.extend(part[:got])
        return got

    def _ended(self) -> int | None:
        """Its wait status, or None while it runs."""
        status = bytearray(4)
        ended = _wait(self.pid, status, NO_HANG)
        if not ended:
            return None
        self.pid = 0
        _checked(ended, "waiting for a program (is SIGCHLD ignored?)")
        number: int = struct.unpack("i", status)[0]
        return number

    def _result(self, code: int, remark: str) -> tuple[int, bytes, bytes]:
        out, err = [self.outputs[descriptor] for descriptor in self.order]
        return code, bytes(out), bytes(err) + remark.encode()

    def _input(self, data: bytes) -> int:
        """Put all of the input into a file in memory; a pipe might not hold it."""
        memory = self._keep(_checked(_memory(b"input\0", 1), "making a file in memory"))
        at = 0
        while at < len(data):
            part = data[at : at + 4096]
            at += _checked(_write(memory, part, len(part)), "writing a program's input")
        # Opened again it is read from its start: lseek()'s offset is wider than an argument here.
        again = _open(f"/proc/self/fd/{memory}", 0)
        self._drop(memory)
        return self._keep(_checked(again, "opening a program's input"))

    def _output(self) -> int:
        """Make a pipe, keep its reading end, return the other."""
        ends = bytearray(8)
        _checked(_pipe(ends), "making a pipe")
        reading, writing = struct.unpack("ii", ends)
        self._keep(reading)
        self.outputs[reading] = bytearray()
        self.order.append(reading)
        return self._keep(writing)

    def _keep(self, descriptor: int) -> int:
        self.open.append(descriptor)
        _fcntl(descriptor, host.SET_FLAGS, host.CLOSE_ON_EXEC)
        return descriptor

    def _drop(self, descriptor: int) -> None:
        self.open.remove(descriptor)
        _close(descriptor)
