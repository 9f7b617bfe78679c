# SPDX-License-Identifier: GPL-2.0-or-later
"""The root of the virtual board: a small part of the testbed's arm64 image, with the stand-ins
for OpenWrt's daemons in the places where a router has the real ones."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.testbed import programs
from tests.testbed.openwrt import router

from . import bytecode

HERE = Path(__file__).parent
OURS = HERE / "root"
PROGRAMS = (
    "bin/busybox", "bin/dash", "bin/flock", "bin/ip", "bin/kmod", "bin/micropython", "bin/pgrep",
    "bin/python3.13", "bin/wg", "sbin/ethtool", "sbin/nft", "sbin/pppd", "sbin/tc",
)  # fmt: skip
LOADED_BY_NAME = (
    "lib/ld-linux-aarch64.so.1",
    f"{programs.LIBRARIES}/libgcc_s.so.1",
    f"{programs.LIBRARIES}/ossl-modules/legacy.so",
    "lib/pppd/2.5.*/pppoe.so",
)
FOR_PACKAGES = ("libbpf.so.1", "libffi.so.8", "libmbedcrypto.so.16", "libz.so.1")
"""Libraries that a router has for our packages, and that nothing else here is linked to."""
EMPTY = (
    "dev", "etc/ppp/peers", "etc/ppp/ip-up.d", "mnt", "proc", "root", "run", "sys", "tmp",
    "usr/libexec/rpcd", "usr/lib/opkg/info", "usr/lib/micropython", "var/lib",
)  # fmt: skip
LINKS = {
    "bin": "usr/bin",
    "lib": "usr/lib",
    "sbin": "usr/sbin",
    "usr/bin/python3": "python3.13",
    "usr/bin/sh": "dash",
    "usr/sbin/depmod": "../bin/kmod",
    "usr/sbin/insmod": "../bin/kmod",
    "usr/sbin/lsmod": "../bin/kmod",
    "usr/sbin/modprobe": "../bin/kmod",
    "usr/sbin/rmmod": "../bin/kmod",
    "var/run": "/run",
    "etc/mtab": "/proc/mounts",
    "etc/resolv.conf": "/tmp/resolv.conf.d/resolv.conf.auto",  # noqa: S108 - the board's
}
IN_SBIN = ("crond", "getty", "init", "poweroff", "reboot", "switch_root", "sysctl", "udhcpc")
"""Programs of busybox that others look for in /sbin."""
KEPT = ("usr/lib/modules", "etc/ethertypes", "etc/group", "etc/nsswitch.conf", "etc/ssl")
PASSWORD = "shroud"  # noqa: S105 - of every virtual board, for its tests
ACCOUNTS = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n",
    # PASSWORD's, as `openssl passwd -1 -salt board` has it: what needs least of a slow processor.
    "etc/shadow": "root:$1$board$5IQHnHtU0bp.b69ikCioe.:19000:0:99999:7:::\n",
    "etc/hosts": "127.0.0.1 localhost OpenWrt\n::1 localhost\n",
    "etc/shells": "/bin/sh\n",
}


def make(source: Path, target: Path, applets: list[str]) -> None:
    """Make the root in `target` out of the unpacked arm64 image in `source`."""
    usr = source / "usr"
    for path in _chosen(usr):
        _copy(path, target / path.relative_to(source))
    for name in KEPT:
        _copy(source / name, target / name)
    for name in (*EMPTY, *router.FOLDERS):
        (target / name).mkdir(parents=True, exist_ok=True)
    for name, text in ACCOUNTS.items():
        (target / name).write_text(text)
    (target / "etc/shadow").chmod(0o600)
    _link(target, applets)
    _stand_ins(target)
    bytecode.fill(target, source)


def _chosen(usr: Path) -> list[Path]:
    wanted = [usr / name for name in PROGRAMS]
    wanted += [path for name in LOADED_BY_NAME for path in usr.glob(name)]
    wanted += [usr / programs.LIBRARIES / name for name in FOR_PACKAGES]
    return programs.with_libraries(usr, wanted)


def _link(target: Path, applets: list[str]) -> None:
    links = {f"usr/sbin/{name}": "../bin/busybox" for name in IN_SBIN}
    links |= {f"usr/bin/{name}": "busybox" for name in applets if name not in IN_SBIN}
    for name, place in {**links, **LINKS}.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        there = path.exists() or (target / "usr/sbin" / path.name).exists()
        if not there or name in LINKS:
            path.symlink_to(place)


def _stand_ins(target: Path) -> None:
    """OpenWrt's daemons and scripts, and over them what only this board has."""
    for folder in (router.HERE / "root", OURS):
        for path in router.files(folder):
            _copy(path, target / router.merged(str(path.relative_to(folder))))
    for path in router.files(router.HERE / "guest"):
        _copy(path, target / router.PROGRAMS / path.name)
    for name, number in router.ENABLED.items():
        link = target / f"etc/rc.d/S{number}{name}"
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(f"../init.d/{name}")
    for name, place in router.LINKS.items():
        path = target / name
        path.unlink(missing_ok=True)
        path.symlink_to(place)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
        return
    shutil.copy2(source, target)
