# SPDX-License-Identifier: GPL-2.0-or-later
"""Single Debian packages out of the machine's mirror, unpacked without being installed."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from .errors import ImageError
from .mirror import debian_source


class Archive:
    """One suite for one architecture, with apt state of its own in the folder `work`."""

    def __init__(self, work: Path, suite: str, arch: str) -> None:
        self.work, self.arch = work, arch
        for folder in ("lists/partial", "cache/archives/partial", "debs"):
            (work / folder).mkdir(parents=True, exist_ok=True)
        (work / "sources.list").write_text(debian_source().line(suite) + "\n")
        (work / "apt.conf").write_text(
            f'Dir::State "{work}"; Dir::State::lists "{work}/lists"; Dir::Cache "{work}/cache";\n'
            f'Dir::Etc::sourcelist "{work}/sources.list"; Dir::Etc::sourceparts "/dev/null";\n'
            f'Dir::State::status "/dev/null"; APT::Architecture "{arch}";\n'
            f'APT::Architectures {{ "{arch}"; }}; APT::Sandbox::User "root";\n'
            'Acquire::Languages "none"; Acquire::Retries "3";\n'
        )
        self._apt("apt-get", "-q", "update")

    def _apt(self, *argv: str) -> str:
        done = subprocess.run(
            argv,
            cwd=self.work / "debs",
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
            env={**os.environ, "APT_CONFIG": str(self.work / "apt.conf"), "LC_ALL": "C.UTF-8"},
        )
        if done.returncode:
            raise ImageError(f"{' '.join(argv)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def depends(self, package: str) -> list[str]:
        """The names that `package` depends on."""
        lines = self._apt("apt-cache", "depends", "--important", package).splitlines()
        return [x.split(":", 1)[1].strip() for x in lines if x.strip().startswith("Depends:")]

    def unpack(self, package: str, into: Path) -> None:
        """Download `package` and put its files under `into`."""
        self._apt("apt-get", "-q", "download", package)
        (deb,) = (self.work / "debs").glob("*.deb")
        subprocess.run(["dpkg-deb", "-x", deb, into], check=True, timeout=600)
        deb.unlink()


def unpack(suite: str, arch: str, packages: list[str], into: Path) -> None:
    """Put the files of `packages` (without what they depend on) under `into`."""
    with tempfile.TemporaryDirectory() as work:
        archive = Archive(Path(work), suite, arch)
        for package in packages:
            archive.unpack(package, into)
