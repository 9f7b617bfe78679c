# SPDX-License-Identifier: GPL-2.0-or-later
"""The testbed's parts: commands, files, time limits, cache, toolchain, package sources."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .testbed import toolchain
from .testbed.cache import build_once
from .testbed.errors import CommandError, ImageError, MachineError, TestbedTimeoutError
from .testbed.machine import Machine
from .testbed.mirror import debian_source
from .testbed.uml import Uml
from .testbed.wait import wait_until


def test_command_fails_with_its_words(uml: Machine) -> None:
    with pytest.raises(CommandError, match=r"ended with 3\nsaid this"):
        uml.script("echo said this >&2; exit 3")
    assert uml.run(["false"], check=False).code == 1


def test_command_timeout_kills(uml: Machine) -> None:
    with pytest.raises(CommandError, match=r"did not end in 1\.5 s"):
        uml.run(["sleep", "77"], timeout=1.5 / uml.slowness)
    assert uml.run(["pgrep", "-fx", "sleep 77"], check=False).code == 1


def test_wait_tells_what_for(uml: Machine) -> None:
    start = time.monotonic()
    with pytest.raises(TestbedTimeoutError, match=r"waited 0\.3 s for the moon, in vain\nlog"):
        uml.wait_until(lambda: False, 0.3 / uml.slowness, "the moon", lambda: "log")
    assert time.monotonic() - start < 5


def test_files_both_ways(uml: Machine, tmp_path: Path) -> None:
    content = bytes(range(256)) * 1000
    (tmp_path / "given").write_bytes(content)
    assert uml.read(uml.put(tmp_path / "given")) == content
    uml.write("/shared/taken", content)
    assert uml.fetch("/shared/taken").read_bytes() == content


def test_read_missing_file(uml: Machine) -> None:
    with pytest.raises(MachineError, match="No such file"):
        uml.read("/nowhere")


def test_toolchain_builds_for_both(tmp_path: Path) -> None:
    (tmp_path / "a.c").write_text("#include <pppd/pppd.h>\nint main(void) { return 0; }\n")
    for compiler, include in (
        ("gcc", "/usr/include"),
        ("gcc", "/opt/ppp-2.4.9/include"),
        ("clang", "/usr/include"),
        ("aarch64-linux-gnu-gcc", "/usr/include"),
    ):
        toolchain.run([compiler, f"-I{include}", "-c", "a.c"], source=tmp_path)
        assert (tmp_path / "a.o").read_bytes()[:4] == b"\x7fELF"
    with pytest.raises(toolchain.BuildError, match=r"missing\.c"):
        toolchain.run(["gcc", "-c", "missing.c"], source=tmp_path)
    assert str(tmp_path) not in Path("/proc/mounts").read_text()


def test_cache_builds_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PPPSHROUD_CACHE", str(tmp_path / "some cache"))
    built: list[Path] = []

    def build(target: Path) -> None:
        built.append(target)
        target.write_text("content")

    def fail(target: Path) -> None:
        target.write_text("half")
        raise ImageError("no")

    with pytest.raises(ImageError):
        build_once("thing", "key", fail)
    paths = {build_once("thing", "key", build) for _ in range(2)}
    assert len(built) == 1
    assert [p.read_text() for p in paths] == ["content"]


@pytest.mark.parametrize("form", ["deb822", "list", "mirror"])
def test_mirror_found(tmp_path: Path, form: str) -> None:
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "mirrors").write_text("http://mirror.example/debian\n")
    uri = "http://mirror.example/debian"
    if form == "list":
        (tmp_path / "sources.list").write_text(
            f"# deb http://old.example/ x main\ndeb http://vendor.example/apt cloud main\n"
            f"deb [arch=amd64] {uri} bookworm main contrib # the one\n"
        )
    else:
        named = uri if form == "deb822" else f"mirror+file:{tmp_path}/mirrors"
        (tmp_path / "sources.list.d/debian.sources").write_text(
            "Types: deb\nURIs: http://vendor.example/apt\nSuites: cloud\nComponents: main\n\n"
            f"# a comment\nTypes: deb deb-src\nURIs: {named}\nSuites: trixie trixie-updates\n"
            "Components: main\nSigned-By: /nowhere.gpg\n"
        )
    assert debian_source(tmp_path).uri == uri
    assert debian_source(tmp_path).line("trixie").endswith(f"{uri} trixie main")


def test_mirror_missing(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="no Debian archive among the package sources"):
        debian_source(tmp_path)


def test_machine_ends_with_its_program() -> None:
    program = (
        "import sys; from tests.testbed.uml import Uml\n"
        "with Uml() as machine:\n"
        "    print(machine._process.pid, flush=True); sys.stdin.read()"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
    )
    with owner:
        assert owner.stdout is not None
        machine = int(owner.stdout.readline())
        family = descendants(machine)
        assert len(family) > 2
        owner.kill()
    wait_until(lambda: not any(map(lives, family)), 10, "the machine to end")


def descendants(pid: int) -> list[int]:
    """`pid`, its children and theirs."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [pid, *(d for child in text.split() for d in descendants(int(child)))]


def lives(pid: int) -> bool:
    """Whether process `pid` runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_machine_hang_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.testbed.machine.ANSWER", 0.5)
    with Uml() as machine:
        assert machine._process is not None
        family = descendants(machine._process.pid)
        for pid in family:
            os.kill(pid, signal.SIGSTOP)
        start = time.monotonic()
        with pytest.raises(TestbedTimeoutError, match="no answer from the machine"):
            machine.run(["true"], timeout=0.5)
    assert time.monotonic() - start < 45
    wait_until(lambda: not any(map(lives, family)), 10, "the machine to end")
