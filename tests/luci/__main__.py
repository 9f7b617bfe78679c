# SPDX-License-Identifier: GPL-2.0-or-later
"""`./inv luci`: the LuCI page on loopback, over a router on a line of the test network.

With LUCI_DIR, a checkout of openwrt/luci, the page runs in LuCI's own runtime and theme.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

from ..support.sources import ROOT
from ..testbed import images, product
from ..testbed.capture import Capture
from ..testbed.errors import TestbedError
from ..testbed.leak import LeakReport, find_leaks
from ..testbed.uml import Uml
from . import live, runtime

FOLDER = ROOT / "build/luci"


def main() -> int:
    """Serve until somebody presses Ctrl+C; return the exit code."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        serve(stop)
    except (TestbedError, subprocess.CalledProcessError) as error:
        print(f"luci: {error}\nThe logs of all daemons are in {FOLDER}.", file=sys.stderr)
        return 1
    return 0


def serve(stop: threading.Event) -> None:
    """Boot the network, print the address, and in the end what the carrier has seen."""
    print(
        "Booting a router, a carrier and an LNS; half a minute, the first time longer.", flush=True
    )
    images.guest_root()
    product.build()
    workdir = fresh_folder()
    shown_in = runtime.available()[-1]
    with Uml(workdir=workdir) as machine, live.router(machine) as ours:
        tap = Capture(machine, "carrier", "car0")
        with live.site(ours, shown_in) as site:
            print(f"The page, in {shown_in.name}:\n\n    {site.url()}\n", flush=True)
            print(f"The overview's card:   {site.url('overview')}")
            print(f"In the dark theme:     {site.url(dark=True)}")
            print(f"In German:             {site.url(language='de')}\n")
            print("Its switch works on a real line. Ctrl+C ends it.", flush=True)
            stop.wait()
        print(f"\n{seen(find_leaks(tap.stop()))}")


def fresh_folder() -> Path:
    """A folder for this run's machine; those of runs that have ended are removed."""
    for old in FOLDER.glob("machine-*"):
        if not Path("/proc", old.name.rpartition("-")[2]).exists():
            shutil.rmtree(old, ignore_errors=True)
    made = FOLDER / f"machine-{os.getpid()}"
    made.mkdir(parents=True)
    return made


def seen(report: LeakReport) -> str:
    """What the carrier saw, in a sentence; the capture is where it says."""
    covered, leaks = sum(report.covered.values()), len(report.leaks)
    return (
        f"The carrier saw {report.handshakes} agreements on keys, {covered} covered packets,"
        f" and after keys {leaks} in clear: {report.capture}"
    )


if __name__ == "__main__":
    sys.exit(main())
