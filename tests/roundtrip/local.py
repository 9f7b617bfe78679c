# SPDX-License-Identifier: GPL-2.0-or-later
"""A process on this machine that answers lines with lines."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from threading import Thread

HOST_KERNEL = """
mount -t bpf bpf /sys/fs/bpf
ip link add wan0 type veth peer name wan1
for name in wan0 wan1; do
    echo 1 >/proc/sys/net/ipv6/conf/$name/disable_ipv6
    ip link set $name up
done
exec "$@"
"""
"""With namespaces of its own: nothing of it is left behind when the process ends."""


class EndedError(Exception):
    """The process ended before it had answered."""


class Local:
    """Standard input and output of one process."""

    def __init__(self, argv: Sequence[str]) -> None:
        self._argv = list(argv)
        self._process = subprocess.Popen(
            self._argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, text: str = "", answers: int = 1) -> list[str]:
        """Write `text` and return the next `answers` lines. Raises EndedError."""
        assert self._process.stdout
        writer = Thread(target=self._write, args=(text,))
        writer.start()
        lines = [self._process.stdout.readline() for _ in range(answers)]
        writer.join()
        if not all(lines):
            raise EndedError(f"{self._argv[0]} ended with {self._process.wait(30)}")
        return [line.rstrip("\n") for line in lines]

    def _write(self, text: str) -> None:
        assert self._process.stdin
        try:
            self._process.stdin.write(text)
            self._process.stdin.flush()
        except BrokenPipeError:
            return  # of which ask() hears

    def close(self) -> int:
        """End its input, and return its exit code when it has ended."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        code = self._process.wait(30)
        self._process.stdout.close()
        return code

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()
        self.close()


def in_host_kernel(argv: Sequence[str]) -> Local:
    """Start shroud-testrun for wan0 in namespaces of its own on this machine."""
    apart = ("unshare", "--mount", "--net", "sh", "-ec", HOST_KERNEL, "roundtrip")
    return Local([*apart, *argv])
