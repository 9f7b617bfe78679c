# SPDX-License-Identifier: GPL-2.0-or-later
"""What the packages install, against what the plugin and the agent expect."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from shroud import options, paths, recovery, settings, versions
from tests.support.agent import Interpreter
from tests.testbed import toolchain

from . import package
from .targets import DEBIAN_PPPD, TARGETS

PLUGIN = f"{versions.PLUGINS}/{DEBIAN_PPPD}/shroud.so"
INIT, HOTPLUG = recovery.INIT_SCRIPT, "/etc/hotplug.d/iface/60-shroud"
UPGRADE, LEFT_BEHIND = "/lib/upgrade/shroud.sh", "/usr/lib/shroud/left-behind"
COMMAND, OBJECT = "/usr/sbin/shroud", "/usr/libexec/rpcd/shroud"
MODULES = "/usr/lib/micropython/shroud"
SCRIPTS = (INIT, HOTPLUG, UPGRADE, LEFT_BEHIND)
CONSTANT = re.compile(r"^([A-Z]+)=(/\S+)$", re.MULTILINE)
OURS = re.compile(r"/(?:etc/shroud|usr/lib/shroud|usr/sbin/shroud|lib/upgrade/shroud)[\w./-]*")


@pytest.fixture(scope="module")
def agent() -> package.Built:
    """The package `shroud`, which is the same for all processors."""
    return package.build("shroud", TARGETS[0])


def _text(files: Path, name: str) -> str:
    return (files / name[1:]).read_text(encoding="utf-8")


def test_agent_files(agent: package.Built) -> None:
    sources = {path.stem for path in (package.ROOT / "src/agent/shroud").glob("*.py")}
    assert agent.modes() == {
        **{f"{MODULES}/{name}.mpy": 0o644 for name in sources},
        **dict.fromkeys((INIT, LEFT_BEHIND, OBJECT, COMMAND), 0o755),
        **dict.fromkeys((HOTPLUG, UPGRADE), 0o644),
        paths.SHROUD: 0o600,
    }


def test_agent_keeps_its_state(agent: package.Built) -> None:
    """OpenWrt's build makes a list of what sysupgrade keeps from the same lines."""
    kept = (agent.scripts / "conffiles").read_text(encoding="utf-8").split()
    assert kept == [paths.SHROUD, f"{paths.STATE}/"]


def test_agent_leaves_nothing_out(agent: package.Built) -> None:
    """Each file beside the Makefile is installed, under whatever name."""
    installed = {(agent.files / name[1:]).read_bytes() for name in agent.modes()}
    for path in (package.ROOT / package.FEED / "shroud/files").iterdir():
        assert path.read_bytes() in installed, path


def test_scripts_name_the_agents_paths(agent: package.Built) -> None:
    known = {
        "AGENT": COMMAND,
        "CRONTAB": "/etc/crontabs/root",
        "FOLDER": paths.LINES,
        "JOURNAL": paths.JOURNAL,
        "NETWORK": paths.NETWORK,
    }
    found: dict[str, str] = {}
    for name in SCRIPTS:
        found |= CONSTANT.findall(_text(agent.files, name))
    assert found == known


@pytest.mark.parametrize("script", [*SCRIPTS, "prerm"])
def test_scripts_name_what_is_there(agent: package.Built, script: str) -> None:
    text = (
        (agent.scripts / script).read_text(encoding="utf-8")
        if script == "prerm"
        else _text(agent.files, script)
    )
    named = {path.rstrip("/.") for path in OURS.findall(text)}
    agents = {value for name, value in vars(paths).items() if name.isupper()}
    assert named - set(agent.modes()) - agents - {"/etc/shroud/lines/$"} == set()


def test_scripts_are_ash(agent: package.Built) -> None:
    for name in SCRIPTS:
        relative = (agent.files / name[1:]).relative_to(package.ROOT)
        toolchain.run(["busybox", "ash", "-n", str(relative)])


def test_scripts_pass_shellcheck() -> None:
    """Those that the linters do not know for shell: no first line, or procd's."""
    folder = package.ROOT / package.FEED / "shroud/files"
    scripts = [str(folder / name) for name in ("shroud.init", "shroud.hotplug")]
    done = subprocess.run(
        ["shellcheck", "--shell=dash", *scripts],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout + done.stderr == ""


def test_init_script_is_in_openwrts_format() -> None:
    """As its own checks of a feed want it."""
    script = f"{package.FEED}/shroud/files/shroud.init"
    assert toolchain.run(["shfmt", "-d", "-sr", "-s", script], check=False).stdout == ""


def test_init_script_comes_first(agent: package.Built) -> None:
    """The firewall starts at 19, the network at 20."""
    assert "\nSTART=18\n" in _text(agent.files, INIT)


def _packaged(micropython: Interpreter, agent: package.Built, *arguments: str) -> str:
    """What MicroPython prints that has the package's modules and no others."""
    path = f"{agent.files}{Path(MODULES).parent}:.frozen"
    return micropython.run(*arguments, env={"MICROPYPATH": path}).stdout.decode()


def test_object_answers_rpcd(micropython: Interpreter, agent: package.Built) -> None:
    methods = json.loads(_packaged(micropython, agent, str(agent.files / OBJECT[1:]), "list"))
    assert {"status", "apply", "confirm", "rollback", "trust"} <= methods.keys()


def test_command_helps(micropython: Interpreter, agent: package.Built) -> None:
    help_text = _packaged(micropython, agent, str(agent.files / COMMAND[1:]), "help")
    assert "diagnose" in help_text


def test_modules_can_all_be_imported(micropython: Interpreter, agent: package.Built) -> None:
    names = [path.stem for path in (agent.files / MODULES[1:]).glob("*.mpy")]
    code = "\n".join(f"import shroud.{name}" for name in names if name != "__init__")
    assert _packaged(micropython, agent, "-c", f"{code}\nprint('all')") == "all\n"


@pytest.mark.parametrize("program", [COMMAND, OBJECT])
def test_programs_start_openwrts_micropython(agent: package.Built, program: str) -> None:
    assert _text(agent.files, program).startswith("#!/usr/bin/micropython\n")


def test_default_configuration_is_off(agent: package.Built, tmp_path: Path) -> None:
    for name, text in (
        (paths.SHROUD, _text(agent.files, paths.SHROUD)),
        (paths.NETWORK, "config interface 'wan'\n\toption proto 'pppoe'\n"),
    ):
        target = tmp_path / name[1:]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    paths.set_root(str(tmp_path))
    try:
        lines, common, problems = settings.load()
    finally:
        paths.set_root("")
    assert list(problems) == []
    wan = lines["wan"]
    assert (wan.enabled, wan.mode, wan.policy, wan.peer_keys) == (False, "auto", "prefer", ())
    assert common.locked_by is None


def test_plugin_is_the_one_that_the_options_name() -> None:
    wan = settings.Settings("wan")
    assert f"plugin {Path(PLUGIN).name}\n" in options.render(wan).decode()
