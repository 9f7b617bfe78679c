# SPDX-License-Identifier: GPL-2.0-or-later
"""The Debian packages that tasks need on the machine itself; test images have lists of their own,
and so has tests.bench.

Names must exist in Debian 12 and in Debian 13.
"""

import shutil

TOOLCHAIN = ("debian-archive-keyring", "mmdebstrap")
LINT = ("git", "shellcheck", *TOOLCHAIN)
CHROMIUM = ("chromium", "fonts-dejavu-core", "fonts-wqy-microhei")
OBSERVE = ("libndpi-bin", "tshark")
TESTBED = (
    "cpio",
    "e2fsprogs",
    "kmod",
    "qemu-system-arm",
    "qemu-system-x86",
    *TOOLCHAIN,
)
HWTEST = ("gcc", "iproute2", "libc6-dev", "u-boot-qemu", *TESTBED)
ROUNDTRIP = (
    *("clang", "gcc", "iproute2", "libbpf-dev", "libc6-dev", "llvm", "make", "pkg-config"),
    *("zlib1g-dev", *TOOLCHAIN),
)


def node() -> tuple[str, ...]:
    """Node.js and npm. Not Debian's, where others are installed that Debian's would not bear."""
    there = shutil.which("node") and shutil.which("npm")
    return () if there else ("nodejs", "npm")
