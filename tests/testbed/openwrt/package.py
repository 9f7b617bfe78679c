# SPDX-License-Identifier: GPL-2.0-or-later
"""Our package on a router: what the feed's Makefiles install, and the scripts that go with it."""

from __future__ import annotations

from pathlib import Path

from tests.feed import package
from tests.feed.targets import TARGETS

from .router import Router

NAMES = ("shroud",)
"""The plugin is product.install()'s: the one that the other tests of lines use."""
INFO = "usr/lib/opkg/info"
START = 18
"""Of the agent's init script: put into an image, it is enabled there."""


def install(router: Router) -> None:
    """Put the agent's package into the image of a router that is off."""
    for name in NAMES:
        router.put(files(name))
    router.put([], {f"etc/rc.d/S{START}shroud": "../init.d/shroud"})


def files(name: str) -> list[tuple[str, Path]]:
    """A package's files by their paths, and what the package manager keeps of it."""
    target = next(t for t in TARGETS if t.name == "x86_64")
    built = package.build(name, target)
    found = [(str(p.relative_to(built.files)), p) for p in sorted(built.files.rglob("*"))]
    installed = [(path, p) for path, p in found if p.is_file()]
    scripts = [(f"{INFO}/{name}.{p.name}-pkg", p) for p in sorted(built.scripts.iterdir())]
    return installed + scripts


def add(router: Router, name: str = "shroud") -> None:
    """As the package manager does on a router that runs: the files, then the script after.

    A configuration that is there stays, as there.
    """
    there = router.script("find /etc/config").split()
    router.put((path, source) for path, source in files(name) if f"/{path}" not in there)
    listing = "".join(f"/{path}\n" for path, _ in files(name))
    router.script(f"cat > /{INFO}/{name}.list", stdin=listing.encode())
    router.script(f". /lib/functions.sh; default_postinst /{INFO}/{name}.postinst", timeout=60)


def remove(router: Router, name: str = "shroud") -> None:
    """As the package manager does: its script before, then the files, then the one after.

    Files of configuration that were changed stay, as there.
    """
    info = f"/{INFO}/{name}"
    router.script(f". /lib/functions.sh; default_prerm {info}.prerm", timeout=60)
    router.script(
        f"cp {info}.postrm-pkg /tmp/postrm\n"
        f"grep -vxFf {info}.conffiles-pkg {info}.list | xargs rm -f {info}.list\n"
        "sh /tmp/postrm"
    )
