# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian packages that a task or a test needs: say what is missing, install it, or say why not."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

LISTS = Path("/var/lib/apt/lists")
LISTS_MAX_AGE = 24 * 3600.0  # seconds
APT_TIMEOUT = 1800.0  # seconds; a slow mirror is slow, not dead


class PackageError(Exception):
    """This machine cannot run a task as it is, mostly for want of a package; says what to do."""


def require(purpose: str, packages: Iterable[str], *, architecture: str | None = None) -> None:
    """Make sure that packages are installed. Silent and quick when they are.

    purpose: what needs them, for the reader ("the linters").
    architecture: the Debian architecture that purpose is bound to ("amd64"), if any.
    Raises PackageError.
    """
    if architecture is not None:
        _require_architecture(purpose, architecture)
    missing = [package for package in packages if not _is_installed(package)]
    if not missing:
        return
    names = " ".join(missing)
    if shutil.which("apt-get") is None:
        raise PackageError(
            f"{purpose} needs the Debian packages {names}, and this system has no apt-get:"
            " use Debian 12 or 13"
        )
    prefix = root_prefix(f"installing {names} for {purpose}")
    print(f"installing for {purpose}: {names}", file=sys.stderr, flush=True)
    _update_lists_if_needed(prefix, purpose, missing)
    done = _apt_get(prefix, "install", "--no-install-recommends", *missing)
    if done.returncode:
        raise PackageError(f"could not install {names}, which {purpose} needs:\n{done.stdout}")


def root_prefix(purpose: str) -> list[str]:
    """What to put before a command so that it runs as root: nothing, or sudo.

    purpose: what needs root, as the subject of a sentence ("the testbed").
    Raises PackageError.
    """
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        raise PackageError(f"{purpose} needs root: run as root, or install sudo")
    if not sys.stdin.isatty() and not _sudo_asks_nothing():
        raise PackageError(
            f"{purpose} needs root: sudo wants a password and nobody is there to type it"
        )
    return ["sudo"]


def _require_architecture(purpose: str, architecture: str) -> None:
    if shutil.which("dpkg") is None:
        raise PackageError(f"{purpose} runs on Debian 12 or 13, and this system has no dpkg")
    here = _output(["dpkg", "--print-architecture"]).strip()
    if here != architecture:
        raise PackageError(f"{purpose} runs on {architecture} machines only; this one is {here}")


def _is_installed(package: str) -> bool:
    if shutil.which("dpkg-query") is None:
        return False
    return _output(["dpkg-query", "-W", "-f=${db:Status-Status}", package]) == "installed"


def _has_candidate(package: str) -> bool:
    policy = _output(["apt-cache", "policy", package])
    return "Candidate:" in policy and "Candidate: (none)" not in policy


def _update_lists_if_needed(prefix: list[str], purpose: str, packages: list[str]) -> None:
    if not _lists_are_old() and all(map(_has_candidate, packages)):
        return
    done = _apt_get(prefix, "update")
    # A foreign source that fails does no harm as long as the packages are on offer.
    unknown = [package for package in packages if not _has_candidate(package)]
    if unknown:
        raise PackageError(
            f"{purpose} needs {' '.join(unknown)}, which no reachable package mirror offers:"
            f" is the network up, and the mirror in /etc/apt right?\n{done.stdout}"
        )


def _lists_are_old() -> bool:
    """Whether the package lists were last fetched more than a day ago, or never."""
    fetched = LISTS / "partial"  # touched by every fetch; the lists bear the mirror's dates
    if not fetched.is_dir() or not any(LISTS.glob("*_Packages*")):
        return True
    return time.time() - fetched.stat().st_mtime > LISTS_MAX_AGE


def _sudo_asks_nothing() -> bool:
    command = ["sudo", "-n", "true"]
    return not subprocess.run(command, capture_output=True, timeout=30, check=False).returncode


def _apt_get(prefix: list[str], *arguments: str) -> subprocess.CompletedProcess[str]:
    options = ["-q", "-y", "-o", "DPkg::Lock::Timeout=600", "-o", "Acquire::Retries=3"]
    return subprocess.run(
        [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *options, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=APT_TIMEOUT,
        check=False,
    )


def _output(command: list[str]) -> str:
    """The standard output of a query whose failure means an empty answer."""
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False
    ).stdout
