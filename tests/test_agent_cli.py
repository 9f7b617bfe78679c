# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line, as whole processes under both interpreters."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from shroud import printout

from .luci.router import EXECUTABLES, FIREWALL, HERE, KEY, Router
from .support.agent import Interpreter
from .support.rpcd import documented


class Shell:
    """A router, and somebody at its terminal."""

    def __init__(self, root: Path, interpreter: Interpreter) -> None:
        self.router = Router(root, interpreter)
        self.interpreter = interpreter

    def run(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        env = {"ROUTER": str(self.router.root), "PATH": f"{HERE / 'programs'}:{os.environ['PATH']}"}
        launch = [str(HERE / "launch.py"), str(self.router.root)]
        return self.interpreter.run(
            *launch, str(EXECUTABLES / "shroud.cli"), *words, env=env, check=False
        )


@pytest.fixture
def shell(tmp_path: Path, interpreter: Interpreter) -> Iterator[Shell]:
    made = Shell(tmp_path / "router", interpreter)
    yield made
    made.router.close()


def test_status(shell: Shell) -> None:
    shell.router.shrouded_line(notice="hello")
    done = shell.run("status")
    assert (done.returncode, done.stderr) == (0, b"")
    rows = done.stdout.decode().splitlines()
    assert rows[0] == "wan: Shrouded. Your carrier sees noise."
    assert f"  ISP's key: {KEY} (known)" in rows
    assert "  ISP says: hello" in rows


def test_json_is_the_ubus_objects_answer(shell: Shell) -> None:
    shell.router.shrouded_line()
    done = shell.run("lines", "--json")
    assert json.loads(done.stdout) == shell.router.ask("lines")


def test_refusal(shell: Shell) -> None:
    done = shell.run("diagnose", "wan")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b'shroud: there is no PPPoE interface "wan"')
    done = shell.run("diagnose", "wan", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == "unknown-line"


@pytest.mark.parametrize("words", [[], ["nonsense"], ["apply"], ["watch", "x"], ["status", "-x"]])
def test_words_that_make_no_sense(shell: Shell, words: list[str]) -> None:
    done = shell.run(*words)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"shroud: ")


def test_help(shell: Shell) -> None:
    done = shell.run("help")
    assert done.returncode == 0
    assert done.stdout.startswith(b"usage: shroud COMMAND")


def test_watch_tells_of_a_line_without_data_path(shell: Shell) -> None:
    reason = "this line can not be covered here: no BPF file system"
    shell.router.add_line(switched_on=True)
    shell.router.plugin(state="plain", shrouded=False, reason=reason, cause="datapath")
    for _ in range(3):
        assert shell.run("watch").returncode == 0
    log = (shell.router.root / "log").read_text()
    assert log.count("daemon.warning -- wan: Shrouding can not be loaded on this router") == 1
    assert "no BPF file system" in log
    events = shell.router.ask("history")["events"]
    assert [event["kind"] for event in events] == ["datapath"]


def test_watch_ends_hardware_offload(shell: Shell) -> None:
    shell.router.shrouded_line()
    shell.router.write("etc/config/firewall", FIREWALL)
    assert shell.run("watch").returncode == 0
    kinds = [event["kind"] for event in shell.router.ask("history")["events"]]
    assert sorted(kinds) == ["hardware-offload", "shrouded"]
    firewall = (shell.router.root / "etc/config/firewall").read_text()
    assert "option flow_offloading_hw '0'" in firewall


def test_watch_writes_metrics(shell: Shell) -> None:
    shell.router.shrouded_line()
    shell.router.write("var/prometheus/shroud.prom", "old\n")
    shroud = shell.router.root / "etc/config/shroud"
    shroud.write_text(shroud.read_text() + "\nconfig global\n\toption metrics '1'\n")
    assert shell.run("watch").returncode == 0
    rows = (shell.router.root / "var/prometheus/shroud.prom").read_text().splitlines()
    assert 'shroud_line_shrouded{line="wan"} 1' in rows
    assert 'shroud_line_frames_total{direction="tx",line="wan",outcome="block"} 812345' in rows
    assert (shell.router.root / "var/prometheus/shroud.prom").stat().st_mode & 0o777 == 0o644


def test_system_command_that_fails(shell: Shell) -> None:
    shell.router.add_line(switched_on=True)
    shell.router.write("etc/config/firewall", "config defaults 'x\n")
    done = shell.run("guard")
    assert done.returncode == 1
    assert done.stderr.startswith(b"shroud guard: ")
    assert "guard: " in (shell.router.root / "log").read_text()


@pytest.mark.parametrize(
    "command", ["status", "lines", "apply", "confirm", "trust", "history", "diagnose"]
)
def test_every_answer_can_be_printed(command: str) -> None:
    heading = "`confirm`, `rollback`" if command == "confirm" else f"`{command}`"
    text = printout.render(command, documented(heading))
    assert text.endswith("\n")
    assert len(text) > 10
