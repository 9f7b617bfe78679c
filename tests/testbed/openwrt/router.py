# SPDX-License-Identifier: GPL-2.0-or-later
"""A router as OpenWrt's parts make one, in the testbed's namespace `cpe`."""

from __future__ import annotations

import io
import itertools
import json
import shlex
import tarfile
import tempfile
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.testbed.errors import TestbedError
from tests.testbed.machine import Machine, Result
from tests.testbed.process import Process

HERE = Path(__file__).parent
FLASH = "/tmp/router"  # noqa: S108 - of the guest: what stays when the power is cut
ENVIRONMENT = ("env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C.UTF-8")
PROGRAMS = "usr/lib/testbed/guest"
LINKS = {
    "usr/bin/logger": "busybox",
    "usr/sbin/ifdown": "ifup",
    "var/lock": "../tmp/lock",
    "var/log": "../tmp/log",
}
"""What is a link in the router: from path to target."""
HIDDEN = ("usr/lib/pppd/2.4.9",)
"""What the guest has and a router has not: a second pppd."""
FOLDERS = ("etc/crontabs", "etc/uci-defaults")
"""Empty ones that OpenWrt has."""
ENABLED = {"boot": 10, "rpcd": 12, "firewall": 19, "network": 20, "cron": 50}
MERGED = ("bin", "sbin", "lib")
"""Folders of the root that are links into /usr in the guest's Debian."""
_numbers = itertools.count(1)


class Router:
    """Its flash memory lives as long as the machine; it runs between boot() and power_cut()."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.flash = f"{FLASH}-{next(_numbers)}"
        self.process: Process | None = None
        self.pid = 0
        machine.run(["sh", "-c", f"rm -rf {FLASH}-*"])
        content = [(str(p.relative_to(HERE / "root")), p) for p in files(HERE / "root")]
        content += [(f"{PROGRAMS}/{p.name}", p) for p in files(HERE / "guest")]
        links = {f"etc/rc.d/S{n}{name}": f"../init.d/{name}" for name, n in ENABLED.items()}
        self.put(content, LINKS | links)
        for path in HIDDEN:
            self.leave_out(path)

    # Its flash memory.

    def put(self, files: Iterable[tuple[str, Path]], links: dict[str, str] | None = None) -> None:
        """Copy files of the host, with their modes, to paths of the router."""
        raw = io.BytesIO()
        with tarfile.open(fileobj=raw, mode="w") as archive:
            for path, source in files:
                archive.add(source, merged(path), recursive=False)
            for name in FOLDERS:
                empty = tarfile.TarInfo(name)
                empty.type, empty.mode = tarfile.DIRTYPE, 0o755
                archive.addfile(empty)
            for name, target in (links or {}).items():
                link = tarfile.TarInfo(merged(name))
                link.type, link.linkname = tarfile.SYMTYPE, target
                archive.addfile(link)
        with tempfile.TemporaryDirectory() as folder:
            local = Path(folder, "flash.tar")
            local.write_bytes(raw.getvalue())
            archive_path = self.machine.put(local)
        unpack = ["busybox", "tar", "-xof", archive_path, "-C"]
        if self.process:
            self.run([*unpack, "/"])
        else:
            upper = f"{self.flash}/upper"
            self.machine.run(["mkdir", "-p", upper])
            self.machine.run([*unpack, upper])

    def write(self, path: str, content: str | bytes, mode: int = 0o644) -> None:
        """Write a file, whether the router runs or not."""
        if not self.process:
            self.machine.write(f"{self.flash}/upper/{merged(path.lstrip('/'))}", content, mode)
            return
        data = content.encode() if isinstance(content, str) else content
        folder, name = shlex.quote(str(Path(path).parent)), shlex.quote(path)
        self.script(f"mkdir -p {folder}; cat > {name}; chmod {mode:o} {name}", stdin=data)

    def leave_out(self, path: str) -> None:
        """Have no file at `path` though the guest has one; the router is off."""
        # What overlayfs takes for "removed".
        hidden = f"{self.flash}/upper/{merged(path)}"
        self.machine.script(f"mkdir -p $(dirname {hidden}); rm -f {hidden}; mknod {hidden} c 0 0")

    def flash_text(self, path: str) -> str:
        """What was put or written at `path` of a router that is off."""
        return self.machine.read_text(f"{self.flash}/upper/{merged(path)}")

    # Power.

    def boot(self, timeout: float = 40.0) -> None:
        """Switch it on, and wait until its last init script has run."""
        argv = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private"]
        enter = f"{self.flash}/upper/{PROGRAMS}/enter.sh"
        self.process = self.machine.spawn(
            [*argv, "sh", enter, self.flash, str(uuid.uuid4())], ns="cpe"
        )
        self.machine.wait_until(self._booted, timeout, "the router to boot", self.process.tail)

    def _booted(self) -> bool:
        assert self.process
        if not self.process.running:
            raise TestbedError(f"the router ended\n{self.process.tail()}")
        child = self.machine.run(["pgrep", "-P", str(self.process.pid)], check=False).stdout
        self.pid = int(child) if child.strip() else 0
        return bool(self.pid) and "init complete" in self.log()

    def power_cut(self) -> None:
        """kill -9 of all that runs on it; what was in memory is gone."""
        assert self.process
        self.machine.kill_namespace(self.pid)
        self.process.wait(10)
        self.process = None

    def reboot(self) -> None:
        self.power_cut()
        self.boot()

    # What can be done on it.

    def run(
        self,
        argv: Sequence[str],
        timeout: float = 40.0,
        check: bool = True,
        stdin: bytes = b"",
    ) -> Result:
        """Run a command on the router to its end."""
        enter = ["nsenter", "-t", str(self.pid), "-m", "-p", "-n", "-r", "-w", *ENVIRONMENT]
        return self.machine.run([*enter, *argv], timeout=timeout, check=check, stdin=stdin)

    def script(self, text: str, timeout: float = 40.0, stdin: bytes = b"") -> str:
        """Run a script of the shell that ends at its first error; what it printed."""
        return self.run(["sh", "-ec", text], timeout, stdin=stdin).stdout

    def read(self, path: str) -> str:
        """The content of a file; "" when there is none. Not for bytes that are no UTF-8."""
        return self.run(["cat", path], check=False).stdout

    def ubus(self, path: str, method: str, arguments: dict[str, Any] | None = None) -> Any:
        """Call a method; its answer, None when it has none."""
        words = ["ubus", "-S", "call", path, method, json.dumps(arguments or {})]
        said = self.run(words, check=False)
        if said.code:
            raise TestbedError(f"{shlex.join(words)} ended with {said.code}: {said.stderr}")
        return json.loads(said.stdout) if said.stdout.strip() else None

    def uci(self, *words: str) -> str:
        return self.run(["uci", *words]).stdout.strip()

    def minute(self) -> list[str]:
        """Do what cron does each minute, and return the commands: root's lines, all due then."""
        lines = self.read("/etc/crontabs/root").splitlines()
        assert all(line.startswith("* * * * * ") for line in lines), lines
        commands = [line[10:] for line in lines]
        for command in commands:
            self.script(command)
        return commands

    # What is seen of it.

    def log(self) -> str:
        """All that its programs have said to syslog since it was switched on."""
        assert self.process
        return self.process.output()

    def interface(self, name: str = "wan") -> dict[str, Any]:
        """netifd's status of an interface."""
        status: dict[str, Any] = self.ubus(f"network.interface.{name}", "status")
        return status

    def wait_up(self, name: str = "wan", timeout: float = 30.0) -> dict[str, Any]:
        """Wait until netifd says that the interface is up and has an IPv4 address; its status."""

        def up() -> dict[str, Any] | None:
            status = self.interface(name)
            return status if status["up"] and status["ipv4-address"] else None

        found = self.machine.wait_until(up, timeout, f"{name} to come up", self.tail)
        assert found
        return found

    def wait_down(self, name: str = "wan", timeout: float = 30.0) -> None:
        self.machine.wait_until(
            lambda: not self.interface(name)["up"], timeout, f"{name} to go down", self.tail
        )

    def tail(self) -> str:
        """The end of the log, for messages."""
        return "\n".join(["end of the router's log:", *self.log().splitlines()[-60:]])


def merged(path: str) -> str:
    """A path of OpenWrt's root as Debian has it, which keeps /bin, /sbin and /lib in /usr."""
    return f"usr/{path}" if path.partition("/")[0] in MERGED else path


def files(folder: Path) -> list[Path]:
    """The files of a folder, in order; nothing that Python has left there."""
    return sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
