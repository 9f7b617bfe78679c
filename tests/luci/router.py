# SPDX-License-Identifier: GPL-2.0-or-later
"""A router's files for the real agent to work on, in a folder: configuration, state, devices.

The agent is the project's own, under its own interpreter; around it are the answers of netifd and
of pppd's plugin, as files. What `redialled` holds is laid over them when a line is dialled with the
plugin; without it, the plugin's reports vanish.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from ..support.agent import Interpreter
from ..support.sources import ROOT

HERE = Path(__file__).parent
EXECUTABLES = ROOT / "openwrt-feed/shroud/files"
KEY = "3CBjZ0mBwhAfNgtqzJOKbjWgOQfk3pJ4cnxb2Ej2pDo="
OTHER_KEY = "9SPnqnU7i7ZcOV6XKqMHMQ1QOtJiaMKhT8VQj1CSzEA="
NETWORK = """config interface 'lan'
	option device 'br-lan'
	option proto 'static'
"""
FIREWALL = """config defaults
	option flow_offloading '1'
	option flow_offloading_hw '1'
"""
COUNTERS = {"tx_block": 812345, "tx_whole": 20311, "rx_block": 1904220, "rx_whole": 31007}
TIMEOUT = 60.0  # seconds for one call of the agent


class Router:
    """One router. close() ends what it runs."""

    def __init__(self, root: Path, interpreter: Interpreter) -> None:
        self.root = root
        self._pppds: dict[str, subprocess.Popen[bytes]] = {}
        path = f"{HERE / 'programs'}:{os.environ['PATH']}"
        self._env = interpreter.environment({"ROUTER": str(root), "PATH": path})
        self._command = [*interpreter.command, str(HERE / "launch.py"), str(root)]
        for folder in ("etc/config", "etc/init.d", "etc/shroud/lines", "netifd", "tmp"):
            (root / folder).mkdir(parents=True)
        (root / "var/run/shroud/lines").mkdir(parents=True)
        (root / "etc/init.d/shroud").symlink_to(HERE / "programs/init.sh")
        (root / "etc/init.d/firewall").symlink_to("/bin/true")
        (root / "usr/sbin").mkdir(parents=True)
        (root / "usr/sbin/pppd").symlink_to(HERE / "programs/pppd")
        for plugin in ("pppoe.so", "shroud.so"):
            self.write(f"usr/lib/pppd/2.5.2/{plugin}", "")
        self.write("etc/config/network", NETWORK)
        self.write("etc/config/firewall", FIREWALL)
        self.write("etc/config/shroud", "config global 'global'\n")
        self._script("shroud", "shroud.cli")

    def _script(self, name: str, executable: str) -> None:
        words = shlex.join([*self._command, str(EXECUTABLES / executable)])
        self.write(name, f'#!/bin/sh\nexec {words} "$@"\n')
        (self.root / name).chmod(0o755)

    def close(self) -> None:
        """End the pppds, and wait for a keeper that is at work."""
        for pppd in self._pppds.values():
            pppd.kill()
            pppd.wait()
        if (self.root / "etc/shroud/journal.json").exists():
            self.call("rollback", json.dumps({"line": self.lines()[0]}))

    # The agent.

    def call(self, method: str, arguments: str) -> str:
        """What rpcd does for one call: run the plugin, return what it printed."""
        done = subprocess.run(
            [*self._command, str(EXECUTABLES / "shroud.rpcd"), "call", method],
            input=arguments.encode(),
            stdout=subprocess.PIPE,
            stderr=sys.stderr,
            env=self._env,
            timeout=TIMEOUT,
            check=False,
        )
        return done.stdout.decode()

    def ask(self, method: str, **arguments: object) -> dict[str, Any]:
        """The agent's answer to a call."""
        answer: dict[str, Any] = json.loads(self.call(method, json.dumps(arguments)))
        return answer

    def run(self, *words: str) -> None:
        """The agent's command line."""
        subprocess.run([self.root / "shroud", *words], env=self._env, timeout=TIMEOUT, check=True)

    # Its surroundings.

    def write(self, path: str, content: str) -> None:
        """Write a file of the router, at once as the real ones are written."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(f".{file.name}.new")
        new.write_text(content)
        new.replace(file)

    def lines(self) -> list[str]:
        """The names of the PPPoE lines."""
        return [line["name"] for line in self.ask("lines")["lines"]]

    def add_line(self, name: str = "wan", *, switched_on: bool = False, **settings: str) -> None:
        """A PPPoE line, up and in plain; with settings, in the configuration too."""
        network = (self.root / "etc/config/network").read_text()
        section = f"\nconfig interface '{name}'\n\toption proto 'pppoe'\n\toption device 'eth1'\n"
        self.write("etc/config/network", network + section)
        self.link(name)
        if switched_on or settings:
            self.configure(name, enabled="1" if switched_on else "0", **settings)
            self.run("boot")

    def configure(self, name: str, **settings: str) -> None:
        """Add a line's section to the configuration."""
        rows = [f"\toption {key} '{value}'\n" for key, value in settings.items()]
        shroud = (self.root / "etc/config/shroud").read_text()
        self.write("etc/config/shroud", f"{shroud}\nconfig line '{name}'\n{''.join(rows)}")

    def link(self, name: str = "wan", *, up: bool = True, folder: str = "", **more: object) -> None:
        """What netifd and the kernel tell of a line; in `folder`, after it is dialled anew."""
        device = f"pppoe-{name}"
        told = {"up": up, "pending": False, "autostart": True, "device": "eth1", "uptime": 77}
        if up:
            told |= {"l3_device": device, "route": []}
        status = json.dumps(told | more)
        self.write(f"{folder}netifd/network.interface.{name}.json", status)
        self.write(f"{folder}sys/class/net/{device}/mtu", "1492\n")
        self.traffic(name, 810, folder=folder)

    def traffic(self, name: str, packets: int, *, folder: str = "") -> None:
        """What the kernel has counted on a line."""
        for counter in ("rx_packets", "tx_packets", "rx_bytes", "tx_bytes"):
            path = f"{folder}sys/class/net/pppoe-{name}/statistics/{counter}"
            self.write(path, f"{packets}\n")

    def plugin(self, name: str = "wan", *, folder: str = "", **members: Any) -> None:
        """What pppd's plugin tells of a line: docs/status.md. Shrouded unless it says otherwise."""
        now = time.time()
        report: dict[str, object] = {
            "schema": 1, "pid": self._pppd(name), "updated": stamp(now), "line": name,
            "interface": f"pppoe-{name}", "role": "cpe", "policy": "prefer", "state": "covered",
            "shrouded": True, "alarm": False, "reason": None, "cause": None,
            "peer": {"fingerprint": KEY, "trust": "known"}, "mode": "head", "framing": "native",
            "suite": "Noise_NX_25519_ChaChaPoly_SHA256", "since": stamp(now - 5312),
            "last_rekey": stamp(now - 1855), "next_rekey": stamp(now + 1745), "rekeys": 1,
            "notice": None, "counters": COUNTERS,
            "session": {"encapsulation": "pppoe", "id": 4711, "device": "eth1"},
        }  # fmt: skip
        path = f"{folder}var/run/shroud/lines/{name}.json"
        self.write(path, json.dumps(report | members) + "\n")

    def _pppd(self, name: str) -> int:
        """A process with a pppd's arguments, by which the agent knows that it serves the line."""
        if name not in self._pppds:
            pause = [sys.executable, "-c", "import signal; signal.pause()"]
            options = f"/etc/shroud/lines/{name}.options"
            self._pppds[name] = subprocess.Popen([*pause, "file", options])
        return self._pppds[name].pid

    def shrouded_line(self, name: str = "wan", **members: Any) -> None:
        """A line that is switched on, with what its plugin tells."""
        self.add_line(name, switched_on=True)
        self.plugin(name, **members)


def stamp(seconds: float) -> str:
    """A time as the plugin and the agent write it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
