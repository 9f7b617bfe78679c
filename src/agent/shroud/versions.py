# SPDX-License-Identifier: GPL-2.0-or-later
"""What versions of everything run here."""

import json
import os
import sys

from shroud import VERSION, files, paths, program

PPPD = "/usr/sbin/pppd"
PLUGINS = "/usr/lib/pppd"
CACHE = paths.RUN + "/versions.json"
PPPD_TIME = 5  # seconds
MARK = "version "  # pppd --version says "pppd version 2.5.2"


def all_of_them() -> "dict[str, object]":
    """As the ubus object shows them."""
    return {
        "agent": VERSION,
        "pppd": pppd(),
        "plugin_for": plugins(),
        "kernel": kernel(),
        "micropython": interpreter(),
    }


def plugins() -> "list[str]":
    """The versions of pppd that our plugin is there for."""
    names = files.names(PLUGINS)
    return [name for name in names if files.exists(f"{PLUGINS}/{name}/shroud.so")]


def kernel() -> str:
    """The kernel's release."""
    with open("/proc/sys/kernel/osrelease") as stream:
        return stream.read().strip()


def interpreter() -> "str | None":
    """MicroPython's version, None if it is another Python that runs this."""
    if sys.implementation.name != "micropython":
        return None
    return ".".join([str(number) for number in sys.implementation.version[:3]])


def pppd() -> "str | None":
    """The version of pppd; asked of it once for each pppd that is installed."""
    try:
        look = os.stat(paths.real(PPPD))
    except OSError:
        return None
    mark = f"{look[1]} {look[6]} {look[8]}"  # inode, size, time of the last change
    known = _cached()
    if known is not None and known.get("mark") == mark:
        return known["pppd"]
    found = ask_pppd()
    _keep({"mark": mark, "pppd": found})
    return found


def ask_pppd() -> "str | None":
    """What pppd says of its version itself."""
    code, out, err = program.run([paths.real(PPPD), "--version"], b"", PPPD_TIME)
    said = out + err
    at = said.find(MARK.encode())
    if code != 0 or at < 0:
        return None
    version = said[at + len(MARK) :].split()[0][:32]
    return "".join([chr(byte) for byte in version if 0x20 < byte < 0x7F])


def _cached() -> "dict[str, str] | None":
    try:
        found = json.loads(files.read(CACHE, 1024).decode())
    except (files.FileError, ValueError):
        return None
    whole = isinstance(found, dict) and isinstance(found.get("pppd"), str)
    return found if whole else None


def _keep(value: "dict[str, str | None]") -> None:
    """What can not be kept is asked again."""
    try:
        files.replace(CACHE, json.dumps(value).encode())
    except files.FileError:
        return
