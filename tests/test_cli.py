# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line: exit codes, and messages that say what was wrong and what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pppshroud.cli import main
from tests import packets

QUERY = packets.udp("203.0.113.7", 5300, "198.51.100.53", 53, packets.dns_query("a.example.org"))
FRAME = packets.pppoe(0x21, QUERY)


@pytest.fixture(name="capture")
def _capture(tmp_path: Path) -> Path:
    return packets.write_capture(tmp_path / "line.pcap", [FRAME])


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main([str(argument) for argument in arguments]) == 1
    return capsys.readouterr().err


@pytest.mark.parametrize("name", ["keygen", "pubkey", "cover", "uncover", "observe"])
def test_command_has_help_with_examples(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main([name, "--help"])
    assert stop.value.code == 0
    output = capsys.readouterr().out
    assert "example" in output
    assert f"pppshroud {name}" in output


@pytest.mark.parametrize("arguments", [[], ["frobnicate"], ["observe"], ["observe", "x", "--no"]])
def test_usage_errors_exit_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert "usage: pppshroud" in capsys.readouterr().err


def test_observe_missing_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    error = refused(capsys, "observe", tmp_path / "none.pcap")
    assert error.startswith("pppshroud: ")
    assert error.endswith("none.pcap: no such file, a pcap or pcapng capture was expected\n")


def test_observe_foreign_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    png = tmp_path / "cat.png"
    png.write_bytes(bytes.fromhex("89504e470d0a1a0a0000000d49484452"))
    error = refused(capsys, "observe", png)
    assert "cat.png: not a pcap or pcapng capture: bytes 0 to 3 are 89504e47" in error


def test_observe_truncated_file(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capture.write_bytes(capture.read_bytes()[:-7])
    error = refused(capsys, "observe", capture)
    assert f"packet 1 at offset 40 needs {len(FRAME)} bytes, the file has {len(FRAME) - 7}" in error


@pytest.mark.parametrize(
    ("truth", "message"),
    [
        ("{", "not JSON"),
        ("[]", 'expected an object with "flows" and "tokens"'),
        ('{"flows": 1}', '"flows" and "tokens" must be lists'),
        ('{"flows": [{"src": "192.0.2.1"}]}', 'flow 0 must have "src" and "dst"'),
        ('{"flows": [{"src": "nowhere", "dst": "192.0.2.1"}]}', "flow 0: 'nowhere' does not"),
        ('{"tokens": ["abc"]}', 'token "abc" must be a string of at least 4 characters'),
    ],
)
def test_observe_bad_ground_truth(
    capture: Path, truth: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = capture.with_name("truth.json")
    path.write_text(truth)
    assert message in refused(capsys, "observe", capture, "--ground-truth", path)


@pytest.mark.parametrize(
    ("engine", "program", "package"),
    [("tshark", "tshark", "tshark"), ("ndpi", "ndpiReader", "libndpi-bin")],
)
def test_observe_missing_engine(
    capture: Path,
    engine: str,
    program: str,
    package: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    error = refused(capsys, "observe", capture, "--engine", engine)
    expected = f"{program} is not installed. Install it with: apt-get install {package}, or choose"
    assert expected in error


def install_engine(folder: Path, script: str) -> None:
    """Put a tshark that behaves as a broken one does in `folder`."""
    program = folder / "tshark"
    program.write_text(f"#!/bin/sh\n[ $1 = --version ] && echo 9.9 && exit\n{script}\n")
    program.chmod(0o755)


@pytest.mark.parametrize(
    ("script", "timeout", "message"),
    [
        ("echo it hurts >&2; exit 3", "60", "tshark ended with status 3: it hurts"),
        ("exec sleep 60", "1", "tshark took more than 1 s, see --timeout"),
    ],
)
def test_observe_broken_engine(
    capture: Path,
    script: str,
    timeout: str,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    install_engine(capture.parent, script)
    monkeypatch.setenv("PATH", f"{capture.parent}:{os.environ['PATH']}")
    error = refused(capsys, "observe", capture, "--engine", "tshark", "--timeout", timeout)
    assert message in error


def test_reader_gone_is_no_traceback(capture: Path) -> None:
    command = [sys.executable, "-m", "pppshroud", "observe", str(capture), "--engine", "tshark"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 1
