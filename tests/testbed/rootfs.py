# SPDX-License-Identifier: GPL-2.0-or-later
"""Root file systems: mmdebstrap unpacks packages, and what their scripts would do that we
need is done here. That takes a quarter of the time of configuring them, and works alike for
foreign architectures."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from . import debs
from .errors import ImageError
from .mirror import debian_source
from .recipes import OLD_SUITE, SUITE, UNUSED

ALTERNATIVES = {
    "usr/bin/nc": "nc.openbsd",
    "usr/sbin/ip6tables": "ip6tables-legacy",
    "usr/sbin/iptables": "iptables-legacy",
    "usr/sbin/poweroff": "../bin/busybox",
}
"""Names that packages' scripts would have linked; the legacy tables as User-Mode Linux has no
others."""
GUEST_FILES = Path(__file__).parent / "guest"


def bootstrap(target: Path, arches: list[str], packages: list[str]) -> None:
    """Unpack `packages` and all they depend on, from the machine's mirror, into `target`."""
    if os.geteuid() != 0:
        raise ImageError("making and booting the test images needs root: run it with sudo")
    if shutil.which("mmdebstrap") is None:
        raise ImageError("mmdebstrap is missing: apt-get install mmdebstrap")
    argv = [
        "mmdebstrap",
        "--variant=extract",
        "--mode=root",
        "--format=directory",
        f"--arch={','.join(arches)}",
        f"--include={','.join(packages)}",
        '--aptopt=Acquire::Languages "none"',
        '--aptopt=Acquire::Retries "3"',
        SUITE,
        str(target),
        debian_source().line(SUITE),
    ]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=1800, check=False)
    if done.returncode:
        raise ImageError(f"mmdebstrap failed with code {done.returncode}:\n{done.stderr[-4000:]}")
    target.chmod(0o755)
    for folder in UNUSED:
        shutil.rmtree(target / folder, ignore_errors=True)
    _link(target / "usr/bin/awk", "mawk")
    for folder in ("proc", "sys", "dev", "tmp", "src"):
        (target / folder).mkdir(exist_ok=True)


def finish_guest(root: Path, arch: str) -> None:
    """Make what bootstrap() left in `root` into a system that boots and logs nobody in."""
    for folder in ("shared", "overlay", "etc/ppp/plugins"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    _accounts(root)
    for name in ("options", "chap-secrets", "pap-secrets"):
        (root / "etc/ppp" / name).write_text("")
    (root / "etc/hosts").write_text("127.0.0.1 localhost guest\n::1 localhost\n")
    (root / "etc/resolv.conf").write_text("")
    _link(root / "etc/mtab", "/proc/mounts")
    _link(root / "var/run", "/run")
    init = shutil.copy(GUEST_FILES / "init", root / "usr/sbin/pppshroud-init")
    Path(init).chmod(0o755)
    for name, target in ALTERNATIVES.items():
        _link(root / name, target)
    _old_pppd(root, arch)


def _accounts(root: Path) -> None:
    """The users that Debian's packages would have added."""
    master = root / "usr/share/base-passwd"
    (root / "etc/passwd").write_text(
        (master / "passwd.master").read_text().replace(":*:", ":x:")
        + "dnsmasq:x:999:65534::/var/lib/misc:/usr/sbin/nologin\n"
    )
    (root / "etc/group").write_text((master / "group.master").read_text().replace(":*:", ":x:"))
    (root / "etc/nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files dns\n")


def _old_pppd(root: Path, arch: str) -> None:
    """Put pppd 2.4.9 beside 2.5.2: /usr/sbin/pppd-2.4.9 and /usr/lib/pppd/2.4.9/."""
    scrap = root / "overlay"
    debs.unpack(OLD_SUITE, arch, ["ppp"], scrap)
    shutil.move(scrap / "usr/sbin/pppd", root / "usr/sbin/pppd-2.4.9")
    shutil.move(scrap / "usr/lib/pppd/2.4.9", root / "usr/lib/pppd/2.4.9")
    shutil.rmtree(scrap)
    scrap.mkdir()


def _link(path: Path, target: str) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path)
    path.symlink_to(target)
