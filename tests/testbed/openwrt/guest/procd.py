# SPDX-License-Identifier: GPL-2.0-or-later
"""Process 1 of the router: its daemons in one program, and the boot."""

from __future__ import annotations

import glob
import os

from . import board
from .bus import NOT_FOUND, OK, Bus
from .logd import Syslog
from .loop import Loop
from .netifd import Netifd
from .rpcd import Rpcd
from .service import Services

BOOTED = "/var/run/booted"


def main() -> None:
    loop = Loop()
    log = Syslog(loop)
    bus = Bus(loop)
    board.register(bus)
    services = Services(loop, bus, log)
    daemons = {"netifd": Netifd(loop, bus, log, services).start, "rpcd": Rpcd(loop, bus).start}

    def start(name: str) -> int:
        if name not in daemons:
            return NOT_FOUND
        daemons[name]()
        return OK

    # How the init scripts of these daemons, which are part of this program, start them.
    bus.objects["testbed"] = {"start": lambda asked, reply: reply(start(asked["name"]))}
    boot(loop, log, sorted(glob.glob("/etc/rc.d/S*")))
    loop.run()


def boot(loop: Loop, log: Syslog, scripts: list[str]) -> None:
    """Run the init scripts one after the other, as procd's rcS does."""
    if not scripts:
        with open(BOOTED, "w"):
            log.write("info", "procd: - init complete -")
        return
    log.write("info", f"procd: {os.path.basename(scripts[0])} boot")
    loop.spawn([scripts[0], "boot"], lambda _: boot(loop, log, scripts[1:]))


if __name__ == "__main__":
    main()
