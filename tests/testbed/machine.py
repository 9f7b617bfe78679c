# SPDX-License-Identifier: GPL-2.0-or-later
"""A running guest: commands, files and processes in it. uml.py and qemu.py boot one."""

from __future__ import annotations

import base64
import itertools
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self, TypeVar

from .channel import Channel
from .dialogue import Dialogue
from .errors import CommandError, GuestDiedError, MachineError, TestbedError
from .process import Process
from .wait import wait_until

T = TypeVar("T")
SHARED = PurePosixPath("/shared")
"""Where the guest sees Machine.share."""
ANSWER = 30.0
"""Seconds that a living agent never takes to answer what needs no waiting."""


@dataclass(frozen=True)
class Result:
    """What a command left: its output as text, and its exit code (negative: a signal)."""

    argv: tuple[str, ...]
    stdout: str
    stderr: str
    code: int


class Machine:
    """A guest. A context manager: entering boots it, leaving ends it whatever happened.

    share: folder of the host that the guest sees at /shared. Files that the guest writes
    there are whole on the host after fetch(), or when the machine has ended.
    The guest ends with the thread that booted it, however that ends.
    """

    arch = "amd64"
    """Debian's name of the guest's architecture."""
    boot_timeout = 60.0
    slowness = 1.0
    """Factor for the timeouts of whoever waits for something in this machine, which are what a
    processor of one's own would take at most: patience costs nothing where all goes well."""

    def __init__(self, memory: int = 512, workdir: Path | None = None) -> None:
        """memory in MiB; workdir keeps share and logs, a temporary folder when not given."""
        self.memory = memory
        self._temporary = workdir is None
        self.workdir = workdir or Path(tempfile.mkdtemp(prefix="pppshroud-"))
        self.share = self.workdir / "share"
        self.boot_log = self.workdir / "boot.log"
        self.inherited: tuple[int, ...] = ()
        """Descriptors besides the agent's that the guest's program gets."""
        self._numbers = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: Channel | None = None

    def _command(self, agent_fd: int) -> list[str]:
        """The host's command that runs this machine, its agent's device at `agent_fd`."""
        raise NotImplementedError

    # Life.

    def __enter__(self) -> Self:
        self.share.mkdir(parents=True, exist_ok=True)
        shutil.copy(Path(__file__).parent / "guest/agent.py", self.share)
        ours, theirs = socket.socketpair()
        try:
            with self.boot_log.open("wb") as log:
                # --pdeathsig: the guest ends with this program, however that ends.
                argv = ["setpriv", "--pdeathsig", "KILL", *self._command(theirs.fileno())]
                self._process = subprocess.Popen(
                    argv,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    pass_fds=[theirs.fileno(), *self.inherited],
                    start_new_session=True,
                )
            theirs.close()
            self._channel = Channel(ours)
            self._channel.await_ready(self.boot_timeout)
        except TestbedError as error:
            self._end()
            raise MachineError(f"{error}\nend of the boot log:\n{self._boot_tail()}") from error
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if self.alive:
                self._call("exit", 5)
                assert self._process is not None
                self._process.wait(10)
        except (TestbedError, subprocess.TimeoutExpired):
            pass  # it is ended by force below
        finally:
            self._end()
            if self._temporary:
                shutil.rmtree(self.workdir, ignore_errors=True)

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        if self._channel is not None:
            self._channel.close()

    def _boot_tail(self) -> str:
        try:
            return "\n".join(self.boot_log.read_text(errors="replace").splitlines()[-25:])
        except FileNotFoundError:  # it went with the machine's temporary folder
            return ""

    def _call(self, op: str, patience: float = ANSWER, **arguments: object) -> object:
        if self._channel is None:
            raise MachineError("the machine has not been booted: use it in a with statement")
        try:
            return self._channel.call(op, patience * self.slowness, **arguments)
        except TestbedError as error:
            if not self.alive:
                raise GuestDiedError(f"{error}\nend of its log:\n{self._boot_tail()}") from error
            raise

    # Commands.

    def run(
        self,
        argv: Sequence[str],
        ns: str | None = None,
        timeout: float = 30.0,
        check: bool = True,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
    ) -> Result:
        """Run a command to its end in network namespace `ns`.

        Raises CommandError when `check` is set and the exit code is not 0, or when it has
        not ended after `timeout` seconds (it is killed then).
        """
        limit = timeout * self.slowness
        answer = self._call(
            "run",
            timeout + ANSWER,
            argv=list(argv),
            ns=ns,
            timeout=limit,
            stdin=base64.b64encode(stdin).decode(),
            env=dict(env or {}),
        )
        assert isinstance(answer, dict)
        out, err = (base64.b64decode(answer[x]).decode(errors="replace") for x in ("out", "err"))
        said = f"{shlex.join(argv)} (in {ns or 'no namespace'})"
        if answer["late"]:
            raise CommandError(f"{said} did not end in {limit:g} s\n{out}{err}")
        if check and answer["code"] != 0:
            raise CommandError(f"{said} ended with {answer['code']}\n{out}{err}")
        return Result(tuple(argv), out, err, answer["code"])

    def script(self, text: str, ns: str | None = None, timeout: float = 30.0) -> Result:
        """Run a shell script that ends at its first error."""
        return self.run(["sh", "-euc", text], ns, timeout)

    def spawn(
        self,
        argv: Sequence[str],
        ns: str | None = None,
        log: str | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Process:
        """Start a command and leave it running; its output goes to the guest's file `log`."""
        path = log or self._log(argv)
        pid = self._call("spawn", argv=list(argv), ns=ns, log=path, env=dict(env or {}))
        assert isinstance(pid, int)
        return Process(self, tuple(argv), pid, path)

    def converse(self, argv: Sequence[str], ns: str | None = None) -> Dialogue:
        """Start a command to talk to; what it writes to stderr goes to its log."""
        path = self._log(argv)
        pid = self._call("converse", argv=list(argv), ns=ns, log=path)
        assert isinstance(pid, int)
        return Dialogue(self, tuple(argv), pid, path)

    def _log(self, argv: Sequence[str]) -> str:
        name = PurePosixPath(argv[0]).name
        return str(SHARED / f"log/{next(self._numbers):03}-{name}.log")

    def kill_namespace(self, pid: int) -> None:
        """kill -9 of every process in the PID namespace that process `pid` is in."""
        self._call("kill_namespace", pid=pid)

    def reset(self) -> None:
        """Kill all that runs; remove all namespaces, with the devices in them, and pinned BPF."""
        self._call("reset")
        self.script(
            "cd /run/netns; for ns in *; do [ ! -e $ns ] || ip netns delete $ns; done\n"
            "find /sys/fs/bpf -mindepth 1 -delete; rm -rf /run/ppp* /run/pppd/* /run/xl2tpd/*"
        )

    # Files.

    def read(self, path: str, offset: int = 0) -> bytes:
        """The content of the guest's file `path`, from byte `offset` on."""
        raw = self._call("read", path=path, offset=offset)
        assert isinstance(raw, str)
        return base64.b64decode(raw)

    def read_text(self, path: str) -> str:
        return self.read(path).decode(errors="replace")

    def write(self, path: str, content: str | bytes, mode: int = 0o644) -> None:
        """Write the guest's file `path`; folders are made, permissions set on a new file."""
        raw = content.encode() if isinstance(content, str) else content
        self._call("write", path=path, data=base64.b64encode(raw).decode(), mode=mode)

    def put(self, local: Path) -> str:
        """Copy the host's file `local` into the guest, and return its path there.

        Each copy gets a new name: the guest may hold pages of what an older one was.
        """
        folder = self.share / "put" / str(next(self._numbers))
        folder.mkdir(parents=True)
        shutil.copy(local, folder / local.name)
        return str(SHARED / folder.relative_to(self.share) / local.name)

    def fetch(self, path: str) -> Path:
        """The host's path of the guest's file `path` under /shared, written out in full."""
        self._call("sync", path=path)
        return self.share / PurePosixPath(path).relative_to(SHARED)

    # Waiting.

    def wait_until(
        self,
        predicate: Callable[[], T],
        timeout: float,
        what: str,
        detail: Callable[[], str] | None = None,
    ) -> T:
        """wait.wait_until, with more patience for a slow machine."""
        return wait_until(predicate, timeout * self.slowness, what, detail=detail)

    def uptime(self) -> float:
        """Seconds on the guest's monotonic clock."""
        value = self._call("uptime")
        assert isinstance(value, float)
        return value

    def signal(self, pid: int, number: signal.Signals, group: bool = False) -> None:
        """Send a signal to a process by id, or to the whole session that it leads."""
        self._call("signal", pid=pid, number=int(number), group=group)
