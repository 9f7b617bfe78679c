# SPDX-License-Identifier: GPL-2.0-or-later
"""The guest's kernel and root: Debian trixie for arm64, cut down to an initramfs."""

from __future__ import annotations

import lzma
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.testbed import mirror
from tests.testbed.cache import build_once, digest

SUITE = "trixie"
PACKAGES = (
    "busybox-static", "dash", "ethtool", "iproute2", "kmod", "libgcc-s1", "linux-image-arm64",
    "nftables", "ppp", "pppoe", "util-linux", "wireguard-tools",
)  # fmt: skip
PROGRAMS = (
    "bin/busybox", "bin/dash", "bin/kmod", "bin/nsenter", "bin/wg", "sbin/ethtool", "sbin/nft",
    "sbin/pppd", "sbin/pppoe-server",
)  # fmt: skip
APPLETS = (
    "base64", "cat", "chmod", "cut", "echo", "grep", "gzip", "mkdir", "mount", "poweroff", "rm",
    "sed", "sh", "sleep", "tail", "tr",
)  # fmt: skip
LOADED_BY_NAME = ("lib/aarch64-linux-gnu/ossl-modules/legacy.so", "lib/aarch64-linux-gnu/libgcc_s.so.1")
MODULES = (
    "crc32c_generic", "veth", "pppoe", "wireguard", "esp4", "xfrm_user", "xfrm_interface", "gcm", "seqiv",
    "aes_ce_blk", "ghash_ce", "chacha_neon", "poly1305_neon", "nf_tables", "nft_ct", "nft_nat",
    "nft_masq", "nft_chain_nat", "nft_flow_offload", "nf_flow_table_inet", "nf_conntrack",

)  # fmt: skip


@dataclass(frozen=True)
class Image:
    """What QEMU boots."""

    kernel: Path
    initramfs: Path


def root() -> Path:
    """The unpacked packages for arm64; nothing of them has been run."""
    source = mirror.debian_source().line(SUITE)
    return build_once("bench-root", digest(source, *PACKAGES), lambda path: _unpack(source, path))


def _unpack(source: str, path: Path) -> None:
    subprocess.run(
        ["mmdebstrap", "--quiet", "--arch=arm64", "--variant=extract", "--skip=check/empty",
         f"--include={','.join(PACKAGES)}", SUITE, str(path), source],
        check=True, timeout=1200, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def build(work: Path, files: dict[str, Path]) -> Image:
    """Put kernel and initramfs into `work`, with `files` (place in the guest: file here) added."""
    tree = work / "guest"
    shutil.rmtree(tree, ignore_errors=True)
    base = root()
    for folder in ("usr/bin", "usr/sbin", "usr/lib", "etc/ppp", "proc", "sys", "dev", "run", "tmp"):
        (tree / folder).mkdir(parents=True)
    for link in ("bin", "sbin", "lib"):
        (tree / link).symlink_to(f"usr/{link}")
    _Programs(base, tree).add()
    version = _modules(base, tree)
    for place, path in files.items():
        (tree / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, tree / place)
    _pack(tree, work / "guest.cpio")
    return Image(base / "boot" / f"vmlinuz-{version}", work / "guest.cpio")


class _Programs:
    """Copies programs and the libraries that they need, from one root to another."""

    def __init__(self, base: Path, tree: Path) -> None:
        self.base, self.tree = base / "usr", tree / "usr"
        self.libraries = {
            path.name: path for path in sorted(self.base.glob("lib/**/*")) if ".so" in path.name
        }
        self.done: set[Path] = set()

    def add(self) -> None:
        for name in (*PROGRAMS, *LOADED_BY_NAME, "lib/ld-linux-aarch64.so.1"):
            self._copy(self.base / name, self.tree / name)
        ip = next(p for p in (self.base / "bin/ip", self.base / "sbin/ip") if not p.is_symlink())
        self._copy(ip, self.tree / "sbin/ip")
        for plugin in self.base.glob("lib/pppd/*/pppoe.so"):
            self._copy(plugin, self.tree / plugin.relative_to(self.base))
        for applet in APPLETS:
            (self.tree / "bin" / applet).symlink_to("busybox")
        for name in ("modprobe", "insmod"):
            (self.tree / "sbin" / name).symlink_to("../bin/kmod")
        (self.tree / "bin/sh").unlink()
        (self.tree / "bin/sh").symlink_to("dash")

    def _copy(self, source: Path, target: Path) -> None:
        if target in self.done:
            return
        self.done.add(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
        dynamic = subprocess.run(
            ["readelf", "-d", str(source)], capture_output=True, text=True, check=True, timeout=60
        ).stdout
        for name in re.findall(r"\(NEEDED\).*\[(.+)\]", dynamic):
            self._copy(self.libraries[name], self.tree / "lib/aarch64-linux-gnu" / name)


def _modules(base: Path, tree: Path) -> str:
    """Copy the modules of the list and those that they need; returns the kernel's version."""
    (source,) = (base / "usr/lib/modules").iterdir()
    found = {
        path.name.split(".")[0].replace("-", "_"): path for path in source.rglob("*.ko.xz")
    }
    target = tree / "usr/lib/modules" / source.name
    wanted, done = list(MODULES), set()
    while wanted:
        name = wanted.pop().replace("-", "_")
        if name in done or name not in found:
            continue
        done.add(name)
        image = lzma.decompress(found[name].read_bytes())
        place = target / found[name].relative_to(source).with_suffix("")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(image)
        for depends in re.findall(rb"\0depends=([^\0]*)\0", image):
            wanted += [x for x in depends.decode().split(",") if x]
    for index in source.glob("modules.builtin*"):
        shutil.copy(index, target)
    shutil.copy(source / "modules.order", target)
    subprocess.run(["depmod", "-b", str(tree), source.name], check=True, timeout=60)
    (tree / "bench").mkdir()
    (tree / "bench/modules").write_text("".join(f"{m}\n" for m in MODULES if m in done))
    return source.name


def _pack(tree: Path, archive: Path) -> None:
    names = sorted(str(path.relative_to(tree)) for path in tree.rglob("*"))
    with archive.open("wb") as file:
        subprocess.run(
            ["cpio", "--create", "--format=newc", "--owner=0:0", "--reproducible", "--quiet"],
            cwd=tree, input="\n".join([".", *names, ""]).encode(), stdout=file, check=True,
            timeout=120,
        )  # fmt: skip
