# SPDX-License-Identifier: GPL-2.0-or-later
"""A folder that scripts take for a router: busybox, our files, programs that note their calls."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.testbed import images, toolchain

from .package import ROOT

SYSTEM = ROOT / "tests/testbed/openwrt/root"
"""Where the test bed has its rc.common and what that needs."""
COMMON = ("etc/rc.common", "lib/functions.sh", "lib/functions")
CALLS = "/tmp/calls"  # noqa: S108  (the folder's own)
NOTE = f"""#!/bin/sh
echo "${{0##*/}} $*" >>{CALLS}
"""
ENTER = """
set -eu
mount --rbind /dev "$1/dev"
exec chroot "$@"
"""


class Router:
    """A root folder, with the files that a package installs."""

    def __init__(self, root: Path, *packages: Path) -> None:
        """Make it in a new folder."""
        self.root = root
        for folder in ("bin", "dev", "etc/crontabs", "etc/uci-defaults", "tmp", "var/lock"):
            (root / folder).mkdir(parents=True)
        for name in COMMON:
            self._take(SYSTEM / name, name)
        for package in packages:
            shutil.copytree(package, root, dirs_exist_ok=True)
        shutil.copy(images.build_root() / "usr/bin/busybox", root / "bin/busybox")
        self.run("/bin/busybox", "--install", "-s", "/bin")
        for name in ("bin/logger", "bin/ubus", "etc/init.d/cron", "etc/init.d/rpcd"):
            self.note(name)
        # Debian's busybox has no flock, and nobody else runs here.
        self.write("bin/flock", "#!/bin/sh\n", 0o755)

    def note(self, name: str, code: int = 0) -> None:
        """Have a program that notes its calls and ends with a code."""
        path = self.root / name
        path.unlink(missing_ok=True)
        self.write(name, f"{NOTE}exit {code}\n", 0o755)

    def calls(self) -> list[str]:
        """What was called since last asked."""
        path = self.root / CALLS[1:]
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines

    def run(self, *argv: str, **variables: str) -> str:
        """Run a program in the folder; return its output. Raises if it fails or complains."""
        words = [f"{name}={value}" for name, value in variables.items()]
        command = [*toolchain.PRIVATE, "sh", "-c", ENTER, "router", str(self.root)]
        done = subprocess.run(
            [*command, "/bin/busybox", "env", "-i",
             "PATH=/usr/sbin:/usr/bin:/sbin:/bin", *words, *argv],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        if done.returncode or done.stderr:
            raise AssertionError(f"{argv}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def init(self, action: str) -> None:
        """Run the init script as procd does."""
        self.run("/bin/sh", "/etc/rc.common", "/etc/init.d/shroud", action)

    def write(self, name: str, text: str, mode: int = 0o644) -> None:
        """Have a file."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)

    def read(self, name: str) -> str:
        """A file's text."""
        return (self.root / name).read_text(encoding="utf-8")

    def _take(self, source: Path, name: str) -> None:
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
