# SPDX-License-Identifier: GPL-2.0-or-later
"""The agent's files on flash that is full or read-only, its locks, and files that are too long."""

import fcntl
import json
from pathlib import Path

import pytest

from tests.support.agent import Interpreter

WITH_FLASH = """
set -eu
root=$1 size=$2 mode=$3; shift 3
mount -t tmpfs -o "size=$size" flash "$root"
mkdir -p "$root/etc/config"
printf %s "config line 'wan'" >"$root/etc/config/shroud"
mount -o "remount,$mode" "$root"
exec "$@"
"""
PRELUDE = """
import json, os, sys
from shroud import errors, files, host, network, paths, settings, uci, uci_edit
ROOT = {root!r}
paths.set_root(ROOT)
def tried(action):
    try:
        return action()
    except errors.AgentError as error:
        return [error.code, error.message]
def tell(*values):
    print(json.dumps(values))
"""
OLD = "config line 'wan'"


def on_flash(interpreter: Interpreter, root: Path, size: str, mode: str) -> Interpreter:
    """The interpreter with a small file system at the root, which ends with it."""
    private = ["unshare", "--mount", "--propagation", "private"]
    shell = ["sh", "-c", WITH_FLASH, "flash", str(root), size, mode]
    command = [*private, *shell, *interpreter.command]
    return Interpreter(interpreter.name, command, interpreter.env)


def told(interpreter: Interpreter, root: Path, code: str) -> list[object]:
    """What a program tells that works in the root."""
    done = interpreter.run("-c", PRELUDE.format(root=str(root)) + code)
    answer: list[object] = json.loads(done.stdout)
    return answer


def test_full_flash(interpreter: Interpreter, tmp_path: Path) -> None:
    error, text, names = told(
        on_flash(interpreter, tmp_path, "32k", "rw"),
        tmp_path,
        """
error = tried(lambda: files.replace(paths.SHROUD, b"x" * 100000))
tell(error, files.read(paths.SHROUD).decode(), sorted(os.listdir(ROOT + "/etc/config")))
""",
    )
    what = "/etc/config/shroud: writing failed: No space left on device (error 28)"
    assert error == ["storage", what]
    assert (text, names) == (OLD, ["shroud"])


def test_full_flash_has_no_room_for_a_folder(interpreter: Interpreter, tmp_path: Path) -> None:
    (error,) = told(
        on_flash(interpreter, tmp_path, "32k,nr_inodes=4", "rw"),
        tmp_path,
        'tell(tried(lambda: files.replace("/etc/shroud/lines/wan.options", b"x")))',
    )
    what = "/etc/shroud: making the folder failed: No space left on device (error 28)"
    assert error == ["storage", what]


def test_read_only_flash(interpreter: Interpreter, tmp_path: Path) -> None:
    code = """
line = settings.load()[0]["wan"]
tell(
    tried(lambda: files.replace(paths.SHROUD, b"x")),
    tried(lambda: files.remove(paths.SHROUD)),
    tried(lambda: host.lock(paths.JOURNAL)),
    tried(lambda: settings.store(line.changed(enabled=True))),
    tried(lambda: settings.store(line)),
    files.read(paths.SHROUD).decode(),
)
"""
    flash = on_flash(interpreter, tmp_path, "32k", "ro")
    *errors, text = told(flash, tmp_path, code)
    why = "failed: Read-only file system (error 30)"
    assert errors == [
        ["storage", f"/etc/config/shroud: making a file beside it {why}"],
        ["storage", f"/etc/config/shroud: removing {why}"],
        ["storage", f"/etc/shroud: making the folder {why}"],
        ["storage", f"/etc/config/shroud: opening {why}"],
        ["storage", f"/etc/config/shroud: opening {why}"],
    ]
    assert text == OLD


def test_a_lock_ends_with_its_process(interpreter: Interpreter, tmp_path: Path) -> None:
    hold = PRELUDE.format(root=str(tmp_path)) + "held = host.lock(paths.LOCK)\nprint(1)\n"
    holder = interpreter.start("-c", hold + "sys.stdin.read()")
    try:
        assert holder.stdout
        assert holder.stdout.readline() == b"1\n"
        ask = "tell(host.lock(paths.LOCK) is None)"
        assert told(interpreter, tmp_path, ask) == [True]
        holder.kill()
        holder.wait(timeout=30)
        assert told(interpreter, tmp_path, ask) == [False]
    finally:
        holder.kill()
        holder.communicate(timeout=30)


def test_a_lock_of_libuci_is_waited_for(interpreter: Interpreter, tmp_path: Path) -> None:
    config = tmp_path / "etc/config/shroud"
    config.parent.mkdir(parents=True)
    config.write_text(OLD)
    with config.open("r+b") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        (error,) = told(
            interpreter,
            tmp_path,
            """
settings.LOCK_WAIT = 0.1
tell(tried(lambda: settings.store(settings.Settings("wan").changed(enabled=True))))
""",
        )
    assert error == ["busy", "/etc/config/shroud: another program is changing it"]
    assert config.read_text() == OLD


@pytest.mark.parametrize("filler", [b"#", b"x", b"\0", b"\xff", b"\n", b"config interface\n"])
def test_one_megabyte(interpreter: Interpreter, tmp_path: Path, filler: bytes) -> None:
    (tmp_path / "etc/config").mkdir(parents=True)
    text = OLD.encode() + b"\n" + filler * ((1 << 20) // len(filler))
    for name in ("shroud", "network"):
        (tmp_path / "etc/config" / name).write_bytes(text)
    lines, usable, problems, error = told(
        interpreter,
        tmp_path,
        """
lines, common, problems = settings.load()
tell(len(lines), common.usable("wan"), problems, tried(lambda: network.interfaces()))
""",
    )
    what = "longer than the 131072 bytes that are allowed"
    assert (lines, usable) == (0, False)
    assert problems == [f"/etc/config/shroud: {what}"]
    assert error == ["storage", f"/etc/config/network: {what}"]
    assert (tmp_path / "etc/config/shroud").read_bytes() == text


def small(micropython: Interpreter, heap: str) -> Interpreter:
    """MicroPython with a heap of so many bytes."""
    command = [*micropython.command, "-X", f"heapsize={heap}"]
    return Interpreter(micropython.name, command, micropython.env)


EDIT = """
rule = b"config rule\\n\\toption name 'Allow'\\n\\toption src 'wan'\\n\\toption target ACCEPT\\n\\n"
data = b"config defaults\\n\\toption a '1'\\n\\n" + rule * ((uci.LIMIT - 64) // len(rule))
section = uci.parse(data, "firewall", ("defaults",))[0]
new = uci_edit.set_option(data, "firewall", section, "a", b"0")
tell(len(data) > uci.LIMIT - 256, new[:32].decode())
"""


def test_the_longest_firewall_fits_a_32_bit_routers_heap(
    micropython: Interpreter, tmp_path: Path
) -> None:
    """It is 1 MiB there, and most values take half as much of it as here."""
    answer = told(small(micropython, "1m"), tmp_path, EDIT)
    assert answer == [True, "config defaults\n\toption a '0'\n\nc"]


def test_too_long_for_the_memory(micropython: Interpreter, tmp_path: Path) -> None:
    (tmp_path / "etc/config").mkdir(parents=True)
    text = b"config interface\n\toption proto pppoe\n" * 3000
    (tmp_path / "etc/config/network").write_bytes(text)
    ask = "tell(tried(lambda: network.interfaces()))"
    (error,) = told(small(micropython, "450k"), tmp_path, ask)
    assert isinstance(error, list)
    assert error[0] == "config"
    assert error[1].endswith("from here on too long for this router's memory")
    (error,) = told(small(micropython, "120k"), tmp_path, ask)
    assert error == ["storage", "/etc/config/network: too long for this router's memory"]
