# SPDX-License-Identifier: GPL-2.0-or-later
"""Key files, the record of known keys, and the commands keygen and pubkey."""

import base64
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pppshroud import keys
from pppshroud.cli import main
from pppshroud.keys import KeyFileError, load_private, pull_key, push_key, write_secret
from pppshroud.known import load_known, record_known
from pppshroud.noise import public_key

# RFC 7748 section 5.2, second kind of test, after one iteration.
PRIVATE = b"\x09" + bytes(31)
PUBLIC = bytes.fromhex("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079")
COMMAND = [sys.executable, "-m", "pppshroud"]


@given(key=st.binary(min_size=32, max_size=32))
def test_key_round_trip(key: bytes) -> None:
    text = push_key(key)
    assert len(text) == 44
    assert pull_key(f"  {text}\n", "here") == key


@pytest.mark.parametrize(
    "text",
    ["", "A" * 43 + "=\n=", "A" * 42 + "==", "A" * 42 + "B=", "A" * 44,
     "A" * 20 + " " + "A" * 22 + "=", PRIVATE.hex(), "-" * 43 + "="],
)  # fmt: skip
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(KeyFileError) as raised:
        pull_key(text, "here")
    assert str(raised.value).startswith("here: not a key: base64 of 32 octets was expected")
    assert "AAAA" not in str(raised.value)


def test_generated_keys_differ() -> None:
    assert len({keys.generate() for _ in range(50)}) == 50


@pytest.mark.parametrize("mask", [0, 0o022, 0o777])
def test_written_key_file_is_closed_to_others(tmp_path: Path, mask: int) -> None:
    path = tmp_path / "key"
    before = os.umask(mask)
    try:
        write_secret(path, push_key(PRIVATE) + "\n")
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_private(path) == PRIVATE
    assert list(tmp_path.iterdir()) == [path]


def test_existing_file_is_replaced_only_by_force(tmp_path: Path) -> None:
    path = tmp_path / "key"
    write_secret(path, "old")
    with pytest.raises(KeyFileError, match="exists already, --force replaces it"):
        write_secret(path, "new")
    assert path.read_text() == "old"
    write_secret(path, "new", force=True)
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_file_system_that_shows_files_to_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fstat

    def fstat(handle: int) -> os.stat_result:
        status = tuple(real(handle))
        return os.stat_result((int(status[0]) | 0o055, *status[1:]))

    monkeypatch.setattr(os, "fstat", fstat)
    with pytest.raises(KeyFileError, match="cannot keep a file from other users"):
        write_secret(tmp_path / "key", "secret")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_key_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    path.write_text(push_key(PRIVATE))
    path.chmod(mode)
    with pytest.raises(KeyFileError, match=rf"\(mode {mode:04o}\). Close it with: chmod 600"):
        load_private(path)


def test_long_file_is_no_key_file(tmp_path: Path) -> None:
    path = tmp_path / "key"
    write_secret(path, "A" * 100_000)
    with pytest.raises(KeyFileError, match="longer than 65536 octets"):
        load_private(path)


def test_known_keys_are_kept_by_line(tmp_path: Path) -> None:
    path = tmp_path / "known"
    assert load_known(path, "wan user@isp") == ()
    record_known(path, "wan user@isp", PUBLIC)
    record_known(path, "wan user@isp", PUBLIC)
    record_known(path, "wan2", PRIVATE)
    assert load_known(path, "wan user@isp") == (PUBLIC,)
    assert load_known(path, "wan2") == (PRIVATE,)
    assert load_known(path, "wan") == ()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text() == f"{push_key(PUBLIC)} wan user@isp\n{push_key(PRIVATE)} wan2\n"


def test_known_keys_keep_comments_and_a_last_row_without_end(tmp_path: Path) -> None:
    path = tmp_path / "known"
    path.write_text(f"# by hand\n\n{push_key(PUBLIC)} wan")
    record_known(path, "wan", PRIVATE)
    assert path.read_text().startswith("# by hand\n")
    assert load_known(path, "wan") == (PUBLIC, PRIVATE)


def test_damaged_record_of_known_keys_is_an_error_not_a_first_use(tmp_path: Path) -> None:
    path = tmp_path / "known"
    path.write_text("rubbish wan\n")
    with pytest.raises(KeyFileError, match="known, row 1: not a key"):
        load_known(path, "wan")


@pytest.mark.parametrize("line", ["", " wan", "wan\n", "w\nan", "wän"])
def test_name_of_a_line_that_does_not_fit_a_row(tmp_path: Path, line: str) -> None:
    with pytest.raises(KeyFileError, match="printable ASCII"):
        record_known(tmp_path / "known", line, PUBLIC)


def test_pubkey_of_rfc_7748(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(push_key(PRIVATE) + "\n"))
    assert main(["pubkey"]) == 0
    assert capsys.readouterr().out == push_key(PUBLIC) + "\n"


def test_pubkey_of_rubbish_does_not_repeat_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(push_key(PRIVATE)[:-2]))
    assert main(["pubkey"]) == 1
    output = capsys.readouterr()
    assert "standard input: not a key" in output.err
    assert push_key(PRIVATE)[:10] not in output.out + output.err


def test_keygen_prints_a_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keygen"]) == 0
    assert len(base64.b64decode(capsys.readouterr().out)) == 32


@pytest.mark.parametrize("option", [[], ["--output"], ["-o"]])
def test_keygen_to_a_file(tmp_path: Path, option: list[str]) -> None:
    path = tmp_path / "key"
    assert main(["keygen", *option, str(path)]) == 0
    first = load_private(path)
    assert main(["keygen", *option, str(path)]) == 1
    assert load_private(path) == first
    assert main(["keygen", "--force", *option, str(path)]) == 0
    assert load_private(path) != first


@pytest.mark.parametrize(("mode", "code"), [(0o600, 0), (0o640, 1), (0o604, 1)])
def test_keygen_refuses_to_be_redirected_where_others_read(
    tmp_path: Path, mode: int, code: int
) -> None:
    path = tmp_path / "key"
    path.touch()
    path.chmod(mode)
    with path.open("wb") as stream:
        done = subprocess.run(
            [*COMMAND, "keygen"], stdout=stream, stderr=subprocess.PIPE, check=False, timeout=60
        )
    assert done.returncode == code
    assert (path.stat().st_size > 0) == (code == 0)
    assert (b"pppshroud keygen FILE" in done.stderr) == (code == 1)


def test_keygen_into_pubkey_through_pipes() -> None:
    made = subprocess.run([*COMMAND, "keygen"], capture_output=True, check=True, timeout=60)
    turned = subprocess.run(
        [*COMMAND, "pubkey"], input=made.stdout, capture_output=True, check=True, timeout=60
    )
    assert turned.stdout.decode().strip() == push_key(public_key(base64.b64decode(made.stdout)))
