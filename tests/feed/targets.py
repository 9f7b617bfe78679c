# SPDX-License-Identifier: GPL-2.0-or-later
"""The routers' processors and OpenWrt's releases that the packages are for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """A package architecture of OpenWrt, and how the build image compiles for it."""

    name: str
    cross: str
    """Prefix of the compiler's name."""
    flags: str
    """What OpenWrt compiles with for this processor, beside -Os -pipe."""
    big_endian: bool = False


MIPS = "-mips32r2 -mtune=24kc -mno-branch-likely"
TARGETS = (
    Target("aarch64_cortex-a53", "aarch64-linux-gnu-", "-mcpu=cortex-a53"),
    Target("arm_cortex-a7", "arm-linux-gnueabihf-", "-mcpu=cortex-a7"),
    Target("mipsel_24kc", "mipsel-linux-gnu-", "-mips32r2 -mtune=24kc -mno-branch-likely"),
    Target(
        "mips_24kc", "mips-linux-gnu-", "-mips32r2 -mtune=24kc -mno-branch-likely", big_endian=True
    ),
    Target("x86_64", "x86_64-linux-gnu-", ""),
)
ORDERS = {target.big_endian: target for target in TARGETS}
"""One processor of each order of octets: BPF programs differ by that alone."""


@dataclass(frozen=True)
class Release:
    """One of OpenWrt's, by the version of its pppd and the name of its package manager."""

    name: str
    pppd: str
    manager: str


RELEASES = (
    Release("24.10", "2.5.1", "opkg"),
    Release("25.12", "2.5.2", "apk"),
    Release("main", "2.5.3", "apk"),
)

DEBIAN_PPPD = "2.5.2"
"""The one whose headers the build image has. Debian has no others of 2.5."""
