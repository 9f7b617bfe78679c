# SPDX-License-Identifier: GPL-2.0-or-later
"""A router in a folder: files as OpenWrt has them, and the agent's parts run on it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.apply import fakes
from tests.support.agent import Interpreter

HERE = Path(__file__).parent
KEY = "3CBjZ0mBwhAfNgtqzJOKbjWgOQfk3pJ4cnxb2Ej2pDo="
OTHER_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
NETWORK = b"""\
# my network, with remarks
config interface 'loopback'
\toption device 'lo'
\toption proto 'static'

config interface wan\t# the line
  option proto   "pppoe"
\toption device 'eth1'
\toption username 'me@isp'
  option password "it's \\"secret\\""
  option  pppd_options   "debug"   # as the ISP says
\toption ipv6 'auto'

config interface 'wan2'
\toption proto 'pppoe'
\toption device 'eth2'
"""
FIREWALL = b"""\
config defaults
\toption syn_flood '1'
  option flow_offloading  1
  option flow_offloading_hw  "1"   # fast

config zone
\toption name 'lan'
"""
SHROUD = b"""\
config global 'global'

config line 'wan'
\toption enabled '0'
"""
PROGRAMS = ("ubus", "nft", "ping", "logger")
SCRIPTS = ("firewall", "shroud")
FLASH = ("etc/config", "etc/shroud", "etc/shroud/lines")
"""Folders that stay when the power is cut; /var/run does not."""


def wrapper(name: str) -> str:
    """A program of that name: what stands in for it in fakes.py."""
    return f'#!/bin/sh\nexec "{sys.executable}" -IS "{fakes.__file__}" {name} "$@"\n'


def settings(**members: object) -> dict[str, object]:
    """Settings of the line, enabled but for what is given."""
    return {"name": "wan", "enabled": True, **members}


@dataclass
class Answer:
    """What a part of the agent said, or that it was killed."""

    code: int
    text: str

    @property
    def value(self) -> Any:
        """What it returned; fails for an error."""
        told = json.loads(self.text)
        assert "answer" in told, told
        return told["answer"]

    @property
    def error(self) -> tuple[str, str]:
        """Code and message of its error; fails if it returned."""
        told = json.loads(self.text)
        assert "error" in told, told
        return told["error"], told["message"]


class World:
    """The router's folder. The line comes up shrouded where it is told to, unless set otherwise."""

    def __init__(self, root: Path, interpreter: Interpreter) -> None:
        self.root = root
        self.interpreter = interpreter
        for folder in (*FLASH[:1], "etc/init.d", "bin", "usr/lib/pppd/2.5.2", "tmp/.uci"):
            (root / folder).mkdir(parents=True)
        for name, data in (("network", NETWORK), ("firewall", FIREWALL), ("shroud", SHROUD)):
            (root / "etc/config" / name).write_bytes(data)
        for name in ("pppoe.so", "shroud.so"):
            (root / "usr/lib/pppd/2.5.2" / name).touch()
        for name in PROGRAMS:
            self._program(root / "bin" / name, name)
        for name in SCRIPTS:
            self._program(root / "etc/init.d" / name, name)
        self.lns()
        self.restart()

    def _program(self, path: Path, name: str) -> None:
        path.write_text(wrapper(name))
        path.chmod(0o755)

    def lns(self, key: str | None = KEY, shrouded: str = "shrouded", plain: str = "plain") -> None:
        """What the other end does: its key if it shrouds, and what a line then comes to."""
        told = {"key": key, "shrouded": shrouded, "plain": plain}
        (self.root / "lns.json").write_text(json.dumps(told))

    def restart(self) -> None:
        """A boot: what is in memory is gone."""
        shutil.rmtree(self.root / "var/run", ignore_errors=True)
        (self.root / "var/run").mkdir(parents=True)
        (self.root / "boot_id").write_text(str(uuid.uuid4()))
        if b'flow_offloading_hw  "1"' in self.read("firewall"):
            (self.root / "var/run/fake").mkdir()
            (self.root / "var/run/fake/hardware").touch()

    def environment(self) -> dict[str, str]:
        """What the agent's process needs to find its root's programs."""
        return {"FAKE_ROOT": str(self.root), "PATH": f"{self.root}/bin:/usr/bin:/bin"}

    def call(self, *words: str, wrap: tuple[str, ...] = (), timeout: float = 90.0) -> Answer:
        """Run driver.py in a process; `wrap` is a command that runs it, as strace."""
        inner = self.interpreter
        outer = Interpreter(inner.name, [*wrap, *inner.command], inner.env)
        done = outer.run(
            str(HERE / "driver.py"),
            str(self.root),
            *words,
            env=self.environment(),
            timeout=timeout,
            check=False,
        )
        text = done.stdout.decode()
        assert done.returncode <= 1 or wrap, f"{words}: {text}{done.stderr.decode()}"
        return Answer(done.returncode, text)

    def start(self, **members: object) -> Answer:
        """Begin a trial."""
        return self.call("start", json.dumps(settings(**members)))

    def begin(self, *words: str) -> subprocess.Popen[bytes]:
        """Start driver.py; somebody has to wait for it."""
        return subprocess.Popen(
            [*self.interpreter.command, str(HERE / "driver.py"), str(self.root), *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self.interpreter.environment(self.environment()),
        )

    def await_step(self, step: str) -> None:
        """Wait until the trial is at this step."""
        self.await_text("var/run/shroud/trial.json", step)

    def await_text(self, name: str, text: str) -> None:
        """Wait until a file is there and has this in it."""
        path = self.root / name
        end = time.monotonic() + 60
        while not path.exists() or text not in path.read_text():
            assert time.monotonic() < end, f"{name} did not come to say {text!r}"
            time.sleep(0.02)

    def apply(self, *words: str, **members: object) -> dict[str, str]:
        """Begin a trial, be its keeper, and say how it ended."""
        assert self.start(**members).value["line"] == "wan"
        self.call(*words, "keep").value  # noqa: B018 - fails if it is an error
        ended: dict[str, str] = self.call("last").value
        return ended

    def read(self, name: str) -> bytes:
        """A file of /etc/config."""
        return (self.root / "etc/config" / name).read_bytes()

    def line(self, name: str = "wan") -> str:
        """What the line is now: shrouded, plain, dead, down or OPTION_ERROR."""
        lines = json.loads((self.root / "var/run/fake/netifd.json").read_text())
        state: str = lines[name]["state"]
        return state

    def redial(self) -> None:
        """Have netifd dial the line again."""
        for method in ("down", "up"):
            call = [f"{self.root}/bin/ubus", "call", "network.interface.wan", method]
            subprocess.run(call, env=self.environment(), check=True)

    def log(self) -> str:
        """The system log."""
        path = self.root / "var/run/fake/log"
        return path.read_text() if path.exists() else ""

    def flash(self) -> dict[str, bytes]:
        """Every file that stays when the power is cut."""
        found = {}
        for folder in FLASH:
            for path in sorted((self.root / folder).glob("*")):
                if path.is_file():
                    found[str(path.relative_to(self.root))] = path.read_bytes()
        return found


def assert_untouched(world: World) -> None:
    """All files are the router's first ones, and nothing is under way."""
    assert world.read("network") == NETWORK
    assert world.read("firewall") == FIREWALL
    assert b"enabled '0'" in world.read("shroud")
    assert {path.name for path in (world.root / "etc/shroud").rglob("*")} <= {
        "lines",
        "confirmed.json",
    }
